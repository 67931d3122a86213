/**
 * May the store be asked at all? A circuit breaker.
 *
 * After some failures in a row it opens: nothing is asked any more. While it is open, one probe of its own is sent at
 * each interval, so that no caller ever waits to find out; the first probe that succeeds closes it. There are a few such
 * libraries; the small ones need Node 22 and the others do far more than this.
 */
import { unrefTimeout } from '../platform.js';
import { monotonicNow } from './expiry.js';

export interface BreakerOptions {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** Milliseconds between probes. */
  readonly probeEvery: number;
  /** Settles to whether the store works again; never rejects. */
  readonly probe: () => Promise<boolean>;
  readonly onOpen?: (cause: unknown) => void;
  readonly onClose?: () => void;
}

export interface Breaker {
  readonly state: 'closed' | 'open' | 'half-open';
  /** Whether to try; to be followed by `succeeded` or `failed`. */
  allows(): boolean;
  succeeded(): void;
  failed(cause: unknown): void;
  /** No more probes. */
  stop(): void;
}

/** A closed breaker. */
export function createBreaker({ failures, probeEvery, probe, onOpen, onClose }: BreakerOptions): Breaker {
  let state: Breaker['state'] = 'closed';
  let inARow = 0;
  let probeAt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  const waitForProbe = (): void => {
    state = 'open';
    probeAt = monotonicNow() + probeEvery;
    if (!stopped) timer = unrefTimeout(startProbe, probeEvery);
  };
  const startProbe = (): void => {
    clearTimeout(timer);
    if (state !== 'open' || stopped) return;
    state = 'half-open';
    void probe().then((works) => {
      if (!works) {
        waitForProbe();
        return;
      }
      state = 'closed';
      inARow = 0;
      onClose?.();
    });
  };

  return {
    get state() {
      return state;
    },
    allows() {
      // The timer may be late: browsers slow down those of pages in the background.
      if (state === 'open' && monotonicNow() >= probeAt) startProbe();
      return state === 'closed';
    },
    succeeded() {
      inARow = 0;
    },
    failed(cause) {
      inARow += 1;
      if (state !== 'closed' || inARow < failures) return;
      waitForProbe();
      onOpen?.(cause);
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
