/** The pure policy by itself: no axios, no store, no clock. */
export { CacheActions } from './actions.js';
export type { VaryKeyFunction } from './actions.js';
export { evaluateConditions, readRange } from './conditions.js';
export type { ConditionVerdict, RangeVerdict } from './conditions.js';
export { formatHttpDate, parseHttpDate } from './dates.js';
export { CacheDirectives } from './cache-directives.js';
export { parseCacheControl } from './directives.js';
export type { Directives } from './directives.js';
export {
  DO_NOT_CACHE,
  EXPIRE_IMMEDIATELY,
  isExpiration,
  NEVER_EXPIRE,
  parseExpiration,
  resolveExpireAfter,
} from './expiration.js';
export { toFields } from './fields.js';
export { currentAge, expiresAt, freshnessLifetime, staleness } from './freshness.js';
export type { FreshnessLifetime, LifetimeSource } from './freshness.js';
export type { CacheActionsFields } from './inputs.js';
export { invalidatedUrls, isUnsafe } from './invalidation.js';
export { createKey, credentialPartition, effectiveMethod, urlTag, variantKey } from './key.js';
export { FORWARDED_BECAUSE, NOT_STORED_BECAUSE, SERVED_BECAUSE } from './reasons.js';
export {
  DEFAULT_CREDENTIAL_HEADERS,
  DEFAULT_IGNORED_PARAMETERS,
  redactBody,
  redactFields,
  REDACTED,
  redactUrl,
  secretNames,
} from './redaction.js';
export { decideReuse } from './reuse.js';
export { completeSettings, DEFAULT_SETTINGS } from './settings.js';
export { decideHead, decideOnFailure, decideStoring, keepFor } from './storing.js';
export type * from './decisions.js';
export type * from './types.js';
export { matchUrl, normalizeUrl } from './urls.js';
export { hasValidator, validationHeadersFor } from './validation.js';
export { readVary, varyMismatch } from './vary.js';
