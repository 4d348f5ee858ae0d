import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';

/** An object as its bucket lists it. */
export interface ListedObject {
  readonly key: string;
  readonly sizeBytes: number;
  /** When it was stored, in epoch milliseconds. */
  readonly storedAtMs: number;
  readonly etag: string;
}

/** The objects under a prefix, page by page, in the order of their keys; empty ones too. */
export async function* listObjects(s3: S3Client, bucketName: string, Prefix: string): AsyncGenerator<ListedObject> {
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket: bucketName, Prefix, ContinuationToken }));
    for (const { Key, Size, LastModified, ETag } of page.Contents ?? [])
      if (Key !== undefined)
        yield { key: Key, sizeBytes: Size ?? 0, storedAtMs: LastModified?.getTime() ?? 0, etag: ETag ?? '' };
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
}
