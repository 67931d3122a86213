/**
 * When was it asked for, as all processes on the store count? What is stored is stored in the order of asking.
 */
import { CanceledError } from 'axios';
import { variantKey } from '../policy/key.js';
import type { Ticket } from '../storage/types.js';
import type { Course } from './course.js';
import type { OriginOutcome } from './engine.js';
import { selectorsOf } from './lookup.js';

type Ending = Parameters<Ticket['conclude']>[0];

/** The fields that select among the stored responses, as far as any are known. */
function knownSelectors({ found }: Course): readonly string[] {
  return found.variants[0]?.selectors[0] ?? (found.entry && selectorsOf(found.entry.response.headers)) ?? [];
}

/** The key of what is fetched once for all: the requester's own, or that of the variant that the request selects. */
export function leaseKey(course: Course): string {
  const { request, settings } = course.passage;
  const { own } = course.found.keys;
  const names = knownSelectors(course);
  return names.length === 0 ? own : variantKey(own, names, request, settings);
}

/** A place in the order of those who ask, where the store keeps one and the answer may be stored. */
export function ticketFor(course: Course): Ticket | undefined {
  const { engine, settings } = course.passage;
  if (course.ticket !== undefined || settings.readOnly || !course.found.answered) return course.ticket;
  return engine.store.fleet?.ticket(leaseKey(course));
}

// What keeps an answer out of every process's store, not of this one's alone.
const FOR_NOBODY: ReadonlySet<string> = new Set([
  ...['status', 'partial', 'no-store', 'private', 'authorization', 'must-understand', 'no-lifetime', 'do-not-cache'],
  ...[
    'request-no-store',
    'body-incomplete',
    'body-unverifiable',
    'body-opaque',
    'redirect',
    'redirect-unseen',
    'too-large',
  ],
]);

/** Says how a flight ended that brought nothing into the store. */
export function concludeFlight(ticket: Ticket | undefined, outcome: OriginOutcome): void {
  if (ticket === undefined || (outcome.kind === 'answered' && outcome.stored)) return;
  if (outcome.kind === 'failed') ticket.conclude(outcome.error instanceof CanceledError ? 'released' : 'error');
  else ticket.conclude(endOf(outcome));
}

function endOf({ answer, decision, notStored }: OriginOutcome & { readonly kind: 'answered' }): Ending {
  if (answer.response.status >= 500) return 'error';
  const why = notStored ?? (decision.kind === 'pass' ? decision.because : undefined);
  return why !== undefined && FOR_NOBODY.has(why) ? 'uncacheable' : 'released';
}
