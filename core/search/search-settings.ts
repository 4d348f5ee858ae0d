import * as z from 'zod';

import { INDEX_PERIODS } from './index-name.ts';

/**
 * The settings that the search stage runs with: made from the preset and the settings at synth, handed to its functions
 * as one JSON environment variable, and to the commands as a stack output.
 */
export const SearchSettingsSchema = z.strictObject({
  /** What people read; indices are `<alias>-YYYY.MM`, or `<alias>-YYYY.MM.DD`. */
  alias: z.string().regex(/^[a-z][a-z0-9-]*$/),
  indexPeriod: z.enum(INDEX_PERIODS),
  /** How soon what is stored can be found. */
  refreshSeconds: z.int().min(1),
  /** Posts created longer ago are not indexed, and go. */
  retentionDays: z.int().min(1),
  /** What all indices may take on disk; beyond it the oldest index goes. */
  maxBytes: z.int().min(1),
  /** What posts are searched for. */
  features: z.array(z.strictObject({ name: z.string(), keywords: z.array(z.string()) })),
});

export type SearchSettings = z.infer<typeof SearchSettingsSchema>;
