/**
 * What happened? Events, one object each, for whoever listens; free of cost where nobody does.
 */
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

/** One event; secrets in URLs are redacted. */
export interface CacheEvent {
  readonly type: CacheEventType;
  readonly at: EpochMs;
  readonly key?: string | undefined;
  readonly url?: string | undefined;
  /** Why, in one word: the same as `response.cache.reason`, or why something was not stored. */
  readonly reason?: string | undefined;
  /** Which side of the store is meant, with `degraded` and `recovered`. */
  readonly breaker?: 'read' | 'write' | undefined;
  /** What failed, with `error`. */
  readonly operation?: string | undefined;
  readonly cause?: unknown;
}

/** Hears of events; what it throws is ignored. */
export type CacheEventListener = (event: CacheEvent) => unknown;

/** What is said of an event besides its name and time. */
export type EventDetail = Omit<CacheEvent, 'type' | 'at'>;

/** Keeps listeners and calls them. */
export interface Events {
  on(type: CacheEventType, listener: CacheEventListener): void;
  off(type: CacheEventType, listener: CacheEventListener): void;
  /** Adds a listener for every event; returns how to remove it. */
  onAny(listener: CacheEventListener): () => void;
  emit(type: CacheEventType, detail: EventDetail): void;
}

/** Creates the place where events are heard. */
export function createEvents(clock: () => EpochMs): Events {
  const byType = new Map<CacheEventType, Set<CacheEventListener>>();
  const any = new Set<CacheEventListener>();
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
    emit(type, detail) {
      const listeners = byType.get(type);
      if (listeners === undefined && any.size === 0) return;
      const event: CacheEvent = {
        type,
        at: clock(),
        ...detail,
        ...('cause' in detail && { cause: withoutRequest(detail.cause) }),
      };
      for (const listener of [...(listeners ?? []), ...any]) callSafely(listener, event);
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
