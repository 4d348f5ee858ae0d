import * as z from 'zod';

import { LakeSettingsSchema } from '../../../core/lake-settings.ts';
import { jsonSetting } from '../json-setting.ts';

/** The environment that rows of the lake are made in. */
export const LakeVariables = z.object({
  /** The bucket that keeps rejected records whole. */
  REJECTED_BUCKET_NAME: z.string(),
  /** JSON: see LakeSettings. */
  LAKE_SETTINGS: jsonSetting(LakeSettingsSchema),
});
