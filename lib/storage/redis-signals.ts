/**
 * How does news of a flight reach the processes that wait for it? By a channel of Redis, heard over a connection of its own.
 *
 * What is heard is a hint: it wakes those who wait for exactly that name, and they look for themselves. The connection is
 * opened when somebody waits for the first time, and may fail as it likes.
 */
import type { LeaseNews } from './lease.js';
import { unrefTimeout } from '../platform.js';

/** Where the ends of flights are told, as `outcome name`; only where somebody waits for them. */
export const CHANNEL = 'axios-http-cache:flights';

/**
 * Begins to listen to the channel; resolves to how to end that. `gone` is called when nothing will be heard any more.
 */
export type Listen = (channel: string, hear: (message: string) => void, gone: () => void) => Promise<() => void>;

/** Hears how flights end. */
export interface Signals {
  /** The next news of this name, `undefined` where none came in time. */
  next(name: string, timeout: number, signal?: AbortSignal): Promise<LeaseNews | undefined>;
  close(): void;
}

type Listener = (news: LeaseNews | undefined) => void;

const OUTCOMES: readonly LeaseNews[] = ['stored', 'uncacheable', 'error', 'released'];
const RETRY_MS = 1_000;

/** Creates the signals of a store. */
export function createSignals(listen: Listen): Signals {
  const waiting = new Map<string, Set<Listener>>();
  // Where listening was ended meanwhile, what still comes of it is ended too.
  let attempt: { end?: () => void } | undefined;

  const hear = (message: string): void => {
    const gap = message.indexOf(' ');
    const outcome = OUTCOMES.find((known) => known === message.slice(0, gap));
    if (outcome === undefined) return;
    for (const listener of [...(waiting.get(message.slice(gap + 1)) ?? [])]) listener(outcome);
  };
  const listenOnce = (): void => {
    if (attempt !== undefined) return;
    const own: { end?: () => void } = (attempt = {});
    const gone = (): void => {
      if (attempt !== own) return;
      attempt = undefined;
      // Nothing will be heard: those who wait look for themselves, now.
      for (const listeners of [...waiting.values()]) for (const listener of [...listeners]) listener(undefined);
    };
    // Until then, those who wait look for themselves.
    const later = (): void => void unrefTimeout(gone, RETRY_MS);
    listen(CHANNEL, hear, gone).then((end) => {
      if (attempt === own) own.end = end;
      else end();
    }, later);
  };

  return {
    next(name, timeout, signal) {
      listenOnce();
      return new Promise((resolve) => {
        const listeners = waiting.get(name) ?? new Set();
        const settle = (news: LeaseNews | undefined): void => {
          listeners.delete(settle);
          if (listeners.size === 0 && waiting.get(name) === listeners) waiting.delete(name);
          clearTimeout(timer);
          signal?.removeEventListener('abort', onAbort);
          resolve(news);
        };
        const onAbort = (): void => settle(undefined);
        const timer = setTimeout(() => settle(undefined), timeout);
        listeners.add(settle);
        waiting.set(name, listeners);
        signal?.addEventListener('abort', onAbort);
      });
    },
    close() {
      const ending = attempt;
      attempt = undefined;
      ending?.end?.();
    },
  };
}

const STATE = /^(\S{1,64}) \d{1,17} \d{1,17} (\S{1,16}) \d{1,17} [01](?: \d{1,17}){0,2}$/;

/** How the last flight ended, if the text of a lease says that nobody holds it; no text: it was let go. */
export function newsIn(text: unknown): LeaseNews | undefined {
  if (text === null) return 'released';
  const [, token, outcome] = typeof text === 'string' ? (STATE.exec(text) ?? []) : [];
  if (token === undefined || token !== '-') return undefined;
  return OUTCOMES.find((known) => known === outcome) ?? 'released';
}
