import { parquetWriteBuffer, type ColumnSource } from 'hyparquet-writer';

import { LAKE_COLUMNS, type LakeRow } from '../../core/event-fields.ts';
