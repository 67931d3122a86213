/**
 * What holds where nobody said otherwise? The policy's settings with their defaults.
 */
import { DEFAULT_CREDENTIAL_HEADERS, DEFAULT_IGNORED_PARAMETERS } from './redaction.js';
import type { CacheSettings } from './types.js';

/** A day: how long a stale response with a validator is kept, so that a 304 can still save its body. */
const KEEP_FOR_VALIDATION = 86_400;

/** The default of every setting. */
export const DEFAULT_SETTINGS: CacheSettings = Object.freeze({
  shared: false,
  credentials: 'partition',
  credentialHeaders: DEFAULT_CREDENTIAL_HEADERS.map((name) => name.toLowerCase()),
  cacheControl: true,
  requestExpireAfter: undefined,
  urlsExpireAfter: [],
  expireAfter: undefined,
  heuristic: true,
  alwaysRevalidate: false,
  onlyIfCached: false,
  readOnly: false,
  disabled: false,
  refresh: false,
  forceRefresh: false,
  staleIfError: false,
  staleWhileRevalidate: false,
  methods: ['GET', 'HEAD'],
  statuses: undefined,
  ignoredParameters: DEFAULT_IGNORED_PARAMETERS.map((name) => name.toLowerCase()),
  contentRootKey: undefined,
  matchHeaders: false,
  keepForValidation: KEEP_FOR_VALIDATION,
  earlyRefresh: 0,
  storeSetCookie: false,
});

/** Complete settings from some of them; names are brought to the case the policy compares in. */
export function completeSettings(given: Partial<CacheSettings>): CacheSettings {
  const settings = { ...DEFAULT_SETTINGS, ...withoutUndefined(given) };
  return {
    ...settings,
    methods: settings.methods.map((method) => method.toUpperCase()),
    credentialHeaders: settings.credentialHeaders.map((name) => name.toLowerCase()),
    ignoredParameters: settings.ignoredParameters.map((name) => name.toLowerCase()),
    matchHeaders:
      typeof settings.matchHeaders === 'boolean'
        ? settings.matchHeaders
        : settings.matchHeaders.map((name) => name.toLowerCase()),
  };
}

function withoutUndefined(given: Partial<CacheSettings>): Partial<CacheSettings> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
