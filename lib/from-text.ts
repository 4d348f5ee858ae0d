import * as z from 'zod';

/** Values given by `-c` are texts; one that is not a whole number or a boolean stays a text, and is refused as such. */
export function fromText<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => {
    if (value === 'true' || value === 'false') return value === 'true';
    return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  }, schema);
}
