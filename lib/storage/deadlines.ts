/**
 * How long is too long? A deadline passes in slices, so that a process that was held up does not blame others.
 *
 * While the event loop is held up, by a thousand requests that begin at once, nothing that arrives is heard: that costs one
 * slice. Most operations have the same limit and end long before it: they share one timer, that of the next slice.
 */
import { monotonicNow } from './expiry.js';

/** Calls the action when the time is over, unless that is cancelled before, by what is returned. */
export type Deadline = (limit: number, action: () => void) => () => void;

const SLICES = 4;

/** A deadline with a timer of its own. */
export function inSlices(limit: number, action: () => void): () => void {
  let left = SLICES;
  let timer: ReturnType<typeof setTimeout>;
  const wait = (): void => {
    timer = setTimeout(() => {
      left -= 1;
      if (left > 0) wait();
      else action();
    }, limit / SLICES);
  };
  wait();
  return () => {
    clearTimeout(timer);
  };
}

/** Browsers' are numbers. */
interface Timer {
  ref?(): unknown;
  unref?(): unknown;
}

interface Pending {
  readonly startedAt: number;
  readonly action: () => void;
  left: number;
  last: ReturnType<typeof setTimeout> | undefined;
}

/** Deadlines of one limit, in milliseconds, that share a timer; it keeps the process alive while any is pending. */
export function createDeadlines(limit: number): Deadline {
  const pending = new Set<Pending>();
  let timer: Timer | undefined;
  const arm = (): void => {
    timer ??= setTimeout(tick, limit / SLICES) as unknown as Timer;
    if (pending.size === 1) timer.ref?.();
  };
  const tick = (): void => {
    timer = undefined;
    for (const item of pending) {
      item.left -= 1;
      if (item.left > 0) continue;
      pending.delete(item);
      // It may have begun in the middle of a slice, which counts as a whole one.
      item.last = setTimeout(item.action, Math.max(0, item.startedAt + limit - monotonicNow()));
    }
    if (pending.size > 0) arm();
  };
  return (_, action) => {
    const item: Pending = { startedAt: monotonicNow(), action, left: SLICES, last: undefined };
    pending.add(item);
    arm();
    return () => {
      if (!pending.delete(item)) clearTimeout(item.last);
      else if (pending.size === 0) timer?.unref?.();
    };
  };
}
