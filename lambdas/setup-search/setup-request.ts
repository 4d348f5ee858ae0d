import * as z from 'zod';

import { ACCESS_ROLES } from '../../core/search/access-roles.ts';

/** What the template says of the content; a change of any of it makes CloudFormation ask again. */
const PropertiesSchema = z.object({
  Endpoint: z.string(),
  /** Of all that is applied. */
  ContentHash: z.string(),
  /** The ARNs that hold each role; not there where the server has no roles. */
  Access: z.record(z.enum(ACCESS_ROLES), z.array(z.string())).optional(),
});

export type SetupProperties = z.infer<typeof PropertiesSchema>;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html, without what is not used. */
export const SetupRequestSchema = z.discriminatedUnion('RequestType', [
  z.object({ RequestType: z.enum(['Create', 'Update']), ResourceProperties: PropertiesSchema }),
  z.object({ RequestType: z.literal('Delete') }),
]);
