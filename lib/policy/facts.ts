/**
 * Which facts of an exchange are kept? (RFC 9111 §3.1, §4.1)
 *
 * Everything that freshness, selection and validation are computed from, nothing that identifies a user.
 */
import { emptyFields } from './fields.js';
import { REDACTED, redactFields, redactUrl, secretNames } from './redaction.js';
import type {
  AssignedExpiry,
  CacheSettings,
  ExchangeTimes,
  Fields,
  PolicyRequest,
  PolicyResponse,
  Selecting,
  StoredResponse,
} from './types.js';
import { connectionFields } from './validation.js';
import { isIncomparable, readVary, selectingFields, unseenFields } from './vary.js';

const COOKIES: ReadonlySet<string> = new Set(['set-cookie', 'set-cookie2']);
const NOTHING: ReadonlySet<string> = new Set();

/** Fields that speak to one user and are never replayed to another. */
export function unreplayableFields(settings: CacheSettings): ReadonlySet<string> {
  return settings.storeSetCookie ? NOTHING : COOKIES;
}

/** The request fields that selected a response with these fields, as they are kept (§4.1). */
export function selectedFields(headers: Fields, request: Selecting, settings: CacheSettings): Fields {
  const vary = readVary(headers);
  const names = vary.kind === 'names' ? vary.names : [];
  if (names.length === 0) return emptyFields();
  const selected = selectingFields(names, request.headers, settings);
  const redacted: Record<string, string> = redactFields(
    selected,
    Object.keys(selected).filter((name) => isIncomparable(name, settings)),
  );
  // What it was nobody knows; that there was none is not known either.
  for (const name of unseenFields(names, request)) redacted[name] = REDACTED;
  return redacted;
}

function keptFields(headers: Fields, settings: CacheSettings, secrets: readonly string[]): Fields {
  const ofConnection = connectionFields(headers);
  const unreplayable = unreplayableFields(settings);
  const kept = emptyFields();
  for (const name of Object.keys(headers)) {
    if (ofConnection.has(name) || unreplayable.has(name)) continue;
    kept[name] = secrets.includes(name.toLowerCase()) ? REDACTED : (headers[name] ?? '');
  }
  return kept;
}

/** The facts to store; whoever holds the body adds it. */
export function storedFacts(
  request: PolicyRequest,
  response: PolicyResponse,
  times: ExchangeTimes,
  settings: CacheSettings,
  assigned: AssignedExpiry | undefined,
): StoredResponse<undefined> {
  const secrets = secretNames(settings);
  return {
    method: request.method,
    url: redactUrl(request.url, secrets),
    status: response.status,
    statusText: response.statusText ?? '',
    headers: keptFields(response.headers, settings, secrets),
    selectedBy: selectedFields(response.headers, request, settings),
    requestedAt: times.requestedAt,
    receivedAt: times.receivedAt,
    assigned,
    body: undefined,
  };
}
