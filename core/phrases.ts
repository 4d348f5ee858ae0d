import { deu, eng, fra, ita, nld, por, spa } from 'stopword';

/**
 * Finds the phrases that say what a text is about.
 * @param lang BCP 47 as given by the network; absent = unknown
 * @returns phrases in lower case, in order of appearance, each once; `[]` for a text without any
 */
export type ExtractPhrases = (text: string, lang?: string) => string[];

const MAX_PHRASES = 10;
const MAX_WORDS = 3;
const MIN_SINGLE_WORD_LENGTH = 4;
const MAX_WORD_LENGTH = 30;

/** Words of posts that no list of stop words has. */
const POST_WORDS =
  "rt via amp lol omg im i'm it's that's don't can't won't isn't didn't doesn't you're they're we're i've you've we've let's gonna wanna got get gets getting today tomorrow yesterday tonight still really just".split(
    ' ',
  );

const STOP_WORDS = new Map<string, ReadonlySet<string>>(
  Object.entries({ en: [...eng, ...POST_WORDS], de: deu, es: spa, fr: fra, it: ita, nl: nld, pt: por }).map(
    ([lang, words]) => [lang, new Set(words)],
  ),
);

/** Addresses, handles and hashtags: not part of the sentence around them. */
const ENTITY = /https?:\/\/\S+|www\.\S+|[@#＃][\p{L}\p{M}\p{N}_.-]+/gu;
/** A letter, mark or digit, then those and `'` and `-`. The part for plain letters adds nothing but speed. */
const WORD = /[\p{L}\p{M}\p{N}][a-z\d'-]*[\p{L}\p{M}\p{N}'-]*/gu;
/** What may stand between two words of a phrase: white space within a line. */
const JOINT = /^[^\S\n]*$/;

/**
 * Phrases as runs of words between stop words and punctuation (the candidates of RAKE, Rose et al. 2010,
 * https://doi.org/10.1002/9780470689646.ch1): runs of up to three words whole, longer ones as pairs of neighbours,
 * single words if they have at least four letters. At most ten. Texts in languages without a list of stop words, or
 * written without spaces, give none.
 */
export const extractPhrases: ExtractPhrases = (text, lang) => {
  const stopWords = STOP_WORDS.get(languageOf(lang));
  if (stopWords === undefined) return [];
  const phrases = new Set<string>();
  for (const run of wordRuns(text, stopWords)) {
    for (const phrase of phrasesOf(run)) phrases.add(phrase);
    if (phrases.size >= MAX_PHRASES) break;
  }
  return [...phrases].slice(0, MAX_PHRASES);
};

function languageOf(lang: string | undefined): string {
  return lang === undefined ? 'en' : (lang.toLowerCase().split(/[-_]/, 1)[0] ?? '');
}

function wordRuns(text: string, stopWords: ReadonlySet<string>): string[][] {
  const runs: string[][] = [[]];
  const normalised = normaliseText(text);
  let end = 0;
  for (const { 0: word, index } of normalised.matchAll(WORD)) {
    const between = normalised.slice(end, index);
    const isJoined = between === ' ' || JOINT.test(between);
    const isStop = stopWords.has(word) || word.length > MAX_WORD_LENGTH;
    if (!isJoined || isStop) runs.push([]);
    if (!isStop) runs.at(-1)?.push(word);
    end = index + word.length;
  }
  return runs.filter((run) => run.length > 0);
}

function normaliseText(text: string): string {
  return text.toWellFormed().replace(ENTITY, ' . ').normalize('NFKC').toLowerCase().replaceAll('’', "'");
}

function phrasesOf(run: readonly string[]): string[] {
  if (run.length === 1) return run.filter((word) => word.length >= MIN_SINGLE_WORD_LENGTH && !/^[\d'-]+$/.test(word));
  if (run.length <= MAX_WORDS) return [run.join(' ')];
  return run.slice(1).map((word, i) => `${run[i]} ${word}`);
}
