import * as z from 'zod';

import { RunningEmulatorSchema } from '../../deployment/target.ts';
import { isOwnFolder, processState } from '../process-state.ts';

/** How the name of every folder of a server begins. */
export const SEARCH_FOLDER_PREFIX = 'groundswell-search-';

const SearchStateSchema = RunningEmulatorSchema.extend({
  kind: z.enum(['java', 'docker']).default('java'),
  startedAt: z.string().default('some time ago'),
  /** The command that has started it; only that one ends it without being asked. */
  startedBy: z.int().default(0),
  /** What it keeps; stays when it dies, goes when it is stopped. */
  folder: z.string().refine((path) => isOwnFolder(path, SEARCH_FOLDER_PREFIX)),
});

/** A search server that this checkout has started in the background. */
export type SearchState = Readonly<z.infer<typeof SearchStateSchema>>;

/** `search.json` of a state folder. */
export const searchState = processState<SearchState>('search.json', SearchStateSchema);
