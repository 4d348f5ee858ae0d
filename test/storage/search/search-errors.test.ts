import { expect, test } from 'vitest';

import { remedyOf, SearchRefusedError } from '../../../storage/search/search-errors.ts';

test.each([
  // The domain knows who asks, but has no role for him.
  [403, 'security_exception', /^with searchLogin=cognito only/],
  // The policy, or an answer to HEAD, which has no body.
  [403, undefined, /^check that you are signed in, .*es:ESHttp\*.*; with searchLogin=cognito only/],
  [401, undefined, /^check that you are signed in, with the right to use the domain$/],
  [403, 'cluster_block_exception', /^it is read only, or its disk is full/],
  [400, 'illegal_argument_exception', /^deploy the stage again$/],
])('what to do about %i %s', (status, type, remedy) => {
  expect(remedyOf(new SearchRefusedError('Searching', status, type))).toMatch(remedy);
});
