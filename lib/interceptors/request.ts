/**
 * How does a request get into the cache? Its options are resolved, and the exchange takes the adapter's place.
 *
 * Only there has every other request interceptor run, is the content final, and is the answer still raw.
 */
import type { AxiosAdapter, AxiosInstance, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { resolveAdapter } from '../exchange/adapters.js';
import { isServable } from '../exchange/body.js';
import type { Engine, Passage, Recognized } from '../exchange/engine.js';
import { exchange } from '../exchange/exchange.js';
import { toPolicyRequest } from '../exchange/message.js';
import { fingerprintOf } from '../exchange/recognition.js';
import { readRequestBody, UNREADABLE } from '../exchange/request-body.js';
import type { EventDetail } from '../observe/events.js';
import type { CacheInfo, NotStoredReason } from '../observe/info.js';
import type { Delivered } from '../observe/stats.js';
import { redactUrl, secretNames } from '../policy/redaction.js';
import type { CacheSettings } from '../policy/types.js';
import type { CacheRequestOptions } from './options.js';
import type { Compiled } from './settings.js';

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

/** The options that hold for a request. */
export function compiledFor(installation: Installation, config: InternalAxiosRequestConfig): Compiled {
  const { instance } = installation;
  const own: unknown = Object.hasOwn(config, 'cache') ? config.cache : undefined;
  const defaults: unknown = Object.hasOwn(instance.defaults, 'cache') ? instance.defaults.cache : undefined;
  const ofInstance = typeof defaults === 'object' ? (defaults as CacheRequestOptions) : undefined;
  const found = installation.compiled(own === false ? undefined : (own as CacheRequestOptions | undefined), ofInstance);
  return own === false || installation.isDisabled() ? switchedOff(found) : found;
}

function switchedOff({ settings, ...rest }: Compiled): Compiled {
  return { ...rest, settings: { ...settings, disabled: true, onlyIfCached: false } };
}

function carryThrough(
  { engine }: Installation,
  compiled: Compiled,
  adapter: Adapter,
  config: InternalAxiosRequestConfig,
): Promise<AxiosResponse> {
  // Whoever sends this config again (retries do) finds the caller's adapter in it.
  config.adapter = adapter as NonNullable<Adapter>;
  const recognized = recognize(compiled, config);
  if (recognized !== undefined) return exchange(createPassage(engine, compiled, adapter, config, recognized));
  const begin = (body: Awaited<ReturnType<typeof readRequestBody>>): Promise<AxiosResponse> => {
    const canBeCached = isServable(config) && body !== UNREADABLE;
    const request = toPolicyRequest(config, body === UNREADABLE ? undefined : body);
    return exchange(
      createPassage(engine, canBeCached ? compiled : switchedOff(compiled), adapter, config, { request }),
    );
  };
  const { disabled, methods } = compiled.settings;
  // What is sent is read for its key only.
  const isKeyed = !disabled && methods.includes((config.method ?? 'get').toUpperCase());
  const body = isKeyed ? readRequestBody(config.data) : undefined;
  return body instanceof Promise ? body.then(begin) : begin(body);
}

// Switched off, or one whose data cannot be served, it is not looked up.
function recognize({ settings, recognition }: Compiled, config: InternalAxiosRequestConfig): Recognized | undefined {
  const fingerprint = settings.disabled || !isServable(config) ? undefined : fingerprintOf(config);
  if (fingerprint === undefined) return undefined;
  return recognition.get(fingerprint) ?? recognition.set(fingerprint, { request: toPolicyRequest(config) });
}

/** A request on its way, with all that is needed to carry it. */
export function createPassage(
  engine: Engine,
  { settings, callbacks, invalidates, frozen }: Compiled,
  adapter: Adapter,
  config: InternalAxiosRequestConfig,
  recognized: Recognized,
): Passage {
  const redact = (url: string): string => redactUrl(url, secretNames(settings));
  const { request } = recognized;
  const { kind } = resolveAdapter(adapter, config);
  const startedAt = engine.monotonic();
  return {
    engine,
    config,
    adapter,
    kind,
    request,
    recognized,
    settings: withSecret(withLuck(settings), engine.secret),
    callbacks,
    redact,
    frozen,
    invalidates,
    report(info, notStored, delivered) {
      const about = (): EventDetail => ({
        key: info.key,
        url: redact(request.url),
        method: request.method,
        reason: info.reason,
        status: delivered?.status ?? 0,
        bytes: delivered?.bytes,
        durationMs: engine.monotonic() - startedAt,
        collapsed: info.collapsed,
      });
      report(engine, info, notStored, delivered, about);
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

function report(
  { counter, events }: Engine,
  info: CacheInfo,
  notStored: NotStoredReason | undefined,
  delivered: Delivered | undefined,
  about: () => EventDetail,
): void {
  const hint = counter.count(info, notStored, delivered);
  events.emit(info.status, about);
  if (hint !== undefined) events.emit('never-stores', { reason: hint });
  // Of a shared answer this is told once, with the request that went out.
  if (info.collapsed) return;
  if (info.stored) events.emit('stored', about);
  else if (notStored !== undefined) events.emit('not-stored', () => ({ ...about(), reason: notStored }));
}
