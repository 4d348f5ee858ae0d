import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';
import * as z from 'zod';

import { EVENT_FIELDS, LAKE_COLUMNS, columnName, sparkSchema } from '../../core/event-fields.ts';
import { athenaDdl, columnsMarkdown, duckdbType, withColumnsMarkdown } from '../../core/lake-ddl.ts';
import { indexTemplate } from '../../core/search/index-template.ts';
import { resourcesOf, synthApp } from '../support/app.ts';
import { trinoComplaints } from '../support/trino.ts';
