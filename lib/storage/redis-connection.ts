/**
 * How does a connection to Redis stay out of everybody's way? Opened in the background, replaced when it hangs.
 *
 * A client of node-redis reconnects by itself when its connection is lost, and the timers of its attempts keep a process
 * alive: so ours try but twice. When the server hangs or packets vanish, it waits for ever: no command has a deadline,
 * its socket timeout is put off by every further command, and the greeting of a new connection has none at all. So a
 * client of ours that gave up, or owes an answer for too long, is thrown away for a new one by the next command.
 */
import { monotonicNow } from './expiry.js';
import { afterInput } from './guard.js';
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

/** Less than the breaker's second between probes: the second probe finds a new connection. */
const OWES_TOO_LONG_MS = 900;
const REOPEN_AFTER_MS = 500;
/** So long after it, an error still explains why commands fail. */
const EXPLAINS_MS = 5_000;

/** A connection, closed at first. */
export class Connection<Adapter> {
  readonly #options: ConnectionOptions<Adapter>;
  /** Commands that were not answered yet, the oldest first. */
  readonly #owing = new Set<{ readonly since: number }>();
  #last: { readonly error: unknown; readonly at: number } | undefined;
  #current: OpenLink<Adapter> | undefined;

  constructor(options: ConnectionOptions<Adapter>) {
    this.#options = options;
  }

  /** Connects in the background. */
  open(): void {
    this.#current ??= openLink(this.#options.create, (error) => {
      this.#last = { error, at: monotonicNow() };
    });
  }

  close(): void {
    const ending = this.#current;
    this.#current = undefined;
    this.#owing.clear();
    if (ending !== undefined && (this.#options.isOurs || ending.wasOpenedHere)) end(ending);
  }

  /** Rejects at once while the server is away; waits only for the outcome of the first attempt to connect. */
  async use<T>(operation: (adapter: Adapter) => Promise<T>): Promise<T> {
    const suspect = this.#current;
    if (this.#isUseless(suspect)) await this.#renew(suspect);
    if (this.#current === undefined) throw new Error('the connection to Redis is closed');
    const { link, firstAttempt } = this.#current;
    const debt = { since: monotonicNow() };
    this.#owing.add(debt);
    try {
      await firstAttempt;
      // An adapter would connect here, and wait for it.
      if (!link.client.isOpen) throw new Error('Redis is offline');
      return await operation(link.adapter);
    } finally {
      this.#owing.delete(debt);
    }
  }

  /** What the server or the network said a moment ago, if they did. */
  lastError(): unknown {
    return this.#last !== undefined && monotonicNow() - this.#last.at < EXPLAINS_MS ? this.#last.error : undefined;
  }

  /** What was asked for then uses the new connection already. */
  async #renew(suspect: OpenLink<Adapter> | undefined): Promise<void> {
    await new Promise<void>((resolve) => afterInput(resolve));
    if (this.#current !== suspect || !this.#isUseless(suspect)) return;
    this.close();
    this.open();
  }

  #isUseless(suspect: OpenLink<Adapter> | undefined): boolean {
    if (suspect === undefined || !this.#options.isOurs) return false;
    const { link, openedAt, greetingSince } = suspect;
    const now = monotonicNow();
    if (!link.client.isOpen) return now - openedAt > REOPEN_AFTER_MS;
    const [oldest] = this.#owing;
    return now - Math.min(oldest?.since ?? now, greetingSince()) > OWES_TOO_LONG_MS;
  }
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
  let greetingSince = isMany && wasOpenedHere ? openedAt : Number.POSITIVE_INFINITY;
  const firstAttempt = new Promise<void>((resolve) => {
    const attempted = (): void => {
      greetingSince = Number.POSITIVE_INFINITY;
      resolve();
    };
    client.on('ready', attempted);
    client.on('error', (error) => {
      if (!life.over) onError(error);
      if (!isMany) attempted();
    });
    client.on('connect', () => {
      if (!isMany) greetingSince = monotonicNow();
    });
    if (wasOpenedHere) client.connect().then(attempted, attempted);
    else resolve();
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
