/**
 * What is known while one request runs its course?
 */
import type { CacheActions } from '../policy/actions.js';
import type { ForwardReason, ForwardRule } from '../policy/decisions.js';
import type { StoredBody } from '../storage/records.js';
import type { Passage } from './engine.js';
import type { Found } from './lookup.js';

/** A request, what was found for it, and the policy's view of it. */
export interface Course {
  readonly passage: Passage;
  readonly found: Found;
  readonly actions: CacheActions<StoredBody>;
}

/** Why the request went forward, for the caller to see. */
export interface Forwarded {
  readonly because: ForwardReason;
  readonly rule: ForwardRule;
}
