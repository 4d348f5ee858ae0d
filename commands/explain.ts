import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

import { parseHashtags } from '../core/hashtags.ts';
import { extractKeywords } from '../core/keywords.ts';
import { extractPhrases } from '../core/phrases.ts';
import { scoreSentiment } from '../core/afinn.ts';
import { runCommand, UsageError } from '../deployment/command-line.ts';

const USAGE = `Usage: npm run explain -- "text" [--lang en] [--json]
       npm run explain < texts.txt
Shows what the engine sees in a text: its keywords, hashtags first, and its sentiment. Without a text it reads one per
line and prints one JSON object per line.`;

await runCommand(USAGE, async () => {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'boolean', default: false }, lang: { type: 'string' } },
    allowPositionals: true,
  });
  const [text, ...more] = positionals;
  if (more.length > 0) throw new UsageError('There is more than one text: put quotes around it.');
  if (text === undefined) return explainLines(values.lang);
  const explained = explain(text, values.lang);
  console.log(values.json ? JSON.stringify(explained) : forPeople(explained));
});

function explain(text: string, lang: string | undefined) {
  const hashtags = parseHashtags(text);
  return {
    keywords: extractKeywords({ hashtags, text, lang }, extractPhrases),
    hashtags,
    // Unknown rather than missing: the language has no engine yet.
    sentiment: scoreSentiment(text, lang) ?? null,
  };
}

async function explainLines(lang: string | undefined): Promise<void> {
  if (process.stdin.isTTY) console.error('One text per line; Ctrl-D ends.');
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity }))
    console.log(JSON.stringify(explain(line, lang)));
}

function forPeople({ keywords, sentiment }: ReturnType<typeof explain>): string {
  const mood = sentiment === null ? 'unknown language' : `${sentiment.label} (${sentiment.score})`;
  return `keywords   ${keywords.join(', ') || 'none'}\nsentiment  ${mood}`;
}
