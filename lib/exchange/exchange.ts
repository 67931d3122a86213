/**
 * What happens to one request? The imperative shell: it performs what the policy decides, and decides nothing.
 *
 *   look up -> may it be reused? -> serve | serve and refresh | ask the origin | 504
 *   ask the origin -> what becomes of the answer? -> store | freshen | serve stale | invalidate | pass
 */
import type { AxiosResponse } from 'axios';
import { CacheActions } from '../policy/actions.js';
import { requestDirectives } from '../policy/directives.js';
import { assertNever } from '../policy/never.js';
import type { ReuseDecision } from '../policy/decisions.js';
import type { StoredBody } from '../storage/records.js';
import { deliverGatewayTimeout } from './deliver.js';
import type { Found, Keys, Passage } from './engine.js';
import { keysFor } from './keys.js';
import { lookUp } from './lookup.js';
import type { Course, Forwarded } from './course.js';
import { passThrough } from './bypass.js';
import { isPromiseLike } from '../storage/guard.js';
import type { MaybePromise } from '../storage/types.js';
import { unlessAborted } from './abort.js';
import { refreshBehind } from './behind.js';
import { askTogether } from './forward.js';
import { withConsequences } from './invalidates.js';
import { serve } from './serve.js';

/** Carries one request through the cache. Rejects with what axios would have rejected with. */
export function exchange(passage: Passage): Promise<AxiosResponse> {
  return passage.invalidates.length === 0 ? carry(passage) : withConsequences(passage, carry);
}

async function carry(passage: Passage): Promise<AxiosResponse> {
  const keys = isCacheable(passage) ? keysOrEvent(passage) : undefined;
  if (keys === undefined) return passThrough(passage);
  const looked = lookUp(passage.engine.store, keys, passage);
  // A store in this process answers at once: then nobody waits.
  const found = isPromiseLike(looked) ? await unlessAborted(looked, passage.config) : looked;
  return respond(passage, found);
}

// Without a key of the caller's making nothing is looked up: a wrong one might be somebody else's.
function keysOrEvent(passage: Passage): Keys | undefined {
  const { recognized, callbacks } = passage;
  if (recognized?.keys !== undefined) return recognized.keys;
  try {
    const keys = keysFor(passage);
    const isTheirs = callbacks.keyFn !== undefined || callbacks.partition !== undefined;
    if (recognized !== undefined && !isTheirs) recognized.keys = keys;
    return keys;
  } catch (cause) {
    passage.engine.events.emit('error', { operation: 'keyFn or partition', cause });
    return undefined;
  }
}

function isCacheable({ settings, request }: Passage): boolean {
  // `cache: false` and `disable()`: whatever else is said.
  if (settings.disabled && !settings.onlyIfCached) return false;
  // §5.2.1.7: nothing at all may be asked of the origin then, whatever the method.
  if (settings.onlyIfCached || requestDirectives(request.headers).onlyIfCached) return true;
  return !settings.disabled && settings.methods.includes(request.method);
}

function respond(passage: Passage, found: Found): MaybePromise<AxiosResponse> {
  const { engine, request, settings } = passage;
  const now = engine.clock();
  const actions = new CacheActions<StoredBody>({ cacheKey: found.keys.own, request, settings, now });
  const reuse = actions.updateFromCachedResponse(found.entry?.response, now);
  const course: Course = { passage, found, actions };
  switch (reuse.kind) {
    case 'serve':
      return serve(course, reuse.stored, reuse.because);
    case 'serve-and-refresh':
      refreshBehind(course);
      return serve(course, reuse.stored, reuse.because);
    case 'fail':
      return deliverGatewayTimeout(passage, { status: 'miss', failed504: true, fromCache: false });
    case 'revalidate':
    case 'fetch':
      return askTogether(course, forwardedBy(reuse, found));
    default:
      return assertNever(reuse);
  }
}

type Forwarding = Extract<ReuseDecision, { kind: 'fetch' | 'revalidate' }>;

/** Why a request goes to the origin, by what the store could tell. */
export function forwardedBy({ because, rule }: Forwarding, found: Found): Forwarded {
  if (rule === 'no-entry' && !found.answered) return { because, rule: 'store-silent' };
  // §4.1: variants are there, and none was found under the key that this request selects.
  if (rule === 'no-entry' && found.variants.length > 0) return { because: 'vary-miss', rule: 'vary-mismatch' };
  return { because, rule };
}
