/**
 * JSON in ASCII: CloudFormation puts question marks in the place of other characters of a template.
 * @param value may hold names that CloudFormation makes; they take no escaping
 */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
