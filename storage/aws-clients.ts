import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Where clients find AWS; empty: as the SDK's own chain says. */
export interface ClientConfig {
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** A document client that leaves undefined attributes out. */
export function documentClient(config: ClientConfig = {}): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient(config), { marshallOptions: { removeUndefinedValues: true } });
}

/** A document client that reads numbers as the digits that are stored, which a double could not hold. */
export function exactDocumentClient(config: ClientConfig = {}): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient(config), { unmarshallOptions: { wrapNumbers: true } });
}

/** An S3 client; path style, because `<bucket>.localhost` does not resolve everywhere. */
export function s3Client(config: ClientConfig = {}): S3Client {
  return new S3Client({ ...config, forcePathStyle: true });
}
