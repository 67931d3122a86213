/**
 * What happened? Events, one object each, for whoever listens; free of cost where nobody does.
 */
import { nodeModule } from '../platform.js';
import type { EpochMs } from '../policy/types.js';

/** The names of the events. */
export const EVENT_TYPES = [
  'hit',
  'stale',
  'revalidated',
  'miss',
  'bypass',
  'stored',
  'not-stored',
  'refreshed',
  'refresh-failed',
  'evicted',
  'invalidated',
  'degraded',
  'recovered',
  'corrupt',
  'never-stores',
  'error',
] as const;

/** The name of an event. */
export type CacheEventType = (typeof EVENT_TYPES)[number];

/** What an event may tell, besides its name and time. */
export interface EventDetail {
  /** Names what is stored, a digest. */
  readonly key?: string | undefined;
  /** Secrets in it are redacted. */
  readonly url?: string | undefined;
  /** Upper case. */
  readonly method?: string | undefined;
  /** Why, in one word: the same as `response.cache.reason`, or why something was not stored. */
  readonly reason?: string | undefined;
  /** The HTTP status that the caller got. */
  readonly status?: number | undefined;
  /** Octets of the body that the caller got, where they are known. */
  readonly bytes?: number | undefined;
  /** Milliseconds from when the request came to the cache to when it was answered. */
  readonly durationMs?: number | undefined;
  /** The origin's answer was shared with another request. */
  readonly collapsed?: boolean | undefined;
  /** The label that was invalidated. */
  readonly tag?: string | undefined;
  /** The glob or regular expression over URLs that was invalidated. */
  readonly pattern?: string | undefined;
  /** Which side of the store is meant. */
  readonly breaker?: 'read' | 'write' | undefined;
  /** What failed. */
  readonly operation?: string | undefined;
  /** What went wrong, or why something left the store: `'size'` or `'expired'`. */
  readonly cause?: unknown;
}

type OfRequest = 'url' | 'method' | 'reason' | 'status' | 'durationMs' | 'collapsed';

/** What the events of each name always tell; the rest of `EventDetail` where it applies. */
interface Told extends Readonly<Record<CacheEventType, keyof EventDetail>> {
  /** A request was answered from the store, fresh. */
  readonly hit: OfRequest | 'key';
  /** A request was answered from the store, stale; `reason` says what allowed that. */
  readonly stale: OfRequest | 'key';
  /** A request was answered from the store, after the origin had confirmed it. */
  readonly revalidated: OfRequest;
  /** A request was answered by the origin. */
  readonly miss: OfRequest;
  /** A request went past the cache. */
  readonly bypass: OfRequest;
  /** An answer of the origin was handed to the store. */
  readonly stored: 'url' | 'reason';
  /** It was not; of the store itself the reasons are `too-large`, `queue-full` and `store-failed`. */
  readonly 'not-stored': 'reason';
  /** A refresh in the background has succeeded. */
  readonly refreshed: 'key' | 'url';
  /** A refresh in the background has failed; the next one waits five seconds. */
  readonly 'refresh-failed': 'key' | 'url';
  /** Something left the store, for its size or because its time was over. */
  readonly evicted: 'key' | 'cause';
  /** Something was declared untrue: one of `url`, `key`, `tag` and `pattern`; none of them: everything. */
  readonly invalidated: never;
  /** The store fails, and is left alone for now. */
  readonly degraded: 'breaker' | 'cause';
  /** The store works again. */
  readonly recovered: 'breaker';
  /** What lay in the store could not be read, or belongs to something else; once a minute and key. */
  readonly corrupt: 'key' | 'cause';
  /** Of a hundred answers none was stored: why most of them were not. Once. */
  readonly 'never-stores': 'reason';
  /** A function of yours threw, a listing failed, a lease was not given back; no request fails for it. */
  readonly error: 'operation' | 'cause';
}

/** An event of one name. */
export type CacheEventOf<Type extends CacheEventType> = Omit<EventDetail, Told[Type]> & {
  readonly type: Type;
  readonly at: EpochMs;
} & { readonly [Name in Told[Type]]-?: Exclude<EventDetail[Name], undefined> };

/** Any event; its `type` says what else it tells for certain. */
export type CacheEvent = { [Type in CacheEventType]: CacheEventOf<Type> }[CacheEventType];

/** Hears of events; what it throws is ignored. */
export type CacheEventListener = (event: CacheEvent) => unknown;

/** What is said of an event besides its name and time; a function is asked only if somebody listens. */
export type Detail = EventDetail | (() => EventDetail);

/** Keeps listeners and calls them. */
export interface Events {
  on(type: CacheEventType, listener: CacheEventListener): void;
  off(type: CacheEventType, listener: CacheEventListener): void;
  /** Adds a listener for every event; returns how to remove it. */
  onAny(listener: CacheEventListener): () => void;
  emit(type: CacheEventType, detail: Detail): void;
}

/** The channel of `node:diagnostics_channel` on which every event of every cache is published. */
export const CHANNEL = 'axios-http-cache';

/** Creates the place where events are heard. */
export function createEvents(clock: () => EpochMs): Events {
  const byType = new Map<CacheEventType, Set<CacheEventListener>>();
  const any = new Set<CacheEventListener>();
  const channel = nodeModule('diagnostics_channel')?.channel(CHANNEL);
  return {
    on(type, listener) {
      const listeners = byType.get(type) ?? new Set();
      listeners.add(listener);
      byType.set(type, listeners);
    },
    off(type, listener) {
      const listeners = byType.get(type);
      listeners?.delete(listener);
      if (listeners?.size === 0) byType.delete(type);
    },
    onAny(listener) {
      any.add(listener);
      return () => {
        any.delete(listener);
      };
    },
    emit(type, given) {
      const listeners = byType.get(type);
      const isWatched = channel?.hasSubscribers === true;
      if (listeners === undefined && any.size === 0 && !isWatched) return;
      const detail = typeof given === 'function' ? given() : given;
      // Each emission tells what `Told` promises of it.
      const event = {
        type,
        at: clock(),
        ...detail,
        ...('cause' in detail && { cause: withoutRequest(detail.cause) }),
      } as CacheEvent;
      for (const listener of [...(listeners ?? []), ...any]) callSafely(listener, event);
      if (isWatched) channel.publish(event);
    },
  };
}

// An error of axios carries the request with its credentials: of that, listeners hear no more than what went wrong.
function withoutRequest(cause: unknown): unknown {
  if (!(cause instanceof Error) || !('config' in cause || 'request' in cause || 'response' in cause)) return cause;
  const { name, message } = cause;
  return { name, message, code: (cause as { code?: unknown }).code };
}

// A listener that throws, or rejects, is its own affair: it must not become the request's.
function callSafely(listener: CacheEventListener, event: CacheEvent): void {
  try {
    const returned = listener(event);
    if (returned instanceof Promise) returned.catch(() => undefined);
  } catch {
    // ignored on purpose
  }
}
