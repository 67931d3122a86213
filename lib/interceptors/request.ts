/**
 * How does a request get into the cache? Its options are resolved, and the exchange takes the adapter's place.
 *
 * Only there has every other request interceptor run, is the content final, and is the answer still raw.
 */
import { AxiosHeaders } from 'axios';
import type { AxiosAdapter, AxiosInstance, AxiosRequestConfig, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { resolveAdapter } from '../exchange/adapters.js';
import { isServable } from '../exchange/body.js';
import { raiseEpochs } from '../exchange/commit.js';
import type { Engine, Passage } from '../exchange/engine.js';
import { exchange } from '../exchange/exchange.js';
import { keysFor, tagOf } from '../exchange/keys.js';
import { lookUp } from '../exchange/lookup.js';
import { toPolicyRequest } from '../exchange/message.js';
import { readRequestBody, UNREADABLE } from '../exchange/request-body.js';
import type { CacheInfo, NotStoredReason } from '../observe/info.js';
import { redactUrl, secretNames } from '../policy/redaction.js';
import type { CacheSettings, PolicyRequest } from '../policy/types.js';
import type { EntryRecord } from '../storage/records.js';
import type { CacheRequestOptions } from './options.js';
import type { Compiled } from './settings.js';
import { checkRequestOptions } from './validate.js';

type Adapter = InternalAxiosRequestConfig['adapter'];

// `for`: the ESM and the CJS copy of this library recognise each other's exchange.
const ORIGINAL_ADAPTER = Symbol.for('axios-http-cache.adapter');

interface ExchangeAdapter extends AxiosAdapter {
  [ORIGINAL_ADAPTER]?: { readonly adapter: Adapter };
}

/** What the interceptor needs to know of the plugin. */
export interface Installation {
  readonly engine: Engine;
  readonly instance: AxiosInstance;
  compiled(request: CacheRequestOptions | undefined, instance: CacheRequestOptions | undefined): Compiled;
  /** The plugin's `disable(fn)` is running. */
  isDisabled(): boolean;
}

/** Makes the request interceptor of an instance. */
export function requestInterceptor(installation: Installation) {
  return (config: InternalAxiosRequestConfig): InternalAxiosRequestConfig => {
    const compiled = compiledFor(installation, config);
    const adapter = originalAdapter(config.adapter ?? installation.instance.defaults.adapter);
    const carry: ExchangeAdapter = (final) => carryThrough(installation, compiled, adapter, final);
    carry[ORIGINAL_ADAPTER] = { adapter };
    config.adapter = carry;
    return config;
  };
}

/** The adapter below an exchange: a config that is sent again has ours in it. */
export function originalAdapter(adapter: Adapter): Adapter {
  return typeof adapter === 'function' ? ((adapter as ExchangeAdapter)[ORIGINAL_ADAPTER]?.adapter ?? adapter) : adapter;
}

function compiledFor(installation: Installation, config: InternalAxiosRequestConfig): Compiled {
  const { instance } = installation;
  const own: unknown = Object.hasOwn(config, 'cache') ? config.cache : undefined;
  if (own !== undefined && own !== false) checkRequestOptions(own);
  const defaults: unknown = Object.hasOwn(instance.defaults, 'cache') ? instance.defaults.cache : undefined;
  const ofInstance = typeof defaults === 'object' ? (defaults as CacheRequestOptions) : undefined;
  const found = installation.compiled(own === false ? undefined : own, ofInstance);
  return own === false || installation.isDisabled() ? switchedOff(found) : found;
}

function switchedOff({ settings, callbacks }: Compiled): Compiled {
  return { settings: { ...settings, disabled: true, onlyIfCached: false }, callbacks };
}

function carryThrough(
  { engine }: Installation,
  compiled: Compiled,
  adapter: Adapter,
  config: InternalAxiosRequestConfig,
): Promise<AxiosResponse> {
  // Whoever sends this config again (retries do) finds the caller's adapter in it.
  config.adapter = adapter as NonNullable<Adapter>;
  const begin = (body: Awaited<ReturnType<typeof readRequestBody>>): Promise<AxiosResponse> => {
    const canBeCached = isServable(config) && body !== UNREADABLE;
    const request = toPolicyRequest(config, body === UNREADABLE ? undefined : body);
    return exchange(createPassage(engine, canBeCached ? compiled : switchedOff(compiled), adapter, config, request));
  };
  const { disabled, methods } = compiled.settings;
  // What is sent is read for its key only.
  const isKeyed = !disabled && methods.includes((config.method ?? 'get').toUpperCase());
  const body = isKeyed ? readRequestBody(config.data) : undefined;
  return body instanceof Promise ? body.then(begin) : begin(body);
}

function createPassage(
  engine: Engine,
  { settings, callbacks }: Compiled,
  adapter: Adapter,
  config: InternalAxiosRequestConfig,
  request: PolicyRequest,
): Passage {
  const redact = (url: string): string => redactUrl(url, secretNames(settings));
  const { kind } = resolveAdapter(adapter, config);
  return {
    engine,
    config,
    adapter,
    kind,
    request,
    settings: withSecret(withLuck(settings), engine.secret),
    callbacks,
    redact,
    report(info, notStored) {
      report(engine, info, notStored, () => redact(request.url));
    },
  };
}

function withSecret(settings: CacheSettings, secret: Uint8Array | undefined): CacheSettings {
  return secret === undefined ? settings : { ...settings, secret };
}

// XFetch: each request draws how much earlier than due it would refresh; the policy compares, and draws nothing.
function withLuck(settings: CacheSettings): CacheSettings {
  const { earlyRefresh } = settings;
  return earlyRefresh === 0 ? settings : { ...settings, earlyRefresh: earlyRefresh * -Math.log(1 - Math.random()) };
}

/** What the handle asks about requests: where they go, and what is stored for them. */
export function requestsOf(installation: Installation) {
  const { engine, instance } = installation;
  const configOf = (target: string | object): InternalAxiosRequestConfig => {
    const given: AxiosRequestConfig = typeof target === 'string' ? { url: target } : target;
    const { common, get } = instance.defaults.headers;
    const headers = new AxiosHeaders({ ...(common as object), ...(get as object) });
    headers.set(given.headers as AxiosHeaders | undefined);
    return { ...instance.defaults, ...given, headers } as InternalAxiosRequestConfig;
  };
  return {
    resolve: (target: string | object): string => toPolicyRequest(configOf(target)).url,
    async find(target: string | object): Promise<EntryRecord | undefined> {
      const config = configOf(target);
      const body = await readRequestBody(config.data);
      if (body === UNREADABLE) return undefined;
      const request = toPolicyRequest(config, body);
      const passage = createPassage(
        engine,
        compiledFor(installation, config),
        originalAdapter(config.adapter),
        config,
        request,
      );
      const { entry } = await lookUp(engine.store, keysFor(passage), passage);
      return entry;
    },
    outdate(keys: readonly string[] | 'all'): void {
      if (keys === 'all') engine.invalidations.raiseAll();
      else for (const key of keys) engine.invalidations.raise(tagOf(key));
    },
    invalidate: (tags: readonly string[]): Promise<void> => raiseEpochs(engine, tags),
  };
}

function report(engine: Engine, info: CacheInfo, notStored: NotStoredReason | undefined, url: () => string): void {
  const { counter, events } = engine;
  const hint = counter.count(info, notStored);
  const about = { key: info.key, url: url() };
  events.emit(info.status, { ...about, reason: info.reason });
  if (info.stored) events.emit('stored', { ...about, reason: info.reason });
  else if (notStored !== undefined) events.emit('not-stored', { ...about, reason: notStored });
  if (hint !== undefined) events.emit('never-stores', { reason: hint });
}
