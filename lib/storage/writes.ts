/**
 * How does a record get into a store that nobody waits for? Behind the caller's back, in order, within bounds.
 *
 * Writes and removals wait in line per key; what is in line is visible to this process at once. A later write takes the
 * place of a waiting one, a removal takes out what waits before it and is never overtaken. Writes that wait or are under
 * way are bounded in bytes; removals are not, and need no room.
 */
import type { MaybePromise, Ticket } from './types.js';
import type { Outcome } from './guard.js';
import { isPromiseLike } from './guard.js';
import type { StoreRecord } from './records.js';

export interface WritesOptions {
  readonly maxPendingBytes: number;
  /** So many are under way at once. @default 32 */
  readonly concurrency?: number | undefined;
  /** Both settle however the operation ends, and never reject. */
  readonly write: (record: StoreRecord, ttl: number | undefined, ticket: Ticket | undefined) => MaybePromise<void>;
  readonly remove: (key: string) => MaybePromise<Outcome<unknown>>;
}

/** What this process last did to a key that the store may not know of yet. */
export type Overlay = StoreRecord | 'removed' | undefined;

/** How a removal ended, and whether it took out a write that was waiting. */
export interface Removal {
  readonly tookOut: boolean;
  readonly outcome: Outcome<unknown>;
}

type Job =
  | {
      readonly kind: 'put';
      readonly record: StoreRecord;
      readonly ttl: number | undefined;
      readonly bytes: number;
      readonly ticket: Ticket | undefined;
    }
  | { readonly kind: 'remove'; readonly done: (outcome: Outcome<unknown>) => void };

interface Line {
  readonly key: string;
  current: Job | undefined;
  /** Removals, then at most one write. */
  readonly waiting: Job[];
}

const CONCURRENCY = 32;

/** Writes and removals in line. */
export class Writes {
  readonly #options: WritesOptions;
  readonly #lines = new Map<string, Line>();
  readonly #ready = new Set<Line>();
  readonly #idle: (() => void)[] = [];
  #underWay = 0;
  #count = 0;
  #bytes = 0;
  #isDraining = false;

  constructor(options: WritesOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** False when there is no room. */
  put(record: StoreRecord, ttl: number | undefined, bytes: number, ticket?: Ticket): boolean {
    const line = this.#lineOf(record.key);
    this.#takeOutWrite(line);
    if (this.#bytes + bytes > this.#options.maxPendingBytes) {
      if (line.current === undefined && line.waiting.length === 0) this.#lines.delete(line.key);
      return false;
    }
    this.#count += 1;
    this.#bytes += bytes;
    this.#enqueue(line, { kind: 'put', record, ttl, bytes, ticket });
    return true;
  }

  /** Settles once the store has answered, or failed to. */
  remove(key: string): MaybePromise<Removal> {
    const line = this.#lineOf(key);
    const tookOut = this.#takeOutWrite(line);
    let settled: Removal | undefined;
    let tell: ((removal: Removal) => void) | undefined;
    const done = (outcome: Outcome<unknown>): void => {
      settled = { tookOut, outcome };
      tell?.(settled);
    };
    this.#enqueue(line, { kind: 'remove', done });
    return settled ?? new Promise((resolve) => (tell = resolve));
  }

  /** What this process last did to the key. */
  overlay(key: string): Overlay {
    const line = this.#lines.get(key);
    const job = line?.waiting.at(-1) ?? line?.current;
    if (job === undefined) return undefined;
    return job.kind === 'put' ? job.record : 'removed';
  }

  /** Settles when nothing is in line any more. */
  settled(): Promise<void> {
    return this.#lines.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve));
  }

  #lineOf(key: string): Line {
    const line = this.#lines.get(key) ?? { key, current: undefined, waiting: [] };
    this.#lines.set(key, line);
    return line;
  }

  #takeOutWrite(line: Line): boolean {
    const last = line.waiting.at(-1);
    if (last?.kind !== 'put') return false;
    line.waiting.pop();
    last.ticket?.conclude('released');
    this.#leave(last);
    return true;
  }

  #enqueue(line: Line, job: Job): void {
    line.waiting.push(job);
    if (line.current === undefined) this.#goOn(line);
    this.#drain();
  }

  #goOn(line: Line): void {
    if (line.waiting[0]?.kind === 'remove') this.#start(line);
    else this.#ready.add(line);
  }

  // Not from within itself: a store that answers at once would make it as deep as the line is long.
  #drain(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    const { concurrency = CONCURRENCY } = this.#options;
    for (const line of this.#ready) {
      if (this.#underWay >= concurrency) break;
      this.#start(line);
    }
    this.#isDraining = false;
  }

  #start(line: Line): void {
    this.#ready.delete(line);
    const job = line.waiting.shift();
    if (job === undefined) return;
    line.current = job;
    this.#underWay += 1;
    const ending = this.#perform(line.key, job);
    const end = (): void => this.#finish(line, job);
    if (isPromiseLike(ending)) ending.then(end, end);
    else end();
  }

  #perform(key: string, job: Job): MaybePromise<void> {
    if (job.kind === 'put') return this.#options.write(job.record, job.ttl, job.ticket);
    const outcome = this.#options.remove(key);
    if (isPromiseLike(outcome)) return outcome.then(job.done);
    job.done(outcome);
  }

  #finish(line: Line, job: Job): void {
    this.#underWay -= 1;
    line.current = undefined;
    this.#leave(job);
    if (line.waiting.length > 0) this.#goOn(line);
    else this.#lines.delete(line.key);
    this.#drain();
    if (this.#lines.size > 0) return;
    for (const tell of this.#idle.splice(0)) tell();
  }

  #leave(job: Job): void {
    if (job.kind !== 'put') return;
    this.#count -= 1;
    this.#bytes -= job.bytes;
  }
}
