/**
 * What does a caller get from the store? The stored response, and a word on why it will do.
 */
import type { AxiosResponse } from 'axios';
import type { ServeRule } from '../policy/decisions.js';
import type { StoredResponse } from '../policy/types.js';
import type { StoredBody } from '../storage/records.js';
import { reconsider } from './callbacks.js';
import type { Course } from './course.js';
import { deliverStored } from './deliver.js';

/** Serves a stored response. `collapsed`: another process has just fetched it, while this request waited. */
export function serve(
  { passage, found }: Pick<Course, 'passage' | 'found'>,
  stored: StoredResponse<StoredBody>,
  rule: ServeRule,
  collapsed = false,
): AxiosResponse {
  if (found.entry !== undefined) reconsider(passage, found.entry);
  const isFresh = rule === 'fresh' || rule === 'immutable' || rule === 'never-expires';
  return deliverStored(passage, stored, {
    status: isFresh ? 'hit' : 'stale',
    served: rule,
    fromCache: true,
    collapsed,
    key: found.entry?.key,
  });
}
