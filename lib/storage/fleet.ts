/**
 * How does a process come to be the one who asks? It claims the lease, and keeps it until its flight has ended.
 *
 * Whatever goes wrong with the store here costs the request nothing but a moment: then it asks by itself.
 */
import { unrefTimeout } from '../platform.js';
import { monotonicNow } from './expiry.js';
import { perform } from './guard.js';
import type { Guard, Outcome } from './guard.js';
import { NO_PLACE } from './lease.js';
import type { AcquireOptions, Lease, LeaseClaim, LeaseNews } from './lease.js';
import type { Claim, ClaimOptions, Fleet, MaybePromise, StorageSettings, Ticket } from './types.js';

export interface FleetOptions {
  readonly lease: Lease;
  readonly guard: Guard;
  readonly settings: StorageSettings;
  /** Of the lease for a key. */
  readonly nameOf: (key: string) => string;
  /** Of what lies under a key. */
  readonly entryNameOf: (key: string) => string;
}

/** A process whose event loop is held up goes on waiting; where it does not, it lets go of what came too late. */
const HELD_UP_MS = 400;
const NEWS: readonly unknown[] = [
  'stored',
  'uncacheable',
  'error',
  'released',
  'away',
  'timeout',
] satisfies LeaseNews[];

type Ending = Parameters<Ticket['conclude']>[0];

interface Term {
  readonly longest: number;
  readonly pause: number;
}

/** Claims leases of one store. */
export class LeasedFleet implements Fleet {
  readonly #options: FleetOptions;

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** How long a request waits for another process, in milliseconds. */
  get longestWait(): number {
    return this.#options.settings.waitTimeout;
  }

  /** Tries to become the one who asks for the key. */
  async claim(key: string, { watch, wait, pause = 0, longest, budget }: ClaimOptions): Promise<Claim> {
    const { lease, guard, settings, nameOf, entryNameOf } = this.#options;
    const name = nameOf(key);
    const startedAt = monotonicNow();
    const limit = Math.min(settings.timeout, Math.max(budget.left, 1));
    const options = { wait, pause, within: limit + HELD_UP_MS, watch: watch.map(entryNameOf) };
    const acquiring = this.#acquire(name, options);
    const acquired = await guard.run('write', acquiring.run, limit);
    budget.left -= Math.min(monotonicNow() - startedAt, limit);
    if (!acquired.ok) {
      acquiring.giveUp();
      return { kind: 'alone', because: 'no-lease', ticket: this.#plainTicket(name, NO_PLACE) };
    }
    const claim = acquired.value;
    if (claim.won) return this.#won(name, claim, { longest, pause });
    if (claim.because !== 'held') {
      const because = claim.because === 'fence' ? 'no-lease' : claim.because;
      return { kind: 'alone', because, ticket: this.#plainTicket(name, claim.fence) };
    }
    const news = async (timeout: number, signal: AbortSignal | undefined): Promise<LeaseNews> => {
      const told = await perform(() => lease.wait(name, timeout, signal), timeout + settings.timeout);
      return told.ok && NEWS.includes(told.value) ? told.value : 'away';
    };
    return { kind: 'held', retryAfter: claim.retryAfter, news };
  }

  /** A place in the order of those who ask, without a lease; asked for behind the caller's back. */
  ticket(key: string): Ticket {
    const { lease, guard, nameOf } = this.#options;
    const name = nameOf(key);
    const fence = Promise.resolve(guard.run('write', () => lease.acquire(name, 0).then(checked))).then(fenceOf);
    return this.#plainTicket(name, fence);
  }

  // What comes after all is nobody's any more.
  #acquire(name: string, options: AcquireOptions): { run: () => Promise<LeaseClaim>; giveUp: () => void } {
    const { lease, settings } = this.#options;
    let isGivenUp = false;
    const letGo = (claim: LeaseClaim): void => {
      if (isGivenUp && claim.won) void this.#try(() => lease.commit(name, claim.token, { outcome: 'released' }));
    };
    return {
      run() {
        const claim = lease.acquire(name, settings.leaseTtl, options).then(checked);
        claim.then(letGo).catch(() => undefined);
        return claim;
      },
      giveUp() {
        isGivenUp = true;
      },
    };
  }

  // Without a lease, but with a place in the order, which is given back: until then it is remembered what was stored later.
  #plainTicket(name: string, fence: MaybePromise<number>): Ticket {
    return this.#ticket({ name, token: '', fence }, async () => {
      // Whoever has no place has nothing to give back.
      if ((await fence) !== NO_PLACE)
        await this.#try(() => this.#options.lease.commit(name, '', { outcome: 'released' }));
    });
  }

  #won(name: string, claim: LeaseClaim & { readonly won: true }, { longest, pause }: Term): Claim {
    const { token, fence, present } = claim;
    const stop = this.#keepRenewed(name, token, longest);
    const end = (outcome: Ending): unknown =>
      this.#try(() => this.#options.lease.commit(name, token, { outcome, ...(outcome === 'error' && { pause }) }));
    return { kind: 'won', ticket: this.#ticket({ name, token, fence }, end, stop), present };
  }

  #ticket(
    facts: Pick<Ticket, 'name' | 'token' | 'fence'>,
    end: (outcome: Ending) => unknown,
    stop: () => void = () => undefined,
  ): Ticket {
    let isOver = false;
    const settle = (): void => {
      isOver = true;
      stop();
    };
    return {
      ...facts,
      settle,
      conclude(outcome) {
        if (isOver) return;
        settle();
        void end(outcome);
      },
    };
  }

  // A lease is short, so that a dead holder is soon replaced; an origin that takes long does not lose it.
  #keepRenewed(name: string, token: string, longest: number): () => void {
    const { lease, settings } = this.#options;
    const until = monotonicNow() + longest;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isStopped = false;
    const again = (): void => {
      timer = unrefTimeout(() => void renew(), settings.leaseTtl / 3);
    };
    const renew = async (): Promise<void> => {
      if (monotonicNow() > until) return;
      const renewed = await this.#try(() => lease.renew(name, token, settings.leaseTtl));
      if (!isStopped && !(renewed.ok && !renewed.value)) again();
    };
    again();
    return () => {
      isStopped = true;
      clearTimeout(timer);
    };
  }

  async #try<T>(operation: () => Promise<T>): Promise<Outcome<T>> {
    return this.#options.guard.run('write', operation);
  }
}

// It may be of somebody else's making.
function checked(claim: LeaseClaim): LeaseClaim {
  const { won, fence } = claim;
  if (typeof won === 'boolean' && Number.isFinite(fence) && (!won || typeof claim.token === 'string')) return claim;
  throw new TypeError(
    'acquire of a lease resolves to { won: true, token, fence } or to { won: false, fence, because }',
  );
}

function fenceOf(outcome: Outcome<LeaseClaim>): number {
  return outcome.ok ? outcome.value.fence : NO_PLACE;
}
