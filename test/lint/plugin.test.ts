import { expect, test } from 'vitest';

import { noEmulatorCalls } from '../../lint/plugin.ts';

function problems(visit: (rule: ReturnType<typeof noEmulatorCalls.create>) => void): string[] {
  const found: string[] = [];
  visit(noEmulatorCalls.create({ report: ({ message }) => void found.push(message) }));
  return found;
}

test.each(['http://127.0.0.1:4566/_localstack/health', '/_aws/ses', '_ministack/reset'])(
  'the own interface of an emulator is refused: %s',
  (text) => {
    expect(problems((rule) => rule.Literal({ value: text }))).toHaveLength(1);
    expect(problems((rule) => rule.TemplateElement({ value: { raw: text } }))).toHaveLength(1);
  },
);

test.each(['https://kinesis.us-east-1.amazonaws.com/', '@aws-sdk/client-s3', 'localstack', 17, null])(
  'anything else is not: %s',
  (value) => {
    expect(problems((rule) => rule.Literal({ value }))).toEqual([]);
  },
);
