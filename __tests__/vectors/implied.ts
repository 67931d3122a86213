/**
 * Which vectors show a conflict without saying so?
 *
 * Tags come from a small model beside the recordings, and it looks at some places only: here are the rest, each in the
 * category it belongs to, told from what the vector says and never from what we do. The last categories are ours alone:
 * nobody is wrong there, but this project decided otherwise on purpose.
 */
import { CacheDirectives, DEFAULT_IGNORED_PARAMETERS, matchUrl, toFields } from 'axios-http-cache/policy';

import type { LifecycleInput, RequestInput, SettingsInput, Vector, VectorOf } from './format.js';
import { impliedInNames, impliedInSession } from './implied-elsewhere.js';
import type { Conflict } from './implied-elsewhere.js';
import { patternOf } from './mapping.js';

interface ExpectedLifecycle {
  readonly error?: string;
  readonly isExpired: boolean | null;
  readonly isUsable: boolean;
  readonly outcome: string;
  readonly validationHeaders: Readonly<Record<string, string>>;
  readonly afterResponse: { readonly skipWrite: boolean; readonly expires: number | null } | null;
}

// What depends on whether the stored response serves.
const FROM_OUTCOME = ['afterCached', 'afterResponse', 'outcome', 'revalidated', 'validationHeaders'];
const USABLE = ['isUsable', 'isUsableOnError', 'afterResponse.isUsableOnError'];

/** Conflicts that the tags of a vector leave out. */
export function impliedConflicts(vector: Vector): readonly Conflict[] {
  const found = inGroup(vector);
  // The same question is asked twice; some tags name the first time only.
  const asksTwice = vector.rfcConflictFields?.includes('isUsableOnError') ?? false;
  const again = asksTwice && {
    category: vector.rfcConflictCategories?.[0] ?? '',
    fields: ['afterResponse.isUsableOnError'],
  };
  return again ? [...found, again] : found;
}

function inGroup(vector: Vector): readonly Conflict[] {
  if (vector.group === 'lifecycle') return inLifecycle(vector);
  if (vector.group === 'session') return impliedInSession(vector);
  return vector.group === 'key' || vector.group === 'redact' ? impliedInNames(vector) : [];
}

function inLifecycle({ input, expected }: VectorOf<'lifecycle'>): readonly Conflict[] {
  const seen = expected as ExpectedLifecycle;
  if (seen.error !== undefined) return [];
  const request = CacheDirectives.fromHeaders(input.request.headers);
  return [
    ...ofMethodOverride(input),
    ...ofIgnoredVary(input, seen),
    ...ofDoNotCache(input, seen),
    ...ofStored(input, seen),
    ...ofRefresh(input, seen, request),
    ...ofStaleness(input, seen, request),
    ...(input.response === null ? [] : ofResponse(input, input.response, seen)),
    ...(seen.afterResponse === null ? [] : ofWorth(input, seen.afterResponse)),
  ];
}

// A POST that an override makes a GET is still unsafe: it invalidates, and is not stored.
function ofMethodOverride({ settings, request }: LifecycleInput): Conflict[] {
  const methods = settings.allowableMethods ?? ['GET', 'HEAD'];
  if (methods.includes(request.method.toUpperCase()) || !hasOverride(request, methods)) return [];
  return [{ category: 'method-override-any', fields: ['afterResponse.skipWrite', 'revalidated'] }];
}

function hasOverride({ headers }: RequestInput, methods: readonly string[]): boolean {
  return Object.entries(headers).some(
    ([name, value]) => /^x-(http-)?method(-override)?$/i.test(name) && methods.includes(value),
  );
}

// An ignored header that Vary names never matches: here nothing of that response is sent either.
function ofIgnoredVary({ settings, request, cached }: LifecycleInput, seen: ExpectedLifecycle): Conflict[] {
  const vary = cached === null ? undefined : toFields(cached.headers)['vary'];
  const ignored = (settings.ignoredParameters ?? DEFAULT_IGNORED_PARAMETERS).map((name) => name.toLowerCase());
  const sent = Object.keys(toFields(request.headers));
  const isMismatch = vary
    ?.split(',')
    .some((name) => [ignored, sent].every((names) => names.includes(name.trim().toLowerCase())));
  if (isMismatch !== true || seen.outcome !== 'revalidate') return [];
  return [{ category: 'vary-mismatch-validators', fields: FROM_OUTCOME }];
}

function ofDoNotCache({ settings, request, options }: LifecycleInput, seen: ExpectedLifecycle): Conflict[] {
  const category = 'do-not-cache-above-all';
  const rule = matchedRule(settings, request.url);
  const isRuled = isDoNotCache(rule);
  const hasOwn =
    CacheDirectives.fromHeaders(request.headers).maxAge !== undefined || options?.expireAfter !== undefined;
  if (isRuled && hasOwn) return [{ category, fields: ['*'] }];
  const isForbidden = isRuled || (rule === null && isDoNotCache(settings.expireAfter));
  return isForbidden && seen.afterResponse?.skipWrite === false
    ? [{ category, fields: ['afterResponse.skipWrite'] }]
    : [];
}

function matchedRule({ urlsExpireAfter = [] }: SettingsInput, url: string): unknown {
  const first = urlsExpireAfter.find(([pattern]) => matchUrl(patternOf(pattern), url));
  if (first === undefined) return null;
  // Of equal patterns the last value counts, as in a dictionary.
  return (
    urlsExpireAfter.filter(([pattern]) => JSON.stringify(pattern) === JSON.stringify(first[0])).at(-1)?.[1] ?? null
  );
}

function isDoNotCache(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'special' in value && value.special === 'DO_NOT_CACHE';
}

// What the stored response says of its stale use counts, also beside an option or where a variant does not match.
function ofStored({ settings, cached }: LifecycleInput, seen: ExpectedLifecycle): Conflict[] {
  if (settings.cacheControl !== true || cached === null || seen.isExpired === null) return [];
  const held = CacheDirectives.fromHeaders(cached.headers);
  const conflicts: Conflict[] = [];
  if (held.staleIfError !== undefined)
    conflicts.push({
      category: 'stale-if-error-response-directive-ignored',
      fields: [
        'isUsableOnError',
        'afterResponse.isUsableOnError',
        ...(seen.outcome === 'error504' ? FROM_OUTCOME : []),
      ],
    });
  const fields = [...FROM_OUTCOME, ...USABLE];
  if (held.staleWhileRevalidate !== undefined && seen.isExpired)
    conflicts.push({ category: 'stale-while-revalidate-response-directive-ignored', fields });
  if ((held.mustRevalidate || held.noCache) && seen.isExpired)
    conflicts.push({ category: 'stale-despite-must-revalidate', fields });
  return conflicts;
}

// "Revalidate now" is not answered with what is stale now.
function ofRefresh(
  { options }: LifecycleInput,
  seen: ExpectedLifecycle,
  request: ReturnType<typeof CacheDirectives.fromHeaders>,
): Conflict[] {
  const asked =
    options?.refresh === true || request.mustRevalidate || request.maxAge === 0 || options?.expireAfter === 0;
  const isBehind = asked && seen.outcome === 'staleAndRefresh';
  return isBehind ? [{ category: 'refresh-behind-stale', fields: FROM_OUTCOME }] : [];
}

function ofStaleness(
  { settings }: LifecycleInput,
  seen: ExpectedLifecycle,
  request: ReturnType<typeof CacheDirectives.fromHeaders>,
): Conflict[] {
  const conflicts: Conflict[] = [];
  const isUnconditional = seen.outcome === 'revalidate' && Object.keys(seen.validationHeaders).length === 0;
  if (request.minFresh !== undefined && seen.isExpired === false && !seen.isUsable && isUnconditional)
    conflicts.push({ category: 'min-fresh-validates', fields: ['validationHeaders'] });
  const isLimited = settings.staleWhileRevalidate !== undefined || request.staleWhileRevalidate !== undefined;
  if (request.maxStale !== undefined && isLimited && seen.isExpired === true && !seen.isUsable)
    conflicts.push({
      category: 'max-stale-ineffective',
      fields: [...FROM_OUTCOME, ...USABLE],
    });
  return conflicts;
}

function ofResponse(
  { settings, cached }: LifecycleInput,
  response: NonNullable<LifecycleInput['response']>,
  seen: ExpectedLifecycle,
): Conflict[] {
  const said = CacheDirectives.fromHeaders(response.headers);
  const conflicts: Conflict[] = [];
  // RFC 5861 §4 speaks of the response that is stored, not of the one that failed.
  if (settings.cacheControl === true && said.staleIfError !== undefined && seen.isExpired !== null)
    conflicts.push({
      category: 'stale-if-error-response-directive-ignored',
      fields: ['afterResponse.isUsableOnError'],
    });
  if (response.status !== 304 || cached === null) return conflicts;
  if (said.noStore && settings.cacheControl !== true)
    conflicts.push({ category: '304-no-store-written', fields: ['revalidated.skipWrite'] });
  // RFC 9111 §5.3: the stored max-age outweighs a new Expires.
  const held = CacheDirectives.fromHeaders(cached.headers);
  if (
    settings.cacheControl === true &&
    held.maxAge !== undefined &&
    said.maxAge === undefined &&
    said.expires !== undefined
  )
    conflicts.push({
      category: '304-freshness-from-settings',
      fields: ['revalidated.expires', 'revalidated.skipWrite'],
    });
  return conflicts;
}

// requests-cache asks for the number 0; here a response is stored exactly if it could ever be used.
function ofWorth(
  { now, settings, request, response }: LifecycleInput,
  { skipWrite, expires }: NonNullable<ExpectedLifecycle['afterResponse']>,
): Conflict[] {
  const said = CacheDirectives.fromHeaders(response?.headers ?? {});
  if (expires === null || expires > now || said.hasValidator) return [];
  const asked = CacheDirectives.fromHeaders(request.headers);
  const windows = [settings.staleIfError, settings.staleWhileRevalidate, said.staleIfError, said.staleWhileRevalidate];
  const mayServeStale = [...windows, asked.staleIfError, asked.staleWhileRevalidate].some(
    (window) => window !== undefined,
  );
  return skipWrite && !mayServeStale ? [] : [{ category: 'stored-while-of-use', fields: ['afterResponse.skipWrite'] }];
}
