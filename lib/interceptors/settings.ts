/**
 * What holds for this request? The layers of options, compiled into what the policy decides by.
 *
 * Plugin, instance, request: the later outranks the earlier. axios has merged the last two by itself.
 */
import type { Callbacks, Invalidated } from '../exchange/engine.js';
import { createRecognition } from '../exchange/recognition.js';
import type { Recognition } from '../exchange/recognition.js';
import { completeSettings } from '../policy/settings.js';
import type { CacheSettings, UrlRule } from '../policy/types.js';
import type { CacheRequestOptions } from './options.js';

/** Options in the form that requests are carried with. */
export interface Compiled {
  readonly settings: CacheSettings;
  readonly callbacks: Callbacks;
  readonly invalidates: readonly Invalidated[];
  /** JSON is handed out as it is kept, frozen. */
  readonly frozen: boolean;
  /** Requests that were carried with these. */
  readonly recognition: Recognition;
}

/** Compiles the options. `instance` is what `axios.defaults.cache` says, to tell its lifetime from the request's own. */
export function compile(
  plugin: CacheRequestOptions,
  ofRequest: CacheRequestOptions | undefined,
  ofInstance: CacheRequestOptions | undefined,
): Compiled {
  const request = ownDefined(ofRequest);
  const instance = ownDefined(ofInstance);
  const options: CacheRequestOptions = Object.assign(ownDefined(plugin), request);
  // All at once: what is left over in between would have a prototype again.
  const { expireAfter, urlsExpireAfter, shared, earlyRefresh, frozen = false, ...others } = options;
  const { partition, keyFn, filterFn, tags, invalidates = [], ...rest } = ownDefined(others);
  const isOfRequest = request.expireAfter !== undefined && request.expireAfter !== instance.expireAfter;
  const settings = completeSettings({
    ...rest,
    shared: typeof shared === 'string' ? [shared] : shared,
    requestExpireAfter: isOfRequest ? request.expireAfter : undefined,
    expireAfter: isOfRequest ? (instance.expireAfter ?? ownDefined(plugin).expireAfter) : expireAfter,
    urlsExpireAfter: urlRules(urlsExpireAfter),
    earlyRefresh: Number(earlyRefresh ?? 0),
  } as Partial<CacheSettings>);
  return {
    settings,
    callbacks: { partition, keyFn, filterFn, tags },
    invalidates,
    frozen,
    recognition: createRecognition(ofRequest !== undefined),
  };
}

// Without a prototype: what somebody put on `Object.prototype` is nobody's option.
function ownDefined(options: CacheRequestOptions = {}): CacheRequestOptions {
  const own = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of Object.entries(options)) if (value !== undefined) own[name] = value;
  return own;
}

function urlRules(rules: CacheRequestOptions['urlsExpireAfter']): readonly UrlRule[] {
  if (rules === undefined) return [];
  if (Array.isArray(rules)) return rules as readonly UrlRule[];
  if (rules instanceof Map) return [...(rules as Map<string | RegExp, UrlRule[1]>)];
  return Object.entries(rules as Record<string, UrlRule[1]>);
}

/** Options in one text, by which the same ones are known again; `undefined` where one is no plain value. */
export function optionsText(options: CacheRequestOptions | undefined): string | undefined {
  if (options === undefined) return '-';
  if (typeof options !== 'object' || (options as unknown) === null || Array.isArray(options)) return undefined;
  let text = '';
  for (const name of Object.keys(options)) {
    const value: unknown = options[name as keyof CacheRequestOptions];
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    if (!isPlain && value !== undefined) return undefined;
    const shown = String(value);
    text += `${String(name.length)}:${name}${typeof value}${String(shown.length)}:${shown}`;
  }
  return text;
}
