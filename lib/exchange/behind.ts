/**
 * What happens behind the callers' backs? Refreshes of what was served stale, and tries whether a dead origin is back.
 */
import { AxiosHeaders } from 'axios';
import type { AxiosResponse } from 'axios';
import { ask } from './ask.js';
import { staleOnError } from './conclude.js';
import type { Course, Forwarded } from './course.js';
import { withoutFields } from '../policy/fields.js';
import type { Outcome, Passage } from './engine.js';
import { leaseForRefresh } from './seldom.js';
import { flightKey } from './sharing.js';

/** While the origin is down, a stale answer comes at once, with one try for each key in this time. */
const RETRY_MILLISECONDS = 1_000;

/** After a failed refresh no process tries again for so long. */
const PAUSE_MILLISECONDS = 5_000;

/** A stale answer while the origin is down: nobody waits for it, and now and then it is asked whether it is back. */
export function staleAtOnce(course: Course, forwarded: Forwarded): AxiosResponse | undefined {
  const { engine } = course.passage;
  const { cacheKey } = course.actions;
  const isDue = !engine.failures.isRecent(cacheKey, RETRY_MILLISECONDS);
  const stale = staleOnError(course, forwarded, undefined);
  if (stale === undefined || !isDue) return stale;
  engine.failures.note(cacheKey);
  startBehind(course, `retry ${cacheKey}`);
  return stale;
}

/** Brings a stored response up to date behind its callers' backs. */
export function refreshBehind(course: Course): void {
  startBehind(course, course.found.entry?.key ?? course.found.keys.own);
}

function startBehind(course: Course, task: string): void {
  const { passage, found } = course;
  const { engine, request } = passage;
  const url = passage.redact(request.url);
  const unattended: Course = { ...course, passage: withoutCaller(passage) };
  engine.refreshes.start(task, async () => {
    const isRetry = task.startsWith('retry ');
    const key = flightKey(unattended, 'stale');
    const ticket = await leaseForRefresh(unattended, isRetry ? RETRY_MILLISECONDS : PAUSE_MILLISECONDS);
    // Another process is at it, or has tried in vain a moment ago.
    if (ticket === 'taken') return true;
    const start = (signal: AbortSignal | undefined): Promise<Outcome> => ask({ ...unattended, ticket }, signal);
    const flying = engine.flights.fly(key, unattended.passage.config, start);
    flying.catch(() => ticket?.conclude('error'));
    const { outcome, collapsed } = await flying;
    if (collapsed) ticket?.conclude('released');
    const failed = !wasOfUse(outcome);
    const cause = outcome.kind === 'failed' ? outcome.error : undefined;
    if (!failed) engine.failures.forget(found.keys.own);
    engine.events.emit(failed ? 'refresh-failed' : 'refreshed', {
      key: found.entry?.key ?? found.keys.own,
      url,
      cause,
    });
    // A retry has its own pace, set by the failures; only a failed refresh is to be left alone for longer.
    return !failed || isRetry;
  });
}

// A refresh is of use if the store has something newer now, or nothing any more.
function wasOfUse(outcome: Outcome): boolean {
  if (outcome.kind !== 'answered') return outcome.kind === 'found';
  return outcome.stored || (outcome.decision.kind === 'pass' && outcome.decision.evict);
}

/** Nobody waits for a refresh; without a limit of its caller's it has this one. */
const LONGEST_REFRESH = 60_000;

// The caller has been answered: its signal and progress functions are no longer concerned, nor the range it wanted.
function withoutCaller(passage: Passage): Passage {
  const { config, request } = passage;
  const unattended = { ...config };
  delete unattended.signal;
  delete unattended.cancelToken;
  delete unattended.onDownloadProgress;
  delete unattended.onUploadProgress;
  unattended.timeout = config.timeout === undefined || config.timeout === 0 ? LONGEST_REFRESH : config.timeout;
  unattended.headers = new AxiosHeaders(config.headers);
  unattended.headers.delete('range');
  if (config.responseType === 'stream') unattended.responseType = 'arraybuffer';
  const headers = withoutFields(request.headers, new Set(['range']));
  return { ...passage, config: unattended, request: { ...request, headers } };
}
