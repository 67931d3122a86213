/**
 * What does a caller get of an outcome? A response or an error of its own.
 */
import { isAxiosError } from 'axios';
import type { AxiosResponse } from 'axios';
import type { InfoFacts } from '../observe/info.js';
import { assertNever } from '../policy/never.js';
import type { Course, Forwarded } from './course.js';
import { deliverAnswer, deliverStored, markedResponse } from './deliver.js';
import type { Sharing } from './deliver.js';
import type { OriginOutcome, Passage } from './engine.js';
import { isOriginFailure, ownError } from './errors.js';

/**
 * Gives the caller what the outcome holds for it. Throws what axios would have thrown. `isAlone`: nobody else has the outcome,
 * and what of it is not stored may be given away.
 */
export function conclude(
  course: Course,
  forwarded: Forwarded,
  outcome: OriginOutcome,
  collapsed = false,
  isAlone = false,
): AxiosResponse {
  const { passage, actions } = course;
  if (outcome.kind === 'failed') {
    const stale = isOriginFailure(outcome.error) ? staleOnError(course, forwarded, undefined) : undefined;
    if (stale !== undefined) return stale;
    throw marked(passage, ownError(outcome.error, passage.config, collapsed), { forwarded, collapsed });
  }
  const { answer } = outcome;
  const decision = collapsed ? actions.updateFromResponse(answer.response, answer.times) : outcome.decision;
  const forwardStatus = answer.response.status;
  const facts = { forwarded, collapsed, forwardStatus };
  const sharing: Sharing = { headers: !isAlone, body: !isAlone || outcome.stored };
  switch (decision.kind) {
    case 'freshen':
      return deliverStored(
        passage,
        decision.response,
        {
          status: 'revalidated',
          fromCache: true,
          forwarded,
          notStored: decision.notStored ?? outcome.notStored,
          stored: outcome.stored,
          collapsed,
          revalidated: true,
          key: outcome.entry?.key,
          forwardStatus,
        },
        answer.request,
      );
    case 'serve-stale':
      return staleOnError(course, forwarded, forwardStatus) ?? deliverAnswer(passage, answer, miss(facts), sharing);
    case 'store': {
      const { entry, stored, notStored } = outcome;
      const response = entry?.response;
      const key = entry?.key;
      const told: InfoFacts = {
        status: 'miss',
        fromCache: false,
        forwarded,
        notStored,
        response,
        stored,
        collapsed,
        key,
        forwardStatus,
      };
      return deliverAnswer(passage, answer, told, sharing);
    }
    case 'pass':
      return deliverAnswer(passage, answer, { ...miss(facts), notStored: decision.because }, sharing);
    case 'invalidate':
    case 'refetch':
      return deliverAnswer(passage, answer, miss(facts), sharing);
    default:
      return assertNever(decision);
  }
}

// A content that broke off comes as an error with a response: that tells what the cache did, as every response does.
function marked(passage: Passage, error: unknown, facts: Pick<InfoFacts, 'forwarded' | 'collapsed'>): unknown {
  if (isAxiosError(error) && error.response !== undefined)
    error.response = markedResponse(passage, error.response, miss(facts));
  return error;
}

function miss<T>(facts: T): T & { readonly status: 'miss'; readonly fromCache: false } {
  return { ...facts, status: 'miss', fromCache: false };
}

/** A failure is noted once for as long as it counts. */
const LONGEST_NOTE = 5_000;

/** A stale answer, where the origin failed and one is allowed (RFC 5861 §4). */
export function staleOnError(
  { passage, actions, found }: Course,
  forwarded: Forwarded,
  forwardStatus: number | undefined,
): AxiosResponse | undefined {
  const { engine } = passage;
  const decision = actions.updateFromError(engine.clock());
  if (decision.kind !== 'serve-stale') return undefined;
  if (!engine.failures.isRecent(actions.cacheKey, LONGEST_NOTE)) engine.failures.note(actions.cacheKey);
  return deliverStored(passage, decision.stored, {
    status: 'stale',
    served: decision.because,
    fromCache: true,
    forwarded,
    forwardStatus,
    key: found.entry?.key,
  });
}
