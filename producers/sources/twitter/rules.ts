import type { Preset } from '../../../presets/preset-schema.ts';
import { SourceError } from '../../source-error.ts';

/** A rule of the filtered stream; without an id one that is wanted. */
export interface Rule {
  readonly value: string;
  readonly tag: string;
}

/** A rule that is there. */
export interface StoredRule {
  readonly id: string;
  readonly value: string;
  readonly tag?: string | undefined;
}

/** What turns the rules that are there into those that are wanted. */
export interface RuleChanges {
  /** To be deleted first: a value is unique, and theirs is wanted with another tag. */
  readonly retagged: readonly StoredRule[];
  readonly added: readonly Rule[];
  /** To be deleted last, so that no post is missed in between. */
  readonly stale: readonly StoredRule[];
}

const MAX_RULE_LENGTH = 1_024;
const MAX_RULES = 1_000;
const PREFIX = 'gs:';
/** Between the topics of a rule that several of them have. */
const SEPARATOR = ' | ';

/** What the tags of a preset's rules begin with; rules with other tags are not ours. */
export function tagPrefix(preset: string): string {
  return `${PREFIX}${preset}:`;
}

/** The topics of a tag, or the tag itself where it is not ours. */
export function topicsOfTag(tag: string): string[] {
  return (/^gs:[^:]*:(.+)$/.exec(tag)?.[1] ?? tag).split(SEPARATOR);
}

/**
 * The rules of a preset: those that its topics give, or one or more made of the keywords of each.
 * @throws SourceError if there are more than X takes
 */
export function desiredRules({ name, topics }: Pick<Preset, 'name' | 'topics'>): Rule[] {
  const topicsOfValue = new Map<string, string[]>();
  for (const topic of topics)
    for (const value of topic.rules.length > 0 ? topic.rules : keywordRules(topic.keywords)) {
      const known = topicsOfValue.get(normaliseValue(value)) ?? [];
      if (!known.includes(topic.name)) topicsOfValue.set(normaliseValue(value), [...known, topic.name]);
    }
  // X takes a value once.
  const rules = [...topicsOfValue].map(([value, names]) => ({
    value,
    tag: `${tagPrefix(name)}${names.join(SEPARATOR)}`,
  }));
  if (rules.length > MAX_RULES) throw new SourceError(`The preset has ${rules.length} rules; X takes ${MAX_RULES}.`);
  return rules;
}

/** As many rules as it takes to name every keyword. */
function keywordRules(keywords: readonly string[]): string[] {
  const rules: string[] = [];
  let terms: string[] = [];
  for (const term of keywords.flatMap(termsOf)) {
    if ([...`(${[...terms, term].join(' OR ')})`].length > MAX_RULE_LENGTH) {
      rules.push(`(${terms.join(' OR ')})`);
      terms = [];
    }
    terms.push(term);
  }
  return [...rules, `(${terms.join(' OR ')})`];
}

/** A word stands for the hashtag, too; what is not a plain word is quoted. */
function termsOf(keyword: string): string[] {
  if (/^[\p{L}\p{N}_]+$/u.test(keyword)) return [keyword, `#${keyword}`];
  return [`"${keyword.replaceAll('"', ' ').trim()}"`];
}

function normaliseValue(value: string): string {
  return value.trim().replaceAll(/\s+/g, ' ');
}

/** Compares by value and tag; looks at rules with our prefix only. */
export function ruleChanges(stored: readonly StoredRule[], wanted: readonly Rule[], prefix: string): RuleChanges {
  const ours = stored.filter(({ tag }) => tag?.startsWith(prefix) === true);
  const isWanted = (rule: StoredRule): boolean => wanted.some((each) => isSame(rule, each));
  const gone = ours.filter((rule) => !isWanted(rule));
  const wantedValues = new Set(wanted.map(({ value }) => value));
  return {
    retagged: gone.filter(({ value }) => wantedValues.has(normaliseValue(value))),
    added: wanted.filter((rule) => !ours.some((each) => isSame(each, rule))),
    stale: gone.filter(({ value }) => !wantedValues.has(normaliseValue(value))),
  };
}

function isSame(stored: StoredRule, wanted: Rule): boolean {
  return normaliseValue(stored.value) === wanted.value && stored.tag === wanted.tag;
}
