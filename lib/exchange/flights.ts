/**
 * Who is already asking? Single flight: any number of identical requests at once make one origin request.
 *
 * A flight belongs to no caller. Each waiter leaves by its own signal or timeout without disturbing the rest;
 * when the last one has left, the origin request is cancelled and a new caller starts afresh. A flight never
 * rejects: its outcome says what happened, and each waiter makes its own error of it.
 */
import { AxiosError, CanceledError } from 'axios';
import type { InternalAxiosRequestConfig } from 'axios';
import { resolveAdapter } from './adapters.js';

/** Flights at once; beyond, requests go out by themselves. */
const MOST_FLIGHTS = 10_000;
/** After an answer that could not be shared, the next burst does not wait for one another (hit-for-miss). */
const MARKER_MILLISECONDS = 10_000;
const MOST_MARKERS = 10_000;

interface Flight<T> {
  readonly outcome: Promise<T>;
  /** Missing where nobody can leave it: its leader has no signal. */
  readonly controller: AbortController | undefined;
  readonly config: InternalAxiosRequestConfig;
  readonly launched: number;
  waiters: number;
}

/** How a waiter came to an outcome. */
export interface Landing<T> {
  readonly outcome: T;
  /** Shared with a request that was there before. */
  readonly collapsed: boolean;
  /** What the flight was asked with: its limits are the leader's. */
  readonly leader: InternalAxiosRequestConfig;
  /** Where the launch stands in the order of `turn()`. */
  readonly launched: number;
  /** Nobody else waited for it, nor will: the outcome is this waiter's own. */
  readonly isAlone: boolean;
}

/** Flights under way in this process. */
export interface Flights<T> {
  /** Joins the flight for the key, or starts one. Rejects only for the waiter's own abort or timeout. */
  fly(
    key: string | undefined,
    config: InternalAxiosRequestConfig,
    start: (signal: AbortSignal | undefined) => Promise<T>,
  ): Promise<Landing<T>>;
  /** Notes that answers for the key cannot be shared, or that they can again. */
  mark(key: string, shareable: boolean): void;
  /** The next number of an order: of arrivals and launches, which was first. */
  turn(): number;
  readonly size: number;
}

/** Creates the flights of a plugin. `monotonic` gives milliseconds for the markers. */
export function createFlights<T>(monotonic: () => number): Flights<T> {
  const flights = new Map<string, Flight<T>>();
  const markers = new Map<string, number>();
  let turns = 0;
  const turn = (): number => (turns += 1);

  const launch = (
    key: string | undefined,
    config: InternalAxiosRequestConfig,
    start: (signal: AbortSignal | undefined) => Promise<T>,
  ): Flight<T> => {
    const canLeave = config.signal !== undefined || config.cancelToken !== undefined;
    const controller = canLeave ? new AbortController() : undefined;
    const outcome = start(controller?.signal);
    const flight: Flight<T> = { outcome, controller, config, launched: turn(), waiters: 0 };
    if (key === undefined) return flight;
    flights.set(key, flight);
    const land = (): void => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    outcome.then(land, land);
    return flight;
  };

  const leave = (key: string | undefined, flight: Flight<T>): void => {
    flight.waiters -= 1;
    if (flight.waiters > 0) return;
    if (key !== undefined && flights.get(key) === flight) flights.delete(key);
    flight.controller?.abort();
  };

  return {
    async fly(wanted, config, start) {
      throwIfAborted(config);
      const key = wanted !== undefined && mayShare(wanted) ? wanted : undefined;
      const underWay = key === undefined ? undefined : flights.get(key);
      const flight = underWay ?? launch(key, config, start);
      flight.waiters += 1;
      const collapsed = underWay !== undefined;
      const timeout = collapsed ? ownTimeout(config, flight.config) : undefined;
      const outcome = await waitFor(flight, config, timeout, (isTooSlow) => {
        // Whoever comes now had better not wait for what others have given up on.
        if (isTooSlow && key !== undefined && flights.get(key) === flight) flights.delete(key);
        leave(key, flight);
      });
      // It has landed: nobody joins any more.
      const isAlone = flight.waiters === 1;
      return { outcome, collapsed, leader: flight.config, launched: flight.launched, isAlone };
    },
    mark(key, shareable) {
      if (shareable) markers.delete(key);
      else {
        if (markers.size >= MOST_MARKERS) dropOldest(markers);
        markers.set(key, monotonic() + MARKER_MILLISECONDS);
      }
    },
    turn,
    get size() {
      return flights.size;
    },
  };

  function mayShare(key: string): boolean {
    const until = markers.get(key);
    if (until !== undefined && monotonic() < until) return false;
    if (until !== undefined) markers.delete(key);
    return flights.size < MOST_FLIGHTS || flights.has(key);
  }
}

function dropOldest(markers: Map<string, number>): void {
  for (const oldest of markers.keys()) {
    markers.delete(oldest);
    return;
  }
}

// The adapter watches the leader's timeout. A waiter with the same or a longer one needs no timer of its own.
function ownTimeout(config: InternalAxiosRequestConfig, leader: InternalAxiosRequestConfig): number | undefined {
  const own = config.timeout ?? 0;
  const led = leader.timeout ?? 0;
  return own > 0 && (led === 0 || own !== led) ? own : undefined;
}

/** Whether a request that was cut off by its leader's limits may go on by its waiter's own, `waited` milliseconds on. */
export function outlasts(
  config: InternalAxiosRequestConfig,
  leader: InternalAxiosRequestConfig,
  error: unknown,
  waited: number,
): boolean {
  const { code, message = '' } = (error ?? {}) as { code?: unknown; message?: string };
  if (message.startsWith('maxContentLength')) {
    const [own, led] = [config.maxContentLength ?? -1, leader.maxContentLength ?? -1];
    return led !== -1 && (own === -1 || own > led);
  }
  const hasTimedOut = (leader.timeout ?? 0) > 0 && (code === AxiosError.ETIMEDOUT || code === AxiosError.ECONNABORTED);
  return hasTimedOut && timeLeft(config, waited) > 0;
}

/** Milliseconds that a request may still take; `Infinity` without a limit, none where hardly any are left. */
export function timeLeft({ timeout = 0 }: InternalAxiosRequestConfig, waited: number): number {
  if (timeout <= 0) return Infinity;
  const left = timeout - waited;
  return left > timeout * HARDLY_ANY ? left : 0;
}

const HARDLY_ANY = 0.1;

function throwIfAborted(config: InternalAxiosRequestConfig): void {
  config.cancelToken?.throwIfRequested();
  if (config.signal?.aborted) throw new CanceledError(undefined, config as never);
}

function waitFor<T>(
  flight: Flight<T>,
  config: InternalAxiosRequestConfig,
  timeout: number | undefined,
  leave: (isTooSlow: boolean) => void,
): Promise<T> {
  const { signal, cancelToken } = config;
  if (signal === undefined && cancelToken === undefined && timeout === undefined) return flight.outcome;
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const settle = (): void => {
      signal?.removeEventListener?.('abort', onAbort);
      cancelToken?.unsubscribe(onCancel);
      if (timer !== undefined) clearTimeout(timer);
    };
    const giveUp = (reason: Error, isTooSlow = false): void => {
      settle();
      leave(isTooSlow);
      reject(reason);
    };
    const onAbort = (): void => {
      giveUp(new CanceledError(undefined, config as never));
    };
    const onCancel = (reason: unknown): void => {
      giveUp(reason as Error);
    };
    signal?.addEventListener?.('abort', onAbort);
    cancelToken?.subscribe(onCancel);
    if (timeout !== undefined)
      timer = setTimeout(() => {
        giveUp(timeoutError(timeout, config), true);
      }, timeout);
    flight.outcome.then((outcome) => {
      settle();
      resolve(outcome);
    }, reject);
  });
}

function timeoutError(timeout: number, config: InternalAxiosRequestConfig): AxiosError {
  const message = config.timeoutErrorMessage ?? `timeout of ${String(timeout)}ms exceeded`;
  // axios' fetch adapter knows one code only.
  const isClear =
    config.transitional?.clarifyTimeoutError === true || resolveAdapter(config.adapter, config).kind === 'fetch';
  const code = isClear ? AxiosError.ETIMEDOUT : AxiosError.ECONNABORTED;
  return new AxiosError(message, code, config);
}
