/**
 * Whole runs through a real axios instance with the plugin, against an origin that is scripted step by step: the group
 * `session`. The origin is an adapter, since the URLs of the vectors exist nowhere.
 */
import axios, { AxiosError, AxiosHeaders } from 'axios';
import type { AxiosAdapter, AxiosResponse } from 'axios';
import { cachePlugin } from 'axios-http-cache/core';
import type { CacheOptions, CacheRequestOptions } from 'axios-http-cache/core';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { SessionInput, SessionStep } from './format.js';
import { requestHeadersOf, requestSettingsOf, settingsOf } from './mapping.js';
import type { Settings } from './mapping.js';

interface Call {
  readonly ifNoneMatch: string | null;
  readonly ifModifiedSince: string | null;
}

/** An origin that answers what the step at hand says, and not before it is told to. */
function scriptedOrigin() {
  let script: SessionStep['origin'] = { error: true };
  let opened: Promise<void> = Promise.resolve();
  let calls: Call[] = [];
  const adapter: AxiosAdapter = async (config) => {
    const headers = AxiosHeaders.from(config.headers);
    const sent = (name: string): string | null => (headers.has(name) ? String(headers.get(name)) : null);
    calls.push({ ifNoneMatch: sent('if-none-match'), ifModifiedSince: sent('if-modified-since') });
    const reply = script;
    await opened;
    if ('error' in reply) throw new AxiosError('connect ECONNREFUSED', 'ECONNREFUSED', config, {});
    const { status, body } = reply;
    const answer = {
      status,
      statusText: '',
      headers: new AxiosHeaders(reply.headers),
      data: body,
      config,
      request: {},
    };
    const validate = config.validateStatus;
    if (validate === undefined || validate === null || validate(status)) return answer as AxiosResponse;
    throw new AxiosError(`status ${status}`, AxiosError.ERR_BAD_RESPONSE, config, {}, answer as AxiosResponse);
  };
  return {
    adapter,
    calls: (): readonly Call[] => calls,
    /** Begins a step; returns what lets the origin answer. */
    begin(next: SessionStep['origin']): () => void {
      script = next;
      calls = [];
      let open = (): void => {};
      opened = new Promise((resolve) => {
        open = resolve;
      });
      return open;
    },
  };
}

/** What the steps came to, in the form of `expected`. */
export async function runSession(input: SessionInput, extra: Settings = {}): Promise<unknown> {
  const origin = scriptedOrigin();
  const options = optionsOf({ ...settingsOf(input.settings), ...extra }, input);
  const store = new Map<string, unknown>();
  const steps: unknown[] = [];
  for (const step of input.steps) {
    const now = input.now + step.at;
    // A new client each time, over the same store: what lies between the steps outlasts the pauses that one makes, in
    // real time, after the origin failed.
    const client = cachePlugin({ ...options, store, clock: () => now })(
      axios.create({ adapter: origin.adapter, validateStatus: () => true }),
    );
    const open = origin.begin(step.origin);
    const { request } = step;
    const asked = client.request({
      method: request.method,
      url: request.url,
      headers: { ...requestHeadersOf(request.headers) },
      ...(request.body !== undefined && { data: request.body }),
      cache: perRequest(requestSettingsOf(request, step.options ?? {}, now)),
    });
    // Whoever is answered before the origin is allowed to answer was answered from the store.
    const isForeground = await isWaiting(asked, () => origin.calls().length > 0);
    open();
    const answer = await asked.then((response) => told(response, input), failed);
    const count = origin.calls().length;
    await untilQuiet(() => client.cache.stats());
    const [first] = origin.calls();
    steps.push({
      ...answer,
      originCalls: isForeground ? count : 0,
      backgroundCalls: isForeground ? 0 : origin.calls().length,
      sentIfNoneMatch: first?.ifNoneMatch ?? null,
      sentIfModifiedSince: first?.ifModifiedSince ?? null,
      storedCount: await client.cache.count(),
    });
    await client.cache.close();
  }
  return { steps };
}

function optionsOf(settings: Settings, { settings: given }: SessionInput): CacheOptions {
  const { requestExpireAfter: _none, ...options } = settings;
  return { ...options, ...(given.filterResult !== undefined && { filterFn: () => given.filterResult === true }) };
}

function perRequest({ requestExpireAfter, ...options }: Settings): CacheRequestOptions {
  return { ...options, ...(requestExpireAfter !== undefined && { expireAfter: requestExpireAfter }) };
}

async function isWaiting(asked: Promise<unknown>, isAsked: () => boolean): Promise<boolean> {
  const state = { isSettled: false };
  const settle = (): void => {
    state.isSettled = true;
  };
  asked.then(settle, settle);
  // A few turns more than the way from the store to the caller takes.
  for (let turns = 0; !state.isSettled && turns < 20; turns += isAsked() ? 1 : 0) await nextTurn();
  return !state.isSettled;
}

async function untilQuiet(
  stats: () => { readonly refreshes: number; readonly store: { readonly pendingWrites: number } },
) {
  for (let turns = 0; turns < 5; turns += 1) {
    await nextTurn();
    const { refreshes, store } = stats();
    if (refreshes > 0 || store.pendingWrites > 0) turns = 0;
  }
}

function told(response: AxiosResponse, { settings }: SessionInput): object {
  const { status, cache } = response;
  if (status === 504 && !cache.fromCache && cache.reason === 'only-if-cached') return { status, notCached: true };
  // requests-cache raises error statuses where `stale_if_error` is set; with axios that is up to `validateStatus`.
  const isError = status >= 400 && !(settings.allowableCodes ?? [200]).includes(status);
  if (isError && settings.staleIfError !== undefined) return { error: 'httpStatus' };
  const isKept = cache.fromCache || cache.stored;
  return {
    status,
    body: response.data as unknown,
    fromCache: cache.fromCache,
    revalidated: cache.revalidated,
    isExpired: cache.fromCache && (cache.isExpired ?? false),
    expires: isKept ? (cache.expires?.getTime() ?? null) : null,
  };
}

function failed(error: unknown): object {
  if (axios.isAxiosError(error) && error.response === undefined) return { error: 'network' };
  throw error;
}
