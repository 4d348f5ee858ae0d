declare global {
  // Not in TypeScript's library yet: https://github.com/tc39/proposal-json-parse-with-source
  interface JSON {
    rawJSON(text: string): object;
  }
}

/** A number that `JSON.stringify` writes with exactly these digits: a double could not hold them all. */
export function exactNumber(digits: string): object {
  return JSON.rawJSON(digits);
}
