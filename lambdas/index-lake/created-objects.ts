import * as z from 'zod';

import { parseJson } from '../../core/parse-json.ts';

/** What S3 tells of objects (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html). */
const NotificationSchema = z.object({
  Records: z.array(
    z.object({
      eventName: z.string(),
      s3: z.object({ bucket: z.object({ name: z.string() }), object: z.object({ key: z.string() }) }),
    }),
  ),
});
/** S3 sends it once, when the notification is set up. */
const TestSchema = z.object({ Event: z.literal('s3:TestEvent') });

/** Which objects are meant. */
export interface WantedObjects {
  readonly bucketName: string;
  readonly prefix: string;
}

/**
 * The keys of the objects that a notification tells of, decoded: S3 encodes them as a form does. `[]` for the test that
 * S3 sends first.
 * @param wanted the bucket, and what keys begin with; others are left out
 * @returns undefined if the text is no notification
 */
export function createdKeys(text: string, wanted: WantedObjects): string[] | undefined {
  const document = parseJson(text);
  if (TestSchema.safeParse(document).success) return [];
  const notification = NotificationSchema.safeParse(document);
  return notification.data?.Records.filter(
    ({ eventName, s3 }) => eventName.includes('ObjectCreated') && s3.bucket.name === wanted.bucketName,
  )
    .map(({ s3 }) => decodeURIComponent(s3.object.key.replaceAll('+', ' ')))
    .filter((key) => key.startsWith(wanted.prefix));
}
