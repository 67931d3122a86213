/**
 * What is known while one request runs its course?
 */
import type { CacheActions } from '../policy/actions.js';
import type { ForwardReason, ForwardRule } from '../policy/decisions.js';
import type { Ticket } from '../storage/types.js';
import type { StoredBody } from '../storage/records.js';
import type { Found, Passage } from './engine.js';

/** A request, what was found for it, and the policy's view of it. */
export interface Course {
  readonly passage: Passage;
  readonly found: Found;
  readonly actions: CacheActions<StoredBody>;
  /** When it was asked for, and under which lease; where the store keeps an order of asking. */
  readonly ticket?: Ticket | undefined;
  /** Other processes have been waited for already. */
  readonly isAlone?: boolean;
}

/** Why the request went forward, for the caller to see. */
export interface Forwarded {
  readonly because: ForwardReason;
  readonly rule: ForwardRule;
}
