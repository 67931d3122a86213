/**
 * Is another process asking already? Then its answer is awaited, and looked up in the store all share.
 *
 * Whoever holds the lease asks, once, and its news tells the others how that ended: stored, and they look for
 * themselves; for one request only, and they go by themselves, all at once; an error, and each process tries once. Nobody
 * waits for long, and whatever goes wrong with the lease costs a request no more than that it asks itself.
 */
import { CanceledError } from 'axios';
import type { Claim, Ticket } from '../storage/types.js';
import { ask } from './ask.js';
import type { Course } from './course.js';
import type { Found, Outcome } from './engine.js';
import { lookUp } from './lookup.js';
import { timeLeft } from './flights.js';
import { leaseKey } from './tickets.js';

/** A flight without a time limit of its own keeps its lease for so long, in milliseconds. */
const LONGEST_FLIGHT = 60_000;
/** Of the time a request may take, so much may be spent on waiting for others. */
const SHARE_OF_TIMEOUT = 0.5;
const MINUTE = 60_000;
/** A lease that is over is not always taken at its last millisecond. */
const MARGIN = 20;

/** Asks the origin, unless another process does. Never rejects. */
export async function askAcross(course: Course, signal: AbortSignal | undefined): Promise<Outcome> {
  const { engine, config } = course.passage;
  const { fleet } = engine.store;
  // Who stores nothing has no news for others.
  const isApart = course.isAlone === true || course.passage.settings.readOnly;
  if (fleet === undefined || !course.found.answered || isApart) return ask(course, signal);
  const key = leaseKey(course);
  const startedAt = engine.monotonic();
  const longest = Math.min(fleet.longestWait, timeLeft(config, 0) * SHARE_OF_TIMEOUT);
  for (;;) {
    const options = { watch: watched(course), longest: flightTime(course), budget: course.found.budget };
    const claim = await fleet.claim(key, { ...options, wait: true });
    if (isOver(signal)) return letGo(claim, course);
    if (claim.kind === 'won') return lead(course, claim, startedAt, signal);
    if (claim.kind === 'alone') return goAlone(course, claim, signal);
    const left = longest - (engine.monotonic() - startedAt);
    if (left <= 0) return tooLong(course, key, startedAt, signal);
    const news = await claim.news(Math.min(left, Math.max(claim.retryAfter, 0) + MARGIN), signal);
    if (isOver(signal)) return canceled(course);
    if (news === 'stored') return shared(await lookAgain(course), course, startedAt, signal);
    if (news === 'uncacheable') return { kind: 'apart' };
    // Whoever tells of nothing at once is not asked again at once.
    if (news !== 'error' && news !== 'away') await sleep(MARGIN);
    if (news === 'error' || news === 'away') return ask(afterWaiting(course, startedAt), signal);
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The lease for a background refresh; `taken` where another process is at it, or failed less than `pause` ago. */
export async function leaseForRefresh(course: Course, pause: number): Promise<Ticket | 'taken' | undefined> {
  const { fleet } = course.passage.engine.store;
  if (fleet === undefined) return undefined;
  const budget = course.passage.engine.store.waitBudget();
  const options = { watch: watched(course), longest: flightTime(course), budget };
  const claim = await fleet.claim(leaseKey(course), { ...options, wait: false, pause });
  if (claim.kind === 'held') return 'taken';
  const isDue =
    claim.kind === 'won' ? (await newerThan(course, claim.present)) === undefined : claim.because !== 'error';
  if (isDue) return claim.ticket;
  claim.ticket.conclude('released');
  return 'taken';
}

// Somebody may have stored it between our look and our lease.
async function lead(
  course: Course,
  { ticket, present }: Claim & { readonly kind: 'won' },
  startedAt: number,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const newer = await newerThan(course, present);
  if (newer === undefined) return ask(afterWaiting({ ...course, ticket }, startedAt), signal);
  ticket.conclude('released');
  return { kind: 'found', found: newer };
}

// Where nothing was and still nothing is, no second look is needed.
async function newerThan(course: Course, present: number | undefined): Promise<Found | undefined> {
  const { entry, variants } = course.found;
  if (entry === undefined && variants.length === 0 && present === 0) return undefined;
  const again = await lookAgain(course);
  const isNewer = again.entry !== undefined && again.entry.response.receivedAt !== entry?.response.receivedAt;
  return isNewer ? again : undefined;
}

function watched({ found: { keys } }: Course): readonly string[] {
  return [...new Set([keys.own, keys.public])];
}

function goAlone(
  course: Course,
  { because, ticket }: Claim & { kind: 'alone' },
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  if (because === 'uncacheable') {
    ticket.conclude('released');
    return Promise.resolve({ kind: 'apart' });
  }
  return ask({ ...course, ticket }, signal);
}

// Where nothing is there, it is gone already: whoever waited has waited long enough.
function shared(again: Found, course: Course, startedAt: number, signal: AbortSignal | undefined): Promise<Outcome> {
  if (again.entry !== undefined || again.variants.length > 0) return Promise.resolve({ kind: 'found', found: again });
  return ask(afterWaiting({ ...course, found: again }, startedAt), signal);
}

async function lookAgain({ passage, found: { keys, budget } }: Course): Promise<Found> {
  // News comes over a connection of its own: a near cache may not have heard yet.
  return lookUp(passage.engine.store, keys, passage, budget, true);
}

function tooLong(course: Course, key: string, startedAt: number, signal: AbortSignal | undefined): Promise<Outcome> {
  const { engine } = course.passage;
  const note = `blocked ${key}`;
  if (!engine.failures.isRecent(note, MINUTE)) {
    engine.failures.note(note);
    const cause = new Error('another process kept the lease longer than storage.waitTimeout allows to wait');
    engine.events.emit('error', { operation: 'lease', key, cause });
  }
  return ask(afterWaiting(course, startedAt), signal);
}

// What was spent on waiting is not there for asking.
function afterWaiting(course: Course, startedAt: number): Course {
  const { passage } = course;
  const left = timeLeft(passage.config, passage.engine.monotonic() - startedAt);
  if (left === Infinity) return course;
  return { ...course, passage: { ...passage, config: { ...passage.config, timeout: Math.max(1, Math.ceil(left)) } } };
}

function letGo(claim: Claim, course: Course): Outcome {
  if (claim.kind !== 'held') claim.ticket.conclude('released');
  return canceled(course);
}

function isOver(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function canceled({ passage }: Course): Outcome {
  return { kind: 'failed', error: new CanceledError(undefined, passage.config as never) };
}

function flightTime({ passage }: Course): number {
  const time = timeLeft(passage.config, 0);
  return time === Infinity ? LONGEST_FLIGHT : time;
}
