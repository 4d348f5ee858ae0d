import type { Metric, Post } from '../../core/social-event.ts';
import type { Source } from '../../core/sources.ts';
import type { Normalised } from './network.ts';

const MAX_HASHTAGS = 1_000;

/** An event as a `normalise` writes it; what is undefined is left out. */
export interface EventDraft {
  readonly id: string;
  readonly source: Source;
  readonly kind: Post['kind'];
  readonly created_at: string;
  readonly observed_at: string;
  readonly text: string;
  readonly title?: string | undefined;
  readonly lang?: string | undefined;
  readonly url?: string | undefined;
  readonly author?: Optional<Post['author']>;
  readonly metrics?: Readonly<Partial<Record<Metric, number | undefined>>>;
  /** Of the rules that matched, where the network says so. */
  readonly tags?: readonly string[];
  readonly hashtags?: readonly string[];
  readonly mentions?: readonly string[];
  readonly urls?: readonly string[];
  readonly media?: Post['media'];
  readonly annotations?: Post['annotations'];
  readonly place?: Optional<Post['place']>;
  readonly category?: string | undefined;
  readonly ref?: Optional<Post['ref']>;
}

type Optional<T> = { readonly [Field in keyof NonNullable<T>]: NonNullable<T>[Field] | undefined } | undefined;

/** Makes an event of the contract. Half characters are replaced, lists hold each entry once. */
export function draftEvent({ hashtags, mentions, urls, media, ...draft }: EventDraft): Normalised {
  const { text, title } = draft;
  const event = {
    v: 1,
    ...definedFields(draft),
    text: text.toWellFormed(),
    ...(title !== undefined && { title: title.toWellFormed() }),
    metrics: definedFields(draft.metrics ?? {}),
    hashtags: distinct(hashtags).slice(0, MAX_HASHTAGS),
    mentions: distinct(mentions),
    urls: distinct(urls),
    media: distinct(media),
    id: draft.id,
  };
  return { kind: 'event', event };
}

function distinct(values: readonly string[] = []): string[] {
  return [...new Set(values.map((value) => value.toWellFormed()))];
}

/** A copy without the fields that are undefined, also of the objects in it. */
function definedFields(object: object): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(object)) {
    if (value === undefined) continue;
    fields[name] = isPlain(value) ? definedFields(value) : wellFormed(value);
  }
  return fields;
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wellFormed(value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : value;
}
