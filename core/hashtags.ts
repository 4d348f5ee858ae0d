const MAX_CODE_POINTS = 128;

/**
 * The keyword that a hashtag stands for: NFKC, lower case, without `#`.
 * @returns undefined for one that is empty or longer than 128 code points: it is no keyword
 */
export function normaliseHashtag(hashtag: string): string | undefined {
  const keyword = hashtag.toWellFormed().normalize('NFKC').toLowerCase().replace(/^#+/, '');
  // A string has at most as many code points as UTF-16 units: only long ones are counted.
  if (keyword.length > MAX_CODE_POINTS && [...keyword].length > MAX_CODE_POINTS) return undefined;
  return keyword === '' ? undefined : keyword;
}

/**
 * The hashtags written in a text, without `#`, in order, each once; `[]` if there are none. For networks that deliver
 * no entities. A tag of digits alone (`#1`) is none, as on the networks themselves.
 */
export function parseHashtags(text: string): string[] {
  const tags = [...text.matchAll(HASHTAG)].map((match) => match[1] ?? '');
  return [...new Set(tags.filter((tag) => /[^\d_]/.test(tag)))];
}

/** A `#` that does not continue a word or an address, and the letters, marks, digits and underscores behind it. */
const HASHTAG = /(?<![\p{L}\p{M}\p{N}_&/])[#＃]([\p{L}\p{M}\p{N}_]+)/gu;
