/**
 * How much does a store say? Each change of state once, each kind of trouble once a minute.
 */
import type { StoreEvent } from './types.js';

const MINUTE_MS = 60_000;

/** Where a store's events go; a listener that throws harms nobody. */
export interface Reports {
  readonly emit: (event: StoreEvent) => void;
  /** The same, but no second one of this type and cause within a minute. */
  readonly emitOnceAMinute: (event: Extract<StoreEvent, { type: 'corrupt' | 'not-stored' }>) => void;
}

/** Reports to `listener`. */
export function createReports(listener: (event: StoreEvent) => void = () => undefined): Reports {
  // Causes are a handful of words: this does not grow.
  const lastAt = new Map<string, number>();
  const emit = (event: StoreEvent): void => {
    try {
      listener(event);
    } catch {
      // Whoever listens wrote it; the request goes on.
    }
  };
  return {
    emit,
    emitOnceAMinute(event) {
      const kind = `${event.type} ${event.cause}`;
      const now = performance.now();
      if (now - (lastAt.get(kind) ?? Number.NEGATIVE_INFINITY) < MINUTE_MS) return;
      lastAt.set(kind, now);
      emit(event);
    },
  };
}
