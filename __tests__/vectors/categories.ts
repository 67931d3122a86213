/**
 * Where do we differ from requests-cache, and on purpose? Every category of conflict, once, with what holds here.
 *
 * `follow`: as requests-cache does. `rfc`: as the RFC says, or as safety asks. `option`: not by default, but a setting
 * brings it back; `OPTIONS` has the setting. The table in docs/differences-from-requests-cache.md says the same.
 */
import type { Settings } from './mapping.js';

export type Handling = 'follow' | 'rfc' | 'option';

export const CATEGORIES: Readonly<Record<string, readonly [handling: Handling, here: string]>> = {
  // Directives
  'directive-self-crashes': ['rfc', 'Unknown directives are ignored, whatever their name.'],
  'quoted-comma-split': ['rfc', 'A comma in quotes separates nothing.'],
  'quoted-value-ignored': ['rfc', '`max-age="60"` means 60 seconds.'],
  'valueless-max-stale': ['rfc', '`max-stale` alone accepts any staleness.'],
  'valueless-numeric-directive': ['rfc', 'Without a number, `max-age` means stale; others count for nothing.'],
  'invalid-delta-ignored': ['rfc', 'A malformed `max-age` means stale.'],
  'negative-delta-accepted': ['rfc', 'A negative `max-age` is malformed, so it means stale.'],
  'max-age-minus-one-never-expires': ['rfc', '`max-age=-1` is malformed, so it means stale.'],
  'lenient-integer': ['rfc', 'Only ASCII digits are a number of seconds.'],
  'duplicate-directive-last-wins': ['rfc', 'Of several values the most cautious one counts.'],
  'empty-argument-directive-dropped': ['rfc', '`no-store=` still says no-store.'],
  // Freshness
  'invalid-expires-raises': ['rfc', 'An `Expires` that is no date lies in the past.'],
  'overflowing-max-age-raises': ['rfc', 'What is too large to count is 2^31 seconds.'],
  'age-ignored': ['rfc', '`Age` is part of the age.'],
  'date-ignored': ['rfc', '`Date` tells when the response was made, and `Expires` counts from there.'],
  'immutable-never-expires': ['rfc', '`immutable` spares validation only while the response is fresh.'],
  'no-store-needs-cache-control-option': [
    'option',
    "`no-store` is always obeyed, unless `cacheControl` is `'ignore'`.",
  ],
  'request-max-age-as-lifetime': [
    'option',
    'It limits the age that is accepted; a lifetime is the `expireAfter` of the request.',
  ],
  // Reuse
  'must-revalidate-while-fresh': ['rfc', '`must-revalidate` binds once the response is stale.'],
  'stale-despite-must-revalidate': ['rfc', '`must-revalidate` and `no-cache` forbid every stale use.'],
  'no-cache-served-only-if-cached': ['rfc', 'A stored `no-cache` response needs validation, so the answer is 504.'],
  'only-if-cached-sends': ['rfc', 'Nothing is sent, not in the background either.'],
  'max-stale-ineffective': ['rfc', '`max-stale` holds with or without a validator, beside other options.'],
  'stale-if-error-response-directive-ignored': [
    'rfc',
    'The stored response says how long it may stand in for an error.',
  ],
  'stale-while-revalidate-response-directive-ignored': [
    'rfc',
    'The stored response says how long it may be used meanwhile.',
  ],
  'stale-if-error-4xx': ['rfc', 'Only 500, 502, 503, 504 and network failures count as errors.'],
  'stale-if-error-request-directive-status': ['rfc', 'It covers error statuses as well as network failures.'],
  'method-override-any': ['rfc', 'An override that names an unsafe method goes past the cache.'],
  // Vary
  'vary-mismatch-validators': ['rfc', 'Nothing of another variant is sent, so no 304 can revive it.'],
  'vary-star-in-list': ['rfc', 'A `*` anywhere in `Vary` never matches.'],
  'vary-cookie-header-ignored': ['rfc', 'The `Cookie` field is compared, whoever set it.'],
  // Validation and invalidation
  '304-validator-mismatch': [
    'rfc',
    'A 304 with another validator confirms nothing; the request is sent again without ours.',
  ],
  '304-freshness-from-settings': ['rfc', 'The merged header fields decide, then the settings.'],
  '304-content-length': ['rfc', 'Fields that describe the content stay as stored.'],
  '304-no-store-written': ['rfc', 'The caller gets the confirmed response, and it is not kept.'],
  '304-wrong-variant': ['rfc', 'Another variant is never asked about, and so never confirmed.'],
  '304-without-validators': ['rfc', "A 304 to the caller's own condition is the caller's."],
  'no-invalidation': ['rfc', 'A successful unsafe request drops what is stored for its URL.'],
  // Keys
  'key-parts-concatenated': ['rfc', 'Each part of a key stands behind its length.'],
  'json-array-order-ignored': ['rfc', 'Arrays keep their order.'],
  'json-array-items-dropped': ['rfc', 'Array items have no names, so none is ignored.'],
  'blank-parameter-dropped': ['rfc', '`?q=`, `?q`, `?` and nothing are different; RFC 3986 6.2.3.'],
  'repeated-parameter-order-ignored': ['rfc', 'Parameters of one name keep their order.'],
  'authorization-not-in-key': [
    'option',
    "Each credential has a partition of its own, unless `credentials` is `'strict'`.",
  ],
  'header-list-lowercased': ['rfc', 'Values keep their case and order, except in `Accept` and its kin.'],
  // Redaction and patterns
  'header-redaction-case-sensitive': ['rfc', 'Ignored names match without regard to case, everywhere.'],
  'key-only-parameter-not-redacted': ['rfc', 'A parameter without `=` is ignored and redacted as well.'],
  'url-pattern-prefix-host': ['follow', 'The end of a glob is open; `example.com/` ends the host.'],
  'url-pattern-embedded-scheme': ['rfc', 'Only the scheme at the beginning of a URL is cut.'],
  // Options
  'option-max-age-lottery': ['rfc', 'The option is the lifetime, the header field the age limit.'],
  'option-never-expire-on-wire': ['rfc', 'Options are never sent.'],
  // Decisions of this project, which no tag names
  'stored-while-of-use': [
    'rfc',
    'A response is stored exactly if it could be used: fresh, stale by permission, or validated.',
  ],
  'do-not-cache-above-all': ['rfc', '`do-not-cache` outranks header fields and other lifetimes.'],
  'min-fresh-validates': ['rfc', 'The request carries the validators, so a 304 can do.'],
  'refresh-behind-stale': ['rfc', '`refresh` validates before it answers, whatever may be served stale.'],
};

/** The settings that bring requests-cache's behaviour back, where they are not per request. */
export const OPTIONS: Readonly<Record<string, Settings>> = {
  'no-store-needs-cache-control-option': { cacheControl: 'ignore' },
  'authorization-not-in-key': { credentials: 'strict' },
  // In each replay: such a max-age is handed over as `expireAfter` of the request.
  'request-max-age-as-lifetime': {},
};

export function handlingOf(category: string): Handling {
  const entry = Object.hasOwn(CATEGORIES, category) ? CATEGORIES[category] : undefined;
  if (entry === undefined)
    throw new Error(`unknown category "${category}": decide it in categories.ts, and say it in the docs`);
  return entry[0];
}
