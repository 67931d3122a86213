/**
 * What happens behind the callers' backs? Refreshes of what was served stale, and tries whether a dead origin is back.
 */
import type { AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { ask } from './ask.js';
import { staleOnError } from './conclude.js';
import type { Course, Forwarded } from './course.js';
import type { Outcome } from './engine.js';
import { flightKey } from './sharing.js';

/** While the origin is down, a stale answer comes at once, with one try for each key in this time. */
const RETRY_MILLISECONDS = 1_000;

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
