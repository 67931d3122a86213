/**
 * One request through the policy, step by step: the group `lifecycle`.
 *
 * Flags that requests-cache sets together are reduced to the one that wins.
 */
import { CacheActions, parseExpiration, staleness, toFields } from 'axios-http-cache/policy';
import type { Expiration, ReuseDecision, StoredResponse } from 'axios-http-cache/policy';

import type { ExpirationValue, LifecycleInput, RequestInput, VectorOf } from './format.js';
import { instantOf, requestOf, requestSettingsOf, settingsOf, storedOf } from './mapping.js';
import type { Settings } from './mapping.js';

interface Flags {
  readonly error504: boolean;
  readonly sendRequest: boolean;
  readonly resendRequest: boolean;
  readonly resendAsync: boolean;
}
interface Expected {
  readonly error?: string;
  readonly afterRequest: { readonly expireAfter: ExpirationValue };
  readonly afterCached: Flags & { readonly varyKey: { readonly matchHeaders: true | readonly string[] } | null };
  readonly afterResponse: { readonly expireAfter: ExpirationValue; readonly expires: number | null } | null;
  readonly revalidated: { readonly headers: Readonly<Record<string, string>> } | null;
}

const OUTCOMES: Readonly<Record<ReuseDecision['kind'], string>> = {
  fail: 'error504',
  'serve-and-refresh': 'staleAndRefresh',
  revalidate: 'revalidate',
  fetch: 'send',
  serve: 'cached',
};

/** What the policy does, in the form of `expected`. */
export function runLifecycle(input: LifecycleInput, extra: Settings = {}): unknown {
  const { now } = input;
  const times = { requestedAt: now, receivedAt: now };
  const settings = {
    ...settingsOf(input.settings),
    // It knows no partitions: a field that is ignored is not compared either.
    credentials: 'strict' as const,
    ...requestSettingsOf(input.request, input.options ?? {}, now),
    ...extra,
  };
  const request = requestOf(input.request);
  const actions = CacheActions.fromRequest('key', request, settings, now);
  const afterRequest = {
    skipRead: actions.skipRead,
    skipWrite: actions.skipWrite,
    expireAfter: instant(actions.expireAfter, now),
  };
  const stored = actions.skipRead || input.cached === null ? undefined : storedOf(input.cached, settings);
  let varyNames: readonly string[] | undefined;
  const reuse = actions.updateFromCachedResponse(stored, now, (_request, names) => {
    varyNames = names;
    return 'variant';
  });
  const { error504, sendRequest, resendRequest, resendAsync } = actions;
  const early = {
    afterRequest,
    cachedConsulted: stored !== undefined,
    isExpired: stored === undefined ? null : staleness(stored, actions.settings, now) >= 0,
    afterCached: {
      ...{ error504, sendRequest, resendRequest, resendAsync },
      varyKey: varyKey(varyNames, input),
    },
    validationHeaders: { ...actions.validationHeaders },
    isUsable: actions.isUsable(stored, now),
    isUsableOnError: actions.isUsable(stored, now, { error: true }),
    outcome: OUTCOMES[reuse.kind],
  };
  if (input.response === null || reuse.kind === 'fail' || reuse.kind === 'serve')
    return { ...early, afterResponse: null, revalidated: null };
  const isNotModified = input.response.status === 304;
  // What a 304 says by itself; what it says of the stored response is the next step.
  const course = isNotModified ? CacheActions.fromRequest('key', request, settings, now) : actions;
  course.updateFromResponse(input.response, times, input.settings.filterResult);
  const afterResponse = {
    skipWrite: course.skipWrite,
    expireAfter: instant(course.expireAfter, now),
    expires: course.expires ?? null,
    isUsableOnError: actions.isUsable(stored, now, { error: true }),
  };
  const revalidated = isNotModified && stored !== undefined ? confirm(actions, input.response, stored, times) : null;
  return { ...early, afterResponse, revalidated };
}

function confirm(
  actions: CacheActions,
  response: NonNullable<LifecycleInput['response']>,
  stored: StoredResponse,
  times: { readonly requestedAt: number; readonly receivedAt: number },
): unknown {
  const decision = actions.updateRevalidatedResponse(response, stored, times);
  if (decision.kind !== 'freshen') return { refused: decision.kind };
  const expires = actions.expires ?? null;
  const headers = decision.response.headers;
  const unchanged =
    expires === (stored.assigned?.expiresAt ?? null) &&
    Object.entries(response.headers).every(([name, value]) => stored.headers[name.toLowerCase()] === value);
  return {
    expires,
    headers: comparable(headers),
    // A write that changes neither expiry nor fields is skipped there; here it would note the confirmation.
    skipWrite: actions.skipWrite || unchanged,
    revalidated: true,
  };
}

/** `expected` by meaning: instants for lifetimes, the winning flag alone, names in one order. */
export function expectedLifecycle({ input, expected }: VectorOf<'lifecycle'>): unknown {
  const given = expected as Expected;
  if (given.error !== undefined) return given;
  const { now } = input;
  const { afterRequest, afterCached, afterResponse, revalidated } = given;
  return {
    ...given,
    afterRequest: { ...afterRequest, expireAfter: instantOf(afterRequest.expireAfter, now) },
    afterCached: {
      ...winner(afterCached),
      varyKey: afterCached.varyKey && { matchHeaders: sorted(afterCached.varyKey.matchHeaders) },
    },
    afterResponse: afterResponse && {
      ...afterResponse,
      expireAfter: instantOf(afterResponse.expireAfter, now),
      expires: isExpiresField(afterResponse.expireAfter)
        ? Math.max(afterResponse.expires ?? 0, now)
        : afterResponse.expires,
    },
    revalidated: revalidated && { ...revalidated, headers: comparable(revalidated.headers) },
  };
}

// How long ago an Expires field says it was is of no interest here: the response is stale at once.
function isExpiresField(value: ExpirationValue): boolean {
  return typeof value === 'object' && value?.string !== undefined;
}

function winner(flags: Flags): Flags {
  const { error504 } = flags;
  const resendAsync = !error504 && flags.resendAsync;
  const resendRequest = !error504 && !resendAsync && flags.resendRequest;
  return {
    error504,
    resendAsync,
    resendRequest,
    sendRequest: !error504 && !resendAsync && !resendRequest && flags.sendRequest,
  };
}

// Age is made anew, from the facts, each time a response is handed out.
function comparable(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'age'));
}

function instant(value: Expiration | undefined, now: number): number | string | null {
  if (value === undefined) return null;
  const expiration = parseExpiration(value, now);
  return expiration === 'do-not-cache' ? expiration : expiration.expiresAt;
}

// Headers that belong to the key anyway are part of requests-cache's secondary keys. Cookies never are: it compares them
// first, by themselves, and where they differ there is no secondary key.
function varyKey(names: readonly string[] | undefined, { settings, request, cached }: LifecycleInput): unknown {
  if (names === undefined || (names.includes('cookie') && cookies(request) !== cookies(cached?.request))) return null;
  const matched = settings.matchHeaders ?? false;
  if (matched === true) return { matchHeaders: true };
  return {
    matchHeaders: sorted([...names.filter((name) => name !== 'cookie'), ...(matched === false ? [] : matched)]),
  };
}

function cookies(request: RequestInput | undefined): string {
  const field = toFields(request?.headers ?? {})['cookie'] ?? '';
  return field.split(/; */).sort().join('; ');
}

function sorted(names: true | readonly string[]): true | string[] {
  return names === true ? true : [...new Set(names.map((name) => name.toLowerCase()))].sort();
}
