import { describe, expect, test } from 'vitest';

import { answerCsv, answerJson, explanationText, showAnswer } from '../../commands/answer-text.ts';
import type { LakeAnswer, LakeValue } from '../../storage/lake/lake-answer.ts';

function makeAnswer(columns: Readonly<Record<string, string>>, ...rows: LakeValue[][]): LakeAnswer {
  return { columns: Object.entries(columns).map(([name, type]) => ({ name, type })), rows, isCut: false };
}

describe('an answer as a table', () => {
  test('has numbers at the right, and a dash for what is unknown', () => {
    const answer = makeAnswer({ topic: 'varchar', posts: 'bigint' }, ['music', 12], ['a', 3], [null, null]);

    expect(showAnswer(answer, 80).text).toBe(
      ['  topic  posts', '  music     12', '  a          3', '  -          -'].join('\n'),
    );
  });

  test('is as wide as the terminal, the widest column cut first', () => {
    const answer = makeAnswer({ id: 'varchar', text: 'varchar' }, ['twitter:1', 'x'.repeat(200)]);

    const lines = showAnswer(answer, 40).text.split('\n');

    expect(lines[1]).toMatch(/^ {2}twitter:1 {2}x+…$/);
    expect(lines[1]).toHaveLength(40);
  });

  test('lets nothing move the cursor or run over the line', () => {
    const answer = makeAnswer({ text: 'varchar' }, ['a\u001B[2Jb\nc\u202E']);

    expect(showAnswer(answer, 80).text).toBe('  text\n  a [2Jb c');
  });

  test('shows lists and structs as JSON', () => {
    expect(showAnswer(makeAnswer({ tags: 'varchar[]' }, [['a', 'b']]), 80).text).toContain('["a","b"]');
  });

  test('is its head alone where there are no rows', () => {
    expect(showAnswer(makeAnswer({ topic: 'varchar' }), 80).text).toBe('  topic');
  });
});

describe('an answer that is too wide for a table', () => {
  const texts = { id: 'varchar', author_name: 'varchar', text: 'varchar' };

  test('has a field on each line, row by row', () => {
    const answer = makeAnswer({ ...texts, likes: 'bigint' }, ['a:1', 'Ann', 'x'.repeat(40), 7], ['a:2', null, 'y', 1]);

    expect(showAnswer(answer, 36)).toEqual({
      text: [
        'Row 1',
        '  id           a:1',
        '  author_name  Ann',
        `  text         ${'x'.repeat(20)}…`,
        '  likes        7',
        '',
        'Row 2',
        '  id           a:2',
        '  author_name  -',
        '  text         y',
        '  likes        1',
      ].join('\n'),
      hasCutValues: true,
    });
  });

  test('of fifty columns holds every name and value whole where each fits on its line', () => {
    const names = Array.from({ length: 53 }, (_, i) => `column_${i}`);
    const answer = makeAnswer(
      Object.fromEntries(names.map((name) => [name, 'varchar'])),
      names.map((name) => `value of ${name}`),
    );

    const { text, hasCutValues } = showAnswer(answer, 80);

    expect(text.split('\n')).toHaveLength(54);
    for (const name of names) expect(text).toMatch(new RegExp(`^  ${name} +value of ${name}$`, 'm'));
    expect(hasCutValues).toBe(false);
  });

  test('is nothing without rows', () => {
    expect(showAnswer(makeAnswer(texts), 12)).toEqual({ text: '', hasCutValues: false });
  });
});

test('a table says whether values were cut, and cuts no number', () => {
  const answer = makeAnswer({ n: 'bigint', text: 'varchar' }, [123_456_789_012, 'x'.repeat(100)]);

  expect(showAnswer(answer, 200).hasCutValues).toBe(false);
  expect(showAnswer(answer, 32)).toEqual({
    text: `             n  text\n  123456789012  ${'x'.repeat(15)}…`,
    hasCutValues: true,
  });
});

describe('an answer as JSON', () => {
  test('is an array of objects with whole values', () => {
    const answer = makeAnswer({ id: 'varchar', n: 'bigint' }, ['x'.repeat(500), 1], [null, '9007199254740993']);

    expect(JSON.parse(answerJson(answer))).toEqual([
      { id: 'x'.repeat(500), n: 1 },
      { id: null, n: '9007199254740993' },
    ]);
  });

  test('is an empty array where there are no rows', () => {
    expect(answerJson(makeAnswer({ id: 'varchar' }))).toBe('[]');
  });

  test('keeps columns of the same name apart', () => {
    const columns = ['n', 'n'].map((name) => ({ name, type: 'bigint' }));

    expect(JSON.parse(answerJson({ columns, rows: [[1, 2]], isCut: false }))).toEqual([{ n: 1, n_2: 2 }]);
  });
});

describe('an answer as CSV', () => {
  test('has a head, quotes where needed, and nothing for what is unknown', () => {
    const answer = makeAnswer(
      { id: 'varchar', 'a "b"': 'varchar', tags: 'varchar[]' },
      ['1', 'x, "y"\nz', ['a']],
      [null, '', null],
    );

    expect(answerCsv(answer)).toBe(['id,"a ""b""",tags', '1,"x, ""y""\nz","[""a""]"', ',,'].join('\r\n'));
  });
});

test('an explanation keeps its lines', () => {
  const answer = makeAnswer({ key: 'varchar', value: 'varchar' }, ['plan', '┌──┐\n│ \u001Ba│']);

  expect(explanationText(answer)).toBe('┌──┐\n│  a│');
});
