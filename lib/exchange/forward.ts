/**
 * How does a request go to the origin, and what does its caller get of the outcome? Together with identical
 * requests where their answers may be shared, by itself where not.
 */

import type { AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { CacheActions } from '../policy/actions.js';
import { variantKey } from '../policy/key.js';
import { assertNever } from '../policy/never.js';
import type { ForwardRule } from '../policy/types.js';
import type { StoredBody } from '../storage/records.js';
import { ask } from './ask.js';
import type { Course, Forwarded } from './course.js';
import { deliverAnswer, deliverStored } from './deliver.js';
import type { Outcome } from './engine.js';
import { isOriginFailure, ownError } from './errors.js';
import { outlasts } from './flights.js';
import type { Landing } from './flights.js';
import { selectorsOf } from './lookup.js';
import { askStreaming } from './streaming.js';

/** While the origin is down, a stale answer comes at once, with one try for each key in this time. */
const RETRY_MILLISECONDS = 1_000;

// What these ask for, an answer that is already on its way may be too old to give.
const DEMANDS_OWN_ANSWER: ReadonlySet<ForwardRule> = new Set([
  'request-no-store',
  'request-no-cache',
  'force-refresh',
  'do-not-cache',
  'refresh',
  'always-revalidate',
  'request-max-age',
  'response-no-cache',
  'caller-conditional',
]);

/** Sends the request to the origin, or joins one that is under way. */
export async function askTogether(course: Course, forwarded: Forwarded): Promise<AxiosResponse> {
  const { passage, actions } = course;
  const { engine, config } = passage;
  const stale = engine.failures.has(actions.cacheKey) ? staleAtOnce(course, forwarded) : undefined;
  if (stale !== undefined) return stale;
  if (config.responseType === 'stream') return askStreaming(course, forwarded, conclude);
  const key = flightKey(course, forwarded.rule);
  const landing = await engine.flights.fly(key, config, async (signal) => {
    const outcome = await ask(course, signal);
    if (outcome.kind === 'answered' && outcome.answer.response.status < 500) engine.failures.forget(actions.cacheKey);
    if (key !== undefined && outcome.kind === 'answered') engine.flights.mark(key, isShareable(outcome));
    return outcome;
  });
  return landing.collapsed ? judgeAgain(course, forwarded, landing) : conclude(course, forwarded, landing.outcome);
}

function flightKey({ passage, found }: Course, rule: ForwardRule): string | undefined {
  const { request, settings } = passage;
  if (DEMANDS_OWN_ANSWER.has(rule) || request.headers['range'] !== undefined) return undefined;
  const names = found.variants[0]?.selectors[0] ?? (found.entry && selectorsOf(found.entry.response.headers)) ?? [];
  const variant = names.length === 0 ? '' : variantKey(found.keys.own, names, request, settings);
  return `${found.keys.own} ${found.epoch} ${variant}`;
}

// An error of the origin is shared too: asking a failing origin a thousand times helps nobody.
function isShareable(outcome: Extract<Outcome, { kind: 'answered' }>): boolean {
  return outcome.entry !== undefined || outcome.answer.response.status >= 500;
}

// §4: a waiter is not handed the leader's answer; it judges the stored response against its own request.
async function judgeAgain(course: Course, forwarded: Forwarded, landing: Landing<Outcome>): Promise<AxiosResponse> {
  const { passage, found } = course;
  const { outcome, leader } = landing;
  if (outcome.kind === 'failed') {
    if (outlasts(passage.config, leader)) return askAlone(course, forwarded);
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

/** Gives the caller what the outcome holds for it. Throws what axios would have thrown. */
export function conclude(course: Course, forwarded: Forwarded, outcome: Outcome, collapsed = false): AxiosResponse {
  const { passage, actions } = course;
  if (outcome.kind === 'failed') {
    const stale = isOriginFailure(outcome.error) ? staleOnError(course, forwarded, undefined) : undefined;
    if (stale !== undefined) return stale;
    throw ownError(outcome.error, passage.config, collapsed);
  }
  const { answer } = outcome;
  const decision = collapsed ? actions.updateFromResponse(answer.response, answer.times) : outcome.decision;
  const facts = { forwarded, collapsed, forwardStatus: answer.response.status };
  switch (decision.kind) {
    case 'freshen':
      return deliverStored(
        passage,
        decision.response,
        {
          ...facts,
          status: 'revalidated',
          fromCache: true,
          revalidated: true,
          stored: outcome.stored,
          key: outcome.entry?.key,
          notStored: decision.notStored,
        },
        answer.request,
      );
    case 'serve-stale':
      return staleOnError(course, forwarded, answer.response.status) ?? deliverAnswer(passage, answer, miss(facts));
    case 'store': {
      const { entry, stored, notStored } = outcome;
      return deliverAnswer(passage, answer, {
        ...miss(facts),
        stored,
        notStored,
        response: entry?.response,
        key: entry?.key,
      });
    }
    case 'pass':
      return deliverAnswer(passage, answer, { ...miss(facts), notStored: decision.because });
    case 'invalidate':
    case 'refetch':
      return deliverAnswer(passage, answer, miss(facts));
    default:
      return assertNever(decision);
  }
}

function miss<T>(facts: T): T & { readonly status: 'miss'; readonly fromCache: false } {
  return { ...facts, status: 'miss', fromCache: false };
}

// Nobody waits for a dead origin whose last answer will do; now and then it is asked whether it is back.
function staleAtOnce(course: Course, forwarded: Forwarded): AxiosResponse | undefined {
  const { engine } = course.passage;
  const { cacheKey } = course.actions;
  const isDue = !engine.failures.isRecent(cacheKey, RETRY_MILLISECONDS);
  const stale = staleOnError(course, forwarded, undefined);
  if (stale === undefined || !isDue) return stale;
  engine.failures.note(cacheKey);
  startBehind(course, `retry ${cacheKey}`);
  return stale;
}

// RFC 5861 §4
function staleOnError(
  { passage, actions, found }: Course,
  forwarded: Forwarded,
  forwardStatus: number | undefined,
): AxiosResponse | undefined {
  const { engine } = passage;
  const decision = actions.updateFromError(engine.clock());
  if (decision.kind !== 'serve-stale') return undefined;
  if (!engine.failures.has(actions.cacheKey)) engine.failures.note(actions.cacheKey);
  return deliverStored(passage, decision.stored, {
    status: 'stale',
    served: decision.because,
    fromCache: true,
    forwarded,
    forwardStatus,
    key: found.entry?.key,
  });
}

/** Brings a stored response up to date behind its callers' backs. */
export function refreshBehind(course: Course): void {
  startBehind(course, course.found.keys.own);
}

function startBehind(course: Course, task: string): void {
  const { passage, found } = course;
  const { engine, request } = passage;
  const url = passage.redact(request.url);
  const unattended: Course = { ...course, passage: { ...passage, config: withoutCaller(passage.config) } };
  engine.refreshes.start(task, async () => {
    const key = flightKey(unattended, 'stale');
    const start = (signal: AbortSignal): Promise<Outcome> => ask(unattended, signal);
    const { outcome } = await engine.flights.fly(key, unattended.passage.config, start);
    const failed = outcome.kind === 'failed' || outcome.answer.response.status >= 500;
    const cause = outcome.kind === 'failed' ? outcome.error : undefined;
    if (!failed) engine.failures.forget(found.keys.own);
    engine.events.emit(failed ? 'refresh-failed' : 'refreshed', { key: found.keys.own, url, cause });
    // A retry has its own pace, set by the failures; only a failed refresh is to be left alone for longer.
    return !failed || task !== found.keys.own;
  });
}

// The caller has been answered: its signal, limits in time and progress functions are no longer concerned.
function withoutCaller(config: InternalAxiosRequestConfig): InternalAxiosRequestConfig {
  const unattended = { ...config };
  delete unattended.signal;
  delete unattended.cancelToken;
  delete unattended.onDownloadProgress;
  delete unattended.onUploadProgress;
  if (config.responseType === 'stream') unattended.responseType = 'arraybuffer';
  return unattended;
}
