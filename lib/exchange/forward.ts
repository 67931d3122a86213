/**
 * How does a request go to the origin, and what does its caller get of the outcome? Together with identical
 * requests where their answers may be shared, by itself where not.
 */

import type { AxiosResponse } from 'axios';
import { CacheActions } from '../policy/actions.js';
import type { StoredBody } from '../storage/records.js';
import { ask } from './ask.js';
import type { Found, OriginOutcome, Outcome } from './engine.js';
import { staleAtOnce } from './behind.js';
import { conclude } from './conclude.js';
import type { Course, Forwarded } from './course.js';
import { deliverStored } from './deliver.js';
import { isOriginFailure } from './errors.js';
import { outlasts, timeLeft } from './flights.js';
import type { Landing } from './flights.js';
import { serve } from './serve.js';
import { flightKey, isShareable } from './sharing.js';
import { askAcross, askStreaming } from './seldom.js';

/** An origin that failed so lately is asked behind the callers' backs, where a stale answer will do. */
const DOWN_MILLISECONDS = 5_000;

/** When a request came: in the order of arrivals and launches, and in milliseconds. */
interface Arrival {
  readonly turn: number;
  readonly at: number;
}

/** Sends the request to the origin, or joins one that is under way. */
export async function askTogether(course: Course, forwarded: Forwarded, since?: Arrival): Promise<AxiosResponse> {
  const { passage, actions } = course;
  const { engine, config } = passage;
  const wantsOrigin = forwarded.rule === 'refresh' || forwarded.rule === 'request-max-age';
  const isDown = !wantsOrigin && engine.failures.isRecent(actions.cacheKey, DOWN_MILLISECONDS);
  const stale = isDown ? staleAtOnce(course, forwarded) : undefined;
  if (stale !== undefined) return stale;
  if (config.responseType === 'stream') return askStreaming(course, forwarded);
  const arrival = since ?? { turn: engine.flights.turn(), at: engine.monotonic() };
  const landing = await fly(course, forwarded);
  if ('failed' in landing) return conclude(course, forwarded, { kind: 'failed', error: landing.failed });
  const { outcome } = landing;
  if (outcome.kind === 'apart') return askAlone(course, forwarded);
  if (outcome.kind === 'found') return judgeFound(course, forwarded, outcome.found, arrival);
  if (!landing.collapsed) return conclude(course, forwarded, outcome, false, landing.isAlone);
  return judgeAgain(course, forwarded, { ...landing, outcome }, arrival);
}

async function fly(course: Course, forwarded: Forwarded): Promise<Landing<Outcome> | { readonly failed: unknown }> {
  const { passage, actions } = course;
  const { engine, config } = passage;
  const key = flightKey(course, forwarded.rule);
  try {
    return await engine.flights.fly(key, config, async (signal) => {
      // Whoever may not share in this process may not in another.
      const outcome = await (key === undefined ? ask(course, signal) : askAcross(course, signal));
      if (outcome.kind === 'answered' && outcome.answer.response.status < 500) engine.failures.forget(actions.cacheKey);
      if (key !== undefined && outcome.kind === 'answered') engine.flights.mark(key, isShareable(outcome));
      if (key !== undefined && outcome.kind === 'apart') engine.flights.mark(key, false);
      return outcome;
    });
  } catch (error) {
    // The waiter's own timeout is a failure of the origin; its own abort is not.
    if (isOriginFailure(error)) return { failed: error };
    throw error;
  }
}

// §4: a waiter is not handed the leader's answer; it judges the stored response against its own request.
async function judgeAgain(
  course: Course,
  forwarded: Forwarded,
  landing: Landing<OriginOutcome>,
  arrival: Arrival,
): Promise<AxiosResponse> {
  const { passage, found } = course;
  const { outcome, leader } = landing;
  const { engine, request, settings, config } = passage;
  if (outcome.kind === 'failed') {
    const waited = engine.monotonic() - arrival.at;
    // They were cut off by the leader's limits: one more request serves all who allow more.
    if (outlasts(config, leader, outcome.error, waited)) return goOn(course, forwarded, arrival, waited);
    return conclude(course, forwarded, outcome, true);
  }
  if (outcome.entry === undefined) {
    if (isShareable(outcome)) return conclude(course, forwarded, outcome, true);
    return askAlone(course, forwarded);
  }
  const now = engine.clock();
  const actions = new CacheActions<StoredBody>({ cacheKey: found.keys.own, request, settings, now });
  const reuse = actions.updateFromCachedResponse(outcome.entry.response, now);
  if (reuse.kind === 'serve' || reuse.kind === 'serve-and-refresh') return share(course, forwarded, outcome);
  const next: Course = { passage, actions, found: { ...found, entry: outcome.entry } };
  if (reuse.kind === 'revalidate') {
    // Asked for after this request came, it is as good as an answer to it; else one validation serves all who wait.
    if (landing.launched > arrival.turn) return share(course, forwarded, outcome);
    return askTogether(next, { because: reuse.because, rule: reuse.rule }, arrival);
  }
  if (reuse.kind === 'fetch' && reuse.because === 'vary-miss' && forwarded.rule !== 'vary-mismatch')
    return askTogether(next, { because: 'vary-miss', rule: 'vary-mismatch' }, arrival);
  return askAlone(course, forwarded);
}

// The same for what another process has stored: it lies in the store, for whomever it fits.
async function judgeFound(
  { passage, found: before }: Course,
  forwarded: Forwarded,
  found: Found,
  arrival: Arrival,
): Promise<AxiosResponse> {
  const { engine, request, settings } = passage;
  const now = engine.clock();
  const actions = new CacheActions<StoredBody>({ cacheKey: found.keys.own, request, settings, now });
  const reuse = actions.updateFromCachedResponse(found.entry?.response, now);
  if (reuse.kind === 'serve' || reuse.kind === 'serve-and-refresh')
    return serve({ passage, found }, reuse.stored, reuse.because, true);
  const isOtherVariant = before.variants.length === 0 && found.variants.length > 0;
  const next: Course = { passage, actions, found, isAlone: !isOtherVariant };
  if (isOtherVariant) return askTogether(next, { because: 'vary-miss', rule: 'vary-mismatch' }, arrival);
  return askTogether(next, reuse.kind === 'fail' ? forwarded : { because: reuse.because, rule: reuse.rule }, arrival);
}

async function goOn(course: Course, forwarded: Forwarded, arrival: Arrival, waited: number): Promise<AxiosResponse> {
  const { passage } = course;
  const left = timeLeft(passage.config, waited);
  const config = left === Infinity ? passage.config : { ...passage.config, timeout: Math.ceil(left) };
  const response = await askTogether({ ...course, passage: { ...passage, config } }, forwarded, arrival);
  response.config = passage.config;
  return response;
}

async function askAlone(course: Course, forwarded: Forwarded): Promise<AxiosResponse> {
  const { engine, config } = course.passage;
  const { outcome } = await engine.flights.fly(undefined, config, (signal) => ask(course, signal));
  if (outcome.kind !== 'answered' && outcome.kind !== 'failed') throw new Error('who asks alone is told by the origin');
  return conclude(course, forwarded, outcome, false, true);
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
