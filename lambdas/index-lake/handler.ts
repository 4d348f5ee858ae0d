import { lakeStoreIn } from '../../storage/lake/lake-store.ts';
import { wireFeed } from '../shared/indexing/wire-feed.ts';
import { logsFailures } from '../shared/invocation.ts';
import { readEnv } from './env.ts';
import { indexLake } from './index-lake.ts';

const { log, s3, deps } = wireFeed('index-lake');
const bucketName = readEnv().LAKE_BUCKET_NAME;

export const handler = logsFailures(log, indexLake({ ...deps, bucketName, lake: lakeStoreIn({ s3, bucketName }) }));
