import * as z from 'zod';

import { maybe } from '../../network/loose.ts';

type Media = 'image' | 'video' | 'gif';

const VideoSchema = maybe(z.object({ reddit_video: maybe(z.object({ is_gif: maybe(z.boolean()) })) }));

/** Where a post or comment says what is to be seen. */
export const MEDIA_FIELDS = {
  post_hint: maybe(z.string()),
  is_video: maybe(z.boolean()),
  media: VideoSchema,
  secure_media: VideoSchema,
  preview: maybe(z.object({ reddit_video_preview: maybe(z.object({ is_gif: maybe(z.boolean()) })) })),
  media_metadata: maybe(z.record(z.string(), z.unknown())),
};
type MediaFields = { readonly [Field in keyof typeof MEDIA_FIELDS]?: z.output<(typeof MEDIA_FIELDS)[Field]> } & {
  readonly url?: string | undefined;
};

/** Of what a gallery or a text holds. */
const OF_ITEMS: ReadonlyMap<unknown, Media> = new Map([
  ['Image', 'image'],
  ['AnimatedImage', 'gif'],
  ['RedditVideo', 'video'],
]);
const OF_HINTS: ReadonlyMap<unknown, Media> = new Map([
  ['image', 'image'],
  ['hosted:video', 'video'],
  ['rich:video', 'video'],
]);

/** What is to be seen in a post or comment, each kind once. A moving picture is a `gif`, whatever its file is. */
export function mediaOf(fields: MediaFields): Media[] {
  const items = Object.values(fields.media_metadata ?? {}).map((item) => OF_ITEMS.get(Reflect.get(Object(item), 'e')));
  return [...new Set([mainMedia(fields), ...items].filter((kind) => kind !== undefined))];
}

function mainMedia({ post_hint: hint, is_video: isVideo, url = '', ...fields }: MediaFields): Media | undefined {
  const video = fields.media?.reddit_video ?? fields.secure_media?.reddit_video ?? fields.preview?.reddit_video_preview;
  const path = pathOf(url);
  if (video?.is_gif === true || /\.gifv?$/.test(path)) return 'gif';
  if (isVideo === true || video !== undefined) return 'video';
  return OF_HINTS.get(hint) ?? (/\.(jpe?g|png|webp)$/.test(path) ? 'image' : undefined);
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname.toLowerCase() : '';
}
