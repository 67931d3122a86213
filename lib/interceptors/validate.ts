/**
 * Is what the user said sense? Every option is checked where it is given, by name and by type.
 */
import { CacheConfigurationError } from '../errors.js';
import { isExpiration } from '../policy/expiration.js';
import { isToken } from '../policy/fields.js';
import { unknownOption } from './hints.js';
import type { CacheOptions, CacheRequestOptions, PluginOnly } from './options.js';
import { checkStorage } from './validate-storage.js';
import { checkTransform, compressionCheck, encryptionCheck } from './validate-transform.js';

interface Check {
  readonly takes: string;
  accepts(value: unknown): boolean;
}

const isString = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isListOf = (value: unknown, accepts: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(accepts);

const flag: Check = { takes: 'true or false', accepts: (value) => typeof value === 'boolean' };
const callback: Check = { takes: 'a function', accepts: (value) => typeof value === 'function' };
const staleness: Check = {
  takes: 'true, false or a number of seconds that is not negative',
  accepts: (value) => typeof value === 'boolean' || isCount(value),
};
const size: Check = {
  takes: 'a number greater than 0',
  accepts: (value) => typeof value === 'number' && value > 0,
};
const names: Check = { takes: 'a list of names', accepts: (value) => isListOf(value, isString) };
const fieldNames: Check = {
  takes: 'a list of header names',
  accepts: (value) => isListOf(value, (name) => isString(name) && isToken(name)),
};

const isInvalidated = (value: unknown): boolean => {
  if (isString(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  const { tags, ...others } = value as { tags?: unknown };
  return isListOf(tags, isString) && Object.keys(others).length === 0;
};

const isUrlRules = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  const rules: unknown[] = Array.isArray(value) ? value : value instanceof Map ? [...value] : Object.entries(value);
  return rules.every((rule) => {
    if (!Array.isArray(rule) || rule.length !== 2) return false;
    const [pattern, lifetime] = rule as [unknown, unknown];
    const isPattern = isString(pattern) || pattern instanceof RegExp;
    return isPattern && (lifetime === null || lifetime === undefined || isExpiration(lifetime));
  });
};

const REQUEST_CHECKS: Readonly<Record<keyof CacheRequestOptions, Check>> = {
  expireAfter: {
    takes: "a number of seconds, a duration such as '10m', a Date, 'never' or 'do-not-cache'",
    accepts: isExpiration,
  },
  urlsExpireAfter: { takes: 'an object, Map or list of [pattern, lifetime]', accepts: isUrlRules },
  cacheControl: {
    takes: "true, false or 'ignore'",
    accepts: (value) => typeof value === 'boolean' || value === 'ignore',
  },
  heuristic: flag,
  shared: {
    takes: 'true, false or the names of targeted header fields',
    accepts: (value) => typeof value === 'boolean' || (isString(value) && isToken(value)) || fieldNames.accepts(value),
  },
  credentials: {
    takes: "'partition' or 'strict'",
    accepts: (value) => value === 'partition' || value === 'strict',
  },
  credentialHeaders: fieldNames,
  partition: callback,
  alwaysRevalidate: flag,
  onlyIfCached: flag,
  readOnly: flag,
  disabled: flag,
  refresh: flag,
  forceRefresh: flag,
  staleIfError: staleness,
  staleWhileRevalidate: staleness,
  methods: fieldNamesAs('a list of methods'),
  statuses: {
    takes: 'a list of statuses between 200 and 599',
    accepts: (value) =>
      isListOf(value, (status) => Number.isInteger(status) && Number(status) >= 200 && Number(status) <= 599),
  },
  ignoredParameters: names,
  contentRootKey: {
    takes: 'the name of a member of a JSON object',
    accepts: (value) => isString(value) && value !== '',
  },
  matchHeaders: {
    takes: 'true, false or a list of header names',
    accepts: (value) => typeof value === 'boolean' || fieldNames.accepts(value),
  },
  keyFn: callback,
  filterFn: callback,
  tags: {
    takes: 'a list of tags or a function that returns one',
    accepts: (value) => typeof value === 'function' || names.accepts(value),
  },
  invalidates: {
    takes: 'a list of URLs and of objects { tags }',
    accepts: (value) => isListOf(value, isInvalidated),
  },
  earlyRefresh: { ...staleness, takes: 'true, false or a number that is not negative' },
  keepForValidation: { takes: 'a number of seconds that is not negative', accepts: isCount },
  storeSetCookie: flag,
  frozen: flag,
};

const PLUGIN_CHECKS: Readonly<Record<PluginOnly, Check>> = {
  store: {
    takes: 'a Keyv instance, a Keyv storage adapter, a Map or what redisStore() returns',
    accepts: (value) => typeof value === 'object' && value !== null,
  },
  namespace: { takes: 'a text that is not empty', accepts: (value) => isString(value) && value !== '' },
  maxBytes: size,
  maxEntryBytes: size,
  maxEntries: {
    takes: 'a whole number greater than 0',
    accepts: (value) => Number.isSafeInteger(value) && Number(value) > 0,
  },
  storage: {
    takes: 'an object with timeout, budget, breaker and maxPendingBytes',
    accepts: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  },
  compression: compressionCheck,
  encryption: encryptionCheck,
  cacheStatus: {
    takes: "true, false or 'key'",
    accepts: (value) => typeof value === 'boolean' || value === 'key',
  },
  onEvent: callback,
  clock: callback,
};

function fieldNamesAs(takes: string): Check {
  return { ...fieldNames, takes };
}

const KNOWN_REQUEST = Object.keys(REQUEST_CHECKS);
/** Throws `CacheConfigurationError` for an option of a request that is unknown or of the wrong type. */
export function checkRequestOptions(options: unknown): asserts options is CacheRequestOptions {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new CacheConfigurationError('cache', options, 'false or an object of options');
  for (const name of Object.keys(options)) checkOption(name, (options as Record<string, unknown>)[name]);
}

/** Throws `CacheConfigurationError` for an option of the plugin that is unknown or of the wrong type. */
export function checkPluginOptions(options: unknown): asserts options is CacheOptions {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new CacheConfigurationError(
      'cachePlugin(options)',
      options,
      'an object of options; install with use(cachePlugin())',
    );
  for (const name of Object.keys(options)) {
    const check = Object.hasOwn(PLUGIN_CHECKS, name) ? PLUGIN_CHECKS[name as PluginOnly] : undefined;
    const value = (options as Record<string, unknown>)[name];
    if (name === 'invalidates' && value !== undefined)
      throw new CacheConfigurationError(name, value, 'nothing here: each request says what it makes untrue');
    if (check === undefined) checkOption(name, value);
    else if (value !== undefined && !check.accepts(value)) throw new CacheConfigurationError(name, value, check.takes);
  }
  checkTogether(options);
}

/** Checks one option that may be given with a request. */
export function checkOption(name: string, value: unknown): void {
  if (Object.hasOwn(PLUGIN_CHECKS, name))
    throw new CacheConfigurationError(name, value, 'nothing here: it is an option of cachePlugin() only');
  const check = Object.hasOwn(REQUEST_CHECKS, name) ? REQUEST_CHECKS[name as keyof CacheRequestOptions] : undefined;
  if (check === undefined)
    throw new CacheConfigurationError(
      name,
      value,
      unknownOption(name, [...KNOWN_REQUEST, ...Object.keys(PLUGIN_CHECKS)]),
    );
  if (value !== undefined && !check.accepts(value)) throw new CacheConfigurationError(name, value, check.takes);
}

function checkTogether({ maxBytes, maxEntryBytes, storage, compression, encryption }: CacheOptions): void {
  if (maxBytes !== undefined && maxEntryBytes !== undefined && maxEntryBytes > maxBytes)
    throw new CacheConfigurationError('maxEntryBytes', maxEntryBytes, `at most maxBytes, which is ${String(maxBytes)}`);
  checkTransform(compression, encryption);
  checkStorage(storage);
}
