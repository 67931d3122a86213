/**
 * What if the store is down, hung, slow or full? Then it is left alone.
 *
 * Every operation has a deadline; what comes after it is ignored. Three breakers watch: `read` says whether the store
 * answers, and closes the way to all else while it does not; `write` says whether it takes writes; removals have one of
 * their own that reports nothing, for a store that is full still removes. Whichever of them notices first that the store
 * does not answer at all: it is one outage, and told once. A store that answers at once, without a promise, costs
 * neither a promise nor a timer.
 */
import { Breaker } from './breaker.js';
import { createDeadlines, inSlices } from './deadlines.js';
import type { Deadline } from './deadlines.js';
import type { MaybePromise, StorageSettings, StoreEvent } from './types.js';

/** How an operation ended. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly cause: unknown };

/** The three kinds of operation, by what has to work for them. */
export type OperationKind = 'read' | 'write' | 'remove';

export interface GuardOptions {
  readonly settings: StorageSettings;
  readonly onEvent: (event: StoreEvent) => void;
  /** One operation of each kind that harms nothing, to see whether the store works again. */
  readonly probes: Readonly<Record<OperationKind, () => MaybePromise<unknown>>>;
  /** What the connection complained of a moment ago, if it did. */
  readonly lastError?: (() => unknown) | undefined;
}

export interface Guard {
  /**
   * Performs the operation, unless the store is being left alone; never throws, never rejects.
   *
   * @param limit Milliseconds. A shorter time than the usual one is the caller's haste, and no fault of the store.
   */
  run<T>(kind: OperationKind, operation: () => MaybePromise<T>, limit?: number): MaybePromise<Outcome<T>>;
  /** Whether an operation of this kind would be tried now. */
  allows(kind: OperationKind): boolean;
  state(kind: OperationKind): Breaker['state'];
  stop(): void;
}

/** The store did not answer in time. */
class StoreTimeoutError extends Error {
  override readonly name = 'StoreTimeoutError';

  constructor(milliseconds: number) {
    super(`the store did not answer within ${milliseconds} ms`);
  }
}

const LEFT_ALONE: Outcome<never> = { ok: false, cause: undefined };

/** Whether a value has to be waited for. */
export function isPromiseLike<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Goes on with a value, at once if it is there. */
export function after<T, U>(value: MaybePromise<T>, next: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return isPromiseLike(value) ? value.then(next) : next(value);
}

// "Timed out" and "offline" are what follows; what the connection said before is why.
function explained(cause: unknown, lastError: unknown): unknown {
  const isVague = cause instanceof Error && /did not answer|offline|closed|connect/i.test(cause.message);
  return isVague ? (lastError ?? cause) : cause;
}

/** Guards one store. */
export function createGuard({ settings, onEvent, probes, lastError }: GuardOptions): Guard {
  const breakerFor = (kind: OperationKind): Breaker =>
    new Breaker({
      ...settings.breaker,
      probe: async () => (kind === 'read' || allows('read')) && (await perform(probes[kind], settings.timeout)).ok,
      onOpen: (cause) => (kind === 'read' ? outage(cause) : void blame(kind, cause)),
      onClose() {
        if (reported.delete(kind)) onEvent({ type: 'recovered', breaker: kind as 'read' | 'write' });
      },
    });
  const reported = new Set<OperationKind>();
  const report = (kind: 'read' | 'write', cause: unknown): void => {
    reported.add(kind);
    onEvent({ type: 'degraded', breaker: kind, cause: explained(cause, lastError?.()) });
  };
  const outage = (cause: unknown): void => {
    // What was said of writes stands; else they failed as everything does.
    if (!reported.has('write')) breakers.write.reset();
    breakers.remove.reset();
    report('read', cause);
  };
  // Does it refuse this, or answer nobody?
  const blame = async (kind: 'write' | 'remove', cause: unknown): Promise<void> => {
    const answer = await perform(probes.read, settings.timeout);
    if (!answer.ok) breakers.read.open(answer.cause);
    else if (kind === 'write' && breakers.write.state !== 'closed') report('write', cause);
  };
  const breakers = { read: breakerFor('read'), write: breakerFor('write'), remove: breakerFor('remove') };
  // Where it does not even answer there is nothing to be learnt about writes.
  const allows = (kind: OperationKind): boolean =>
    breakers.read.allows() && (kind === 'read' || breakers[kind].allows());

  const judge = <T>(kind: OperationKind, outcome: Outcome<T>, hasty: boolean): Outcome<T> => {
    if (outcome.ok) breakers[kind].succeeded();
    // What fails while the store does not answer says nothing of writes.
    else if (kind !== 'read' && breakers.read.state !== 'closed') return outcome;
    else if (!hasty || !(outcome.cause instanceof StoreTimeoutError)) breakers[kind].failed(outcome.cause);
    return outcome;
  };

  const shared = createDeadlines(settings.timeout);

  return {
    run(kind, operation, limit = settings.timeout) {
      if (!allows(kind)) return LEFT_ALONE;
      const hasty = limit < settings.timeout;
      const judged = <T>(outcome: Outcome<T>): Outcome<T> => judge(kind, outcome, hasty);
      return perform(operation, limit, judged, limit === settings.timeout ? shared : undefined);
    },
    allows,
    state: (kind) => breakers[kind].state,
    stop() {
      for (const breaker of Object.values(breakers)) breaker.stop();
    },
  };
}

/** The operation under a deadline, without any breaker. */
export function perform<T>(
  operation: () => MaybePromise<T>,
  limit: number,
  judge: (outcome: Outcome<T>) => Outcome<T> = itself,
  deadline: Deadline = inSlices,
): MaybePromise<Outcome<T>> {
  let result: MaybePromise<T>;
  try {
    result = operation();
  } catch (cause) {
    return judge({ ok: false, cause });
  }
  return isPromiseLike(result) ? withDeadline(result, limit, judge, deadline) : judge({ ok: true, value: result });
}

function itself<T>(outcome: T): T {
  return outcome;
}

function withDeadline<T>(
  pending: PromiseLike<T>,
  limit: number,
  judge: (outcome: Outcome<T>) => Outcome<T>,
  deadline: Deadline,
): Promise<Outcome<T>> {
  return new Promise((resolve) => {
    let isOver = false;
    const end = (outcome: Outcome<T>): void => {
      if (isOver) return;
      isOver = true;
      resolve(judge(outcome));
    };
    // It keeps the process alive, for as long as somebody waits for the answer.
    const cancel = deadline(limit, () => {
      afterInput(() => end({ ok: false, cause: new StoreTimeoutError(limit) }), TURNS);
    });
    pending.then(
      (value) => {
        cancel();
        end({ ok: true, value });
      },
      (cause: unknown) => {
        cancel();
        end({ ok: false, cause });
      },
    );
  });
}

/** Of the event loop: to connect, to be greeted, to ask, and to be answered. */
const TURNS = 4;

/**
 * After an event loop that was held up, timers come before the input that has arrived meanwhile: the answer may lie
 * there already, and the store is not to blame. Where the loop is idle, a turn takes no time.
 */
export function afterInput(action: () => void, turns = 1): void {
  const { setImmediate } = globalThis as { setImmediate?: (action: () => void) => unknown };
  const next = turns > 1 ? () => afterInput(action, turns - 1) : action;
  if (setImmediate === undefined) setTimeout(next, 0);
  else setImmediate(next);
}
