/** An item of a table; an absent one is `{}`. */
export type Item = Readonly<Record<string, unknown>>;

/** An expression with what its `#names` and `:values` stand for. */
export interface Expression {
  readonly text: string | undefined;
  readonly names?: Readonly<Record<string, string>> | undefined;
  readonly values?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Whether an item meets a condition or key condition: comparisons, BETWEEN, begins_with, attribute_exists,
 * attribute_not_exists, AND, OR (which binds less), without parentheses. No condition is always met. A comparison with
 * an attribute that is absent is false.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 * @throws SyntaxError for anything else
 */
export function meets(item: Item, expression: Expression): boolean {
  if (expression.text === undefined) return true;
  const tokens = tokensOf(expression);
  let isMet = false;
  do isMet = conjunction(item, tokens) || isMet;
  while (tokens.takes('OR'));
  tokens.end();
  return isMet;
}

/**
 * The item after an update expression of the clauses SET (values and if_not_exists) and ADD (numbers).
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 * @throws SyntaxError for anything else
 */
export function updated(item: Item, expression: Expression): Item {
  const tokens = tokensOf(expression);
  const result: Record<string, unknown> = { ...item };
  while (!tokens.isAtEnd()) {
    const clause = tokens.next();
    do {
      const name = tokens.name();
      if (clause === 'ADD') result[name] = numberOf(item[name] ?? 0) + numberOf(tokens.value());
      else if (clause === 'SET') result[name] = assigned(item, tokens);
      else throw new SyntaxError(`the clause ${clause} is not known here`);
    } while (tokens.takes(','));
  }
  return result;
}

function assigned(item: Item, tokens: Tokens): unknown {
  tokens.expect('=');
  if (!tokens.takes('if_not_exists')) return tokens.value();
  tokens.expect('(');
  const known = item[tokens.name()];
  tokens.expect(',');
  const otherwise = tokens.value();
  tokens.expect(')');
  return known ?? otherwise;
}

function conjunction(item: Item, tokens: Tokens): boolean {
  let isMet = true;
  do isMet = term(item, tokens) && isMet;
  while (tokens.takes('AND'));
  return isMet;
}

function term(item: Item, tokens: Tokens): boolean {
  for (const [name, isExpected] of [
    ['attribute_exists', true],
    ['attribute_not_exists', false],
  ] as const) {
    if (!tokens.takes(name)) continue;
    tokens.expect('(');
    const attribute = item[tokens.name()];
    tokens.expect(')');
    return (attribute !== undefined) === isExpected;
  }
  const attribute = item[tokens.name()];
  if (!tokens.takes('BETWEEN')) return compare(attribute, tokens.next(), tokens.value());
  const from = tokens.value();
  tokens.expect('AND');
  const to = tokens.value();
  return compare(attribute, '>=', from) && compare(attribute, '<=', to);
}

/** Values of different types are never equal nor in order. */
function compare(attribute: unknown, operator: string, value: unknown): boolean {
  if (typeof attribute !== typeof value) return false;
  const order = orderOf(attribute, value);
  if (operator === '=') return order === 0;
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  if (operator === '>') return order > 0;
  if (operator === '>=') return order >= 0;
  throw new SyntaxError(`the operator ${operator} is not known here`);
}

/** Numbers by size, texts by their UTF-8 bytes. */
export function orderOf(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}

function numberOf(value: unknown): number {
  if (typeof value !== 'number') throw new SyntaxError('ADD takes numbers');
  return value;
}

interface Tokens {
  isAtEnd(): boolean;
  next(): string;
  takes(word: string): boolean;
  expect(word: string): void;
  name(): string;
  value(): unknown;
  end(): void;
}

function tokensOf({ text = '', names = {}, values = {} }: Expression): Tokens {
  const words = text.match(/[#:]?\w+|<=|>=|<>|[=<>(),]/g) ?? [];
  let at = 0;
  const known = <T>(word: string, found: T | undefined): T => {
    if (found === undefined) throw new SyntaxError(`${word} stands for nothing in: ${text}`);
    return found;
  };
  const tokens: Tokens = {
    isAtEnd: () => at === words.length,
    next: () => known(`word ${at + 1}`, words[at++]),
    takes: (word) => words[at] === word && ++at > 0,
    expect(word) {
      if (!tokens.takes(word))
        throw new SyntaxError(`${word} is expected before ${words[at] ?? 'the end'} in: ${text}`);
    },
    name() {
      const word = tokens.next();
      return word.startsWith('#') ? known(word, names[word]) : word;
    },
    value() {
      const word = tokens.next();
      return known(word, values[word]);
    },
    end() {
      if (!tokens.isAtEnd()) throw new SyntaxError(`${words[at]} is one word too many in: ${text}`);
    },
  };
  return tokens;
}
