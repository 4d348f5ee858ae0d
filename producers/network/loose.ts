import * as z from 'zod';

const MAX_COUNT = 1_000_000_000;

/** An optional field of a payload: one of another type is as good as absent, and never costs the post. */
export function maybe<T extends z.ZodType>(schema: T) {
  return schema.optional().catch(undefined);
}

/** A list of a payload: entries of another type are left out; anything but a list is an empty one. */
export function listOf<T extends z.ZodType>(schema: T) {
  return z
    .array(z.unknown())
    .catch([])
    .transform((entries) =>
      entries.flatMap((entry) => {
        const parsed = schema.safeParse(entry);
        return parsed.success ? [parsed.data] : [];
      }),
    );
}

/** A metric: a whole number that the contract takes; anything else is unknown. */
export const metric = maybe(z.int().min(0).max(MAX_COUNT));

/** The time of an epoch in milliseconds as the contract writes it; undefined if the calendar has none. */
export function isoTime(epochMs: number): string | undefined {
  const date = new Date(epochMs);
  const time = Number.isNaN(date.getTime()) ? '' : date.toISOString();
  // Years before 0 and after 9999 are written with a sign.
  return /^\d{4}-/.test(time) ? time : undefined;
}

/** A time as a network writes it, with any offset, as the contract writes it; undefined if it is none. */
export function isoTimeOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : isoTime(Date.parse(text));
}
