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

/** Closed at first. */
export class Breaker {
  readonly #options: BreakerOptions;
  #state: 'closed' | 'open' | 'half-open' = 'closed';
  #inARow = 0;
  #probeAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  get state(): 'closed' | 'open' | 'half-open' {
    return this.#state;
  }

  /** Whether to try; to be followed by `succeeded` or `failed`. */
  allows(): boolean {
    // The timer may be late: browsers slow down those of pages in the background.
    if (this.#state === 'open' && monotonicNow() >= this.#probeAt) this.#probe();
    return this.#state === 'closed';
  }

  succeeded(): void {
    this.#inARow = 0;
  }

  failed(cause: unknown): void {
    this.#inARow += 1;
    if (this.#inARow >= this.#options.failures) this.open(cause);
  }

  /** Opens at once: what is known need not be found out by failures. */
  open(cause: unknown): void {
    if (this.#state !== 'closed') return;
    this.#waitForProbe();
    this.#options.onOpen?.(cause);
  }

  /** As at first, without a word: what failed was something else. */
  reset(): void {
    clearTimeout(this.#timer);
    this.#state = 'closed';
    this.#inARow = 0;
  }

  /** No more probes. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #waitForProbe(): void {
    const { probeEvery } = this.#options;
    this.#state = 'open';
    this.#probeAt = monotonicNow() + probeEvery;
    if (!this.#isStopped) this.#timer = unrefTimeout(() => this.#probe(), probeEvery);
  }

  #probe(): void {
    clearTimeout(this.#timer);
    if (this.#state !== 'open' || this.#isStopped) return;
    this.#state = 'half-open';
    void this.#options.probe().then((works) => {
      if (this.#state !== 'half-open') return;
      if (works) this.#close();
      else this.#waitForProbe();
    });
  }

  #close(): void {
    this.#state = 'closed';
    this.#inARow = 0;
    this.#options.onClose?.();
  }
}
