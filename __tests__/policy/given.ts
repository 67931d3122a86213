/** What the policy's tests are given: requests, stored responses and answers, each in one line. */
import { toFields } from '../../lib/policy/fields.js';
import type { LooseFields } from '../../lib/policy/fields.js';
import { formatHttpDate } from '../../lib/policy/dates.js';
import { completeSettings } from '../../lib/policy/settings.js';
import type {
  CacheSettings,
  Exchange,
  ExchangeTimes,
  PolicyRequest,
  PolicyResponse,
  StoredResponse,
} from '../../lib/policy/types.js';

/** When everything happens: a whole second. */
export const now = Date.UTC(2026, 5, 15, 12);

/** The HTTP-date so many seconds from now. */
export const httpDate = (seconds: number): string => formatHttpDate(now + seconds * 1000);

/** Request and answer in the same instant, now. */
export const times: ExchangeTimes = { requestedAt: now, receivedAt: now };

export const privately = completeSettings({});
export const shared = completeSettings({ shared: true });

export const given = (settings: Partial<CacheSettings> = {}): CacheSettings => completeSettings(settings);

export function aRequest(headers: LooseFields = {}, rest: Partial<PolicyRequest> = {}): PolicyRequest {
  return { method: 'GET', url: 'https://api.invalid/x', ...rest, headers: toFields(headers) };
}

export function anAnswer(headers: LooseFields = {}, status = 200): PolicyResponse {
  return { status, headers: toFields(headers) };
}

interface Stored extends Partial<Omit<StoredResponse<string>, 'headers'>> {
  /** Seconds since it was received, which is when it was made. */
  readonly age?: number;
  readonly maxAge?: number;
  /** Cache-Control, behind max-age. */
  readonly cc?: string;
  readonly headers?: LooseFields;
}

/** A stored response: `aStored({ age: 70, maxAge: 60 })` has been stale for ten seconds. */
export function aStored({ age = 0, maxAge, cc, headers = {}, ...rest }: Stored = {}): StoredResponse<string> {
  const receivedAt = now - age * 1000;
  const directives = [
    ...(maxAge === undefined ? [] : [`max-age=${String(maxAge)}`]),
    ...(cc === undefined ? [] : [cc]),
  ];
  const cacheControl = directives.length === 0 ? {} : { 'cache-control': directives.join(', ') };
  return {
    method: 'GET',
    url: 'https://api.invalid/x',
    status: 200,
    statusText: 'OK',
    selectedBy: {},
    requestedAt: receivedAt,
    receivedAt,
    body: 'stored',
    ...rest,
    headers: toFields({ ...cacheControl, ...headers }),
  };
}

/** An exchange in which `stored` was found, if anything was. */
export function anExchange(
  stored?: StoredResponse<string>,
  settings: CacheSettings = privately,
  rest: Partial<Exchange<string>> = {},
): Exchange<string> {
  return { request: aRequest(), stored, settings, validating: false, ...rest };
}
