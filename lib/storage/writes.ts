/**
 * How does a record get into a store that nobody waits for? Behind the caller's back, in order, within bounds.
 *
 * Writes and removals wait in line per key; what is in line is visible to this process at once. A later write takes the
 * place of a waiting one, a removal takes out what waits before it and is never overtaken. Writes that wait or are under
 * way are bounded in bytes; removals are not, and need no room.
 */
import type { Outcome } from './guard.js';
import { isPromiseLike } from './guard.js';
import type { StoreRecord } from './records.js';
import type { MaybePromise } from './types.js';

export interface WritesOptions {
  readonly maxPendingBytes: number;
  /** Both settle however the operation ends, and never reject. */
  readonly write: (record: StoreRecord, ttl: number | undefined) => MaybePromise<void>;
  readonly remove: (key: string) => MaybePromise<Outcome<unknown>>;
}

/** What this process last did to a key that the store may not know of yet. */
export type Overlay = StoreRecord | 'removed' | undefined;

export interface Writes {
  /** False when there is no room. */
  put(record: StoreRecord, ttl: number | undefined, bytes: number): boolean;
  /** Settles once the store has answered, or failed to; tells also whether a waiting write was taken out. */
  remove(key: string): MaybePromise<{ readonly tookOut: boolean; readonly outcome: Outcome<unknown> }>;
  readonly overlay: (key: string) => Overlay;
  /** Settles when nothing is in line any more. */
  settled(): Promise<void>;
  readonly count: number;
  readonly bytes: number;
}

type Job =
  | { readonly kind: 'put'; readonly record: StoreRecord; readonly ttl: number | undefined; readonly bytes: number }
  | { readonly kind: 'remove'; readonly done: (outcome: Outcome<unknown>) => void };

interface Line {
  readonly key: string;
  current: Job | undefined;
  /** Removals, then at most one write. */
  readonly waiting: Job[];
}

/** So many writes are under way at once. */
const CONCURRENCY = 32;

/** An empty line of writes. */
export function createWrites({ maxPendingBytes, write, remove }: WritesOptions): Writes {
  const lines = new Map<string, Line>();
  const ready = new Set<Line>();
  let underWay = 0;
  let count = 0;
  let bytes = 0;
  const idle: (() => void)[] = [];

  const lineOf = (key: string): Line => {
    const line = lines.get(key) ?? { key, current: undefined, waiting: [] };
    lines.set(key, line);
    return line;
  };
  const takeOutWrite = (line: Line): boolean => {
    const last = line.waiting.at(-1);
    if (last?.kind !== 'put') return false;
    line.waiting.pop();
    leave(last);
    return true;
  };
  const leave = (job: Job): void => {
    if (job.kind !== 'put') return;
    count -= 1;
    bytes -= job.bytes;
  };
  const perform = (line: Line, job: Job): MaybePromise<void> => {
    if (job.kind === 'put') return write(job.record, job.ttl);
    const outcome = remove(line.key);
    if (isPromiseLike(outcome)) return outcome.then(job.done);
    job.done(outcome);
  };
  const start = (line: Line): void => {
    ready.delete(line);
    const job = line.waiting.shift();
    if (job === undefined) return;
    line.current = job;
    underWay += 1;
    const ending = perform(line, job);
    const end = (): void => finish(line, job);
    if (isPromiseLike(ending)) ending.then(end, end);
    else end();
  };
  const finish = (line: Line, job: Job): void => {
    underWay -= 1;
    line.current = undefined;
    leave(job);
    if (line.waiting.length > 0) goOn(line);
    else lines.delete(line.key);
    drain();
    if (lines.size > 0) return;
    for (const tell of idle.splice(0)) tell();
  };
  const goOn = (line: Line): void => {
    if (line.waiting[0]?.kind === 'remove') start(line);
    else ready.add(line);
  };
  // Not from within itself: a store that answers at once would make it as deep as the line is long.
  let draining = false;
  const drain = (): void => {
    if (draining) return;
    draining = true;
    for (const line of ready) {
      if (underWay >= CONCURRENCY) break;
      start(line);
    }
    draining = false;
  };
  const enqueue = (line: Line, job: Job): void => {
    line.waiting.push(job);
    if (line.current === undefined) goOn(line);
    drain();
  };

  return {
    put(record, ttl, size) {
      const line = lineOf(record.key);
      takeOutWrite(line);
      if (bytes + size > maxPendingBytes) {
        if (line.current === undefined && line.waiting.length === 0) lines.delete(line.key);
        return false;
      }
      count += 1;
      bytes += size;
      enqueue(line, { kind: 'put', record, ttl, bytes: size });
      return true;
    },
    remove(key) {
      const line = lineOf(key);
      const tookOut = takeOutWrite(line);
      let settled: Outcome<unknown> | undefined;
      let tell: ((outcome: Outcome<unknown>) => void) | undefined;
      enqueue(line, {
        kind: 'remove',
        done(outcome) {
          settled = outcome;
          tell?.(outcome);
        },
      });
      if (settled !== undefined) return { tookOut, outcome: settled };
      return new Promise((resolve) => (tell = (outcome) => resolve({ tookOut, outcome })));
    },
    overlay(key) {
      const line = lines.get(key);
      const job = line?.waiting.at(-1) ?? line?.current;
      if (job === undefined) return undefined;
      return job.kind === 'put' ? job.record : 'removed';
    },
    settled: () => (lines.size === 0 ? Promise.resolve() : new Promise((resolve) => idle.push(resolve))),
    get count() {
      return count;
    },
    get bytes() {
      return bytes;
    },
  };
}
