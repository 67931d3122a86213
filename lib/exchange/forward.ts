/**
 * How does a request go to the origin, and what does its caller get of the outcome? Together with identical
 * requests where their answers may be shared, by itself where not.
 */

import type { AxiosResponse } from 'axios';
import { CacheActions } from '../policy/actions.js';
import type { StoredBody } from '../storage/records.js';
import { ask } from './ask.js';
import { staleAtOnce } from './behind.js';
import { conclude } from './conclude.js';
import type { Course, Forwarded } from './course.js';
import { deliverStored } from './deliver.js';
import type { Outcome } from './engine.js';
import { outlasts } from './flights.js';
import type { Landing } from './flights.js';
import { flightKey, isShareable } from './sharing.js';
import { askStreaming } from './streaming.js';

/** Sends the request to the origin, or joins one that is under way. */
export async function askTogether(course: Course, forwarded: Forwarded): Promise<AxiosResponse> {
  const { passage, actions } = course;
  const { engine, config } = passage;
  const stale = engine.failures.has(actions.cacheKey) ? staleAtOnce(course, forwarded) : undefined;
  if (stale !== undefined) return stale;
  if (config.responseType === 'stream') return askStreaming(course, forwarded);
  const key = flightKey(course, forwarded.rule);
  const landing = await engine.flights.fly(key, config, async (signal) => {
    const outcome = await ask(course, signal);
    if (outcome.kind === 'answered' && outcome.answer.response.status < 500) engine.failures.forget(actions.cacheKey);
    if (key !== undefined && outcome.kind === 'answered') engine.flights.mark(key, isShareable(outcome));
    return outcome;
  });
  return landing.collapsed ? judgeAgain(course, forwarded, landing) : conclude(course, forwarded, landing.outcome);
}

// §4: a waiter is not handed the leader's answer; it judges the stored response against its own request.
async function judgeAgain(course: Course, forwarded: Forwarded, landing: Landing<Outcome>): Promise<AxiosResponse> {
  const { passage, found } = course;
  const { outcome, leader } = landing;
  if (outcome.kind === 'failed') {
    // They were cut off by the leader's limits: one more request serves all who allow more.
    if (outlasts(passage.config, leader)) return askTogether(course, forwarded);
    return conclude(course, forwarded, outcome, true);
  }
  if (outcome.entry === undefined) {
    if (isShareable(outcome)) return conclude(course, forwarded, outcome, true);
    return askAlone(course, forwarded);
  }
  const { engine, request, settings } = passage;
  const now = engine.clock();
  const actions = new CacheActions<StoredBody>({ cacheKey: found.keys.own, request, settings, now });
  const reuse = actions.updateFromCachedResponse(outcome.entry.response, now);
  if (reuse.kind === 'serve' || reuse.kind === 'serve-and-refresh') return share(course, forwarded, outcome);
  const next: Course = { passage, actions, found: { ...found, entry: outcome.entry } };
  if (reuse.kind === 'fetch' && reuse.because === 'vary-miss' && forwarded.rule !== 'vary-mismatch')
    return askTogether(next, { because: 'vary-miss', rule: 'vary-mismatch' });
  return askAlone(course, forwarded);
}

async function askAlone(course: Course, forwarded: Forwarded): Promise<AxiosResponse> {
  const { engine, config } = course.passage;
  const { outcome } = await engine.flights.fly(undefined, config, (signal) => ask(course, signal));
  return conclude(course, forwarded, outcome);
}

function share({ passage }: Course, forwarded: Forwarded, outcome: Answered): AxiosResponse {
  const { entry, answer, decision, stored } = outcome;
  if (entry === undefined) throw new Error('only an entry can be shared');
  const revalidated = decision.kind === 'freshen';
  return deliverStored(passage, entry.response, {
    status: revalidated ? 'revalidated' : 'miss',
    fromCache: revalidated,
    forwarded,
    revalidated,
    collapsed: true,
    stored,
    key: entry.key,
    forwardStatus: answer.response.status,
  });
}

type Answered = Extract<Outcome, { kind: 'answered' }>;
