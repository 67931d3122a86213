/**
 * How does a connection to Redis stay out of everybody's way? Opened in the background, replaced when it hangs.
 *
 * A client of node-redis reconnects by itself when its connection is lost. When the server hangs or packets vanish, it
 * waits for ever: no command has a deadline, its socket timeout is put off by every further command, and the greeting of
 * a new connection has none at all. So a client of ours that owes an answer for too long is thrown away for a new one.
 */
import { monotonicNow } from './expiry.js';
import type { Life } from './redis-options.js';

/** What node-redis clients, clusters and sentinels have in common. */
export interface RedisConnection {
  readonly isOpen: boolean;
  connect(): Promise<unknown>;
  destroy(): unknown;
  on(event: string, listener: (error?: unknown) => void): unknown;
  unref?(): void;
}

/** A connection, and what speaks over it. */
export interface Link<Adapter> {
  readonly client: RedisConnection;
  readonly adapter: Adapter;
  /** True for a cluster or sentinels: errors of single nodes say nothing of the whole. */
  readonly isMany: boolean;
}

export interface ConnectionOptions<Adapter> {
  readonly create: (life: Life) => Link<Adapter>;
  /** False for a client that the caller made: it may be connected here, but never replaced. */
  readonly isOurs: boolean;
}

export interface Connection<Adapter> {
  /** Rejects at once while the server is away; waits only for the outcome of the first attempt to connect. */
  use<T>(operation: (adapter: Adapter) => Promise<T>): Promise<T>;
  readonly open: () => void;
  readonly close: () => void;
  readonly lastError: () => unknown;
}

const OWES_TOO_LONG_MS = 1_500;
const REOPEN_AFTER_MS = 500;
/** So long after it, an error still explains why commands fail. */
const EXPLAINS_MS = 5_000;

/** A connection that is not open yet. */
export function createConnection<Adapter>({ create, isOurs }: ConnectionOptions<Adapter>): Connection<Adapter> {
  const owing = new Set<{ readonly since: number }>();
  let last: { readonly error: unknown; readonly at: number } | undefined;
  let current: OpenLink<Adapter> | undefined;

  const onError = (error: unknown): void => {
    last = { error, at: monotonicNow() };
  };
  const close = (): void => {
    const ending = current;
    current = undefined;
    owing.clear();
    if (ending !== undefined && (isOurs || ending.wasOpenedHere)) end(ending);
  };
  const open = (): void => {
    current ??= openLink(create, onError);
  };
  const renewIfHung = (): void => {
    if (current === undefined || !isOurs) return;
    const [oldest] = owing;
    const owedSince = Math.min(oldest?.since ?? Number.POSITIVE_INFINITY, current.greetingSince());
    const isHung = monotonicNow() - owedSince > OWES_TOO_LONG_MS;
    const hasGivenUp = !current.link.client.isOpen && monotonicNow() - current.openedAt > REOPEN_AFTER_MS;
    if (!isHung && !hasGivenUp) return;
    close();
    open();
  };

  return {
    open,
    close,
    lastError: () => (last !== undefined && monotonicNow() - last.at < EXPLAINS_MS ? last.error : undefined),
    async use(operation) {
      renewIfHung();
      if (current === undefined) throw new Error('the connection to Redis is closed');
      const { link, firstAttempt } = current;
      const debt = { since: monotonicNow() };
      owing.add(debt);
      try {
        await firstAttempt;
        // An adapter would connect here, and wait for it.
        if (!link.client.isOpen) throw new Error('Redis is offline');
        return await operation(link.adapter);
      } finally {
        owing.delete(debt);
      }
    },
  };
}

interface OpenLink<Adapter> {
  readonly link: Link<Adapter>;
  readonly life: Life;
  readonly openedAt: number;
  readonly wasOpenedHere: boolean;
  /** Settles with the first attempt to connect, however it ends. */
  readonly firstAttempt: Promise<void>;
  /** Since when the server has owed the greeting; infinite when it does not. */
  readonly greetingSince: () => number;
}

function openLink<Adapter>(
  create: (life: Life) => Link<Adapter>,
  onError: (error: unknown) => void,
): OpenLink<Adapter> {
  const life: Life = { over: false };
  const link = create(life);
  const { client, isMany } = link;
  const openedAt = monotonicNow();
  const wasOpenedHere = !client.isOpen;
  // An idle connection is no reason to go on living; a command under way has its deadline for that.
  if (wasOpenedHere) client.unref?.();
  let greetingSince = Number.POSITIVE_INFINITY;
  const greeted = (): void => {
    greetingSince = Number.POSITIVE_INFINITY;
  };
  const firstAttempt = new Promise<void>((resolve) => {
    client.on('error', (error) => {
      if (!life.over) onError(error);
      if (isMany) return;
      greeted();
      resolve();
    });
    client.on('connect', () => {
      if (!isMany) greetingSince = monotonicNow();
    });
    client.on('ready', () => {
      greeted();
      resolve();
    });
    if (!wasOpenedHere) {
      resolve();
      return;
    }
    if (isMany) greetingSince = openedAt;
    const attempted = (): void => {
      greeted();
      resolve();
    };
    client.connect().then(attempted, attempted);
  });
  return { link, life, openedAt, wasOpenedHere, firstAttempt, greetingSince: () => greetingSince };
}

function end({ link, life }: OpenLink<unknown>): void {
  life.over = true;
  try {
    // Some return a promise, some throw when they were closed before.
    Promise.resolve(link.client.destroy()).catch(() => undefined);
  } catch {
    // Closed already.
  }
}
