/**
 * What does one origin request come to? Asked, decided, performed: the work of a flight's leader.
 *
 * Never rejects: the outcome is for every waiter, and each makes its own response or error of it.
 */
import { CacheActions } from '../policy/actions.js';
import { expiresAt } from '../policy/freshness.js';
import { isExplicitlyPublic } from '../policy/storable.js';
import { decideHead } from '../policy/storing.js';
import { credentialPartition } from '../policy/key.js';
import { assertNever } from '../policy/never.js';
import type { PolicyResponse, StoredResponse } from '../policy/types.js';
import { isRaised } from '../storage/epochs.js';
import type { EntryRecord, StoredBody } from '../storage/records.js';
import type { WhyBodyNotStored } from '../observe/info.js';
import { commitFreshened, commitResponse, invalidate } from './commit.js';
import { filtered, tagsOf } from './callbacks.js';
import type { Course } from './course.js';
import type { Landed, OriginOutcome, Passage } from './engine.js';
import { tagOf } from './keys.js';
import { askOrigin } from './origin.js';
import type { OriginAnswer, Question } from './origin.js';
import { freshestEnd, isOpenRoute } from './redirects.js';
import { concludeFlight, ticketFor } from './tickets.js';
import { withOrWithout } from './validators.js';

/** Asks the origin and performs what becomes of the answer. */
export async function ask(given: Course, signal: AbortSignal | undefined): Promise<OriginOutcome> {
  const course = { ...given, ticket: ticketFor(given) };
  const outcome = await askAndPerform(course, signal);
  concludeFlight(course.ticket, outcome);
  return outcome;
}

async function askAndPerform(course: Course, signal: AbortSignal | undefined): Promise<OriginOutcome> {
  const again = (): Promise<OriginOutcome> => askAgain(course, signal);
  try {
    return await withOrWithout(course, () => askConditionally(course, signal, again), again);
  } catch (error) {
    return { kind: 'failed', error };
  }
}

async function askConditionally(
  course: Course,
  signal: AbortSignal | undefined,
  again: () => Promise<OriginOutcome>,
): Promise<OriginOutcome> {
  const answer = await question(course, course.actions.validationHeaders, signal);
  const decision = await decide(course.actions, course.passage, answer);
  return decision.kind === 'refetch' ? again() : perform(course, answer, decision);
}

// §4.3.3: the 304 spoke of another representation; without conditions there is nothing to misunderstand.
async function askAgain(course: Course, signal: AbortSignal | undefined): Promise<OriginOutcome> {
  const { passage } = course;
  const afresh = withoutConditions(course);
  const answer = await question(course, {}, signal);
  const decision = await decide(afresh, passage, answer);
  if (decision.kind === 'refetch') throw new Error('a 304 to a request without conditions cannot mismatch');
  return perform(course, answer, decision);
}

/** The same request, as if nothing were stored that could be confirmed. */
export function withoutConditions({ passage, actions }: Course): CacheActions<StoredBody> {
  const { cacheKey, request, settings } = actions;
  return new CacheActions<StoredBody>({ cacheKey, request, settings, now: passage.engine.clock() });
}

function question(course: Course, validationHeaders: PolicyResponse['headers'], signal: AbortSignal | undefined) {
  return askOrigin(questionOf(course, validationHeaders, signal));
}

/** What the origin is asked, and how. */
export function questionOf(
  { passage, found }: Course,
  validationHeaders: PolicyResponse['headers'],
  signal: AbortSignal | undefined,
): Question {
  const { config, adapter, kind, request, engine, settings } = passage;
  const wantsOrigin = settings.refresh || settings.forceRefresh || settings.alwaysRevalidate;
  const isInvalidated = engine.invalidations.isRaised(tagOf(found.keys.own)) || isRaised(found.epoch);
  // What is too old here, or was invalidated, lies in the browser's own cache still, which may serve it stale as well.
  const isPastBrowser = wantsOrigin || isInvalidated || found.entry !== undefined;
  return { config, adapter, kind, request, validationHeaders, isPastBrowser, signal, clock: engine.clock };
}

/** Decides what becomes of an answer, with the caller's filter where there is one and the content is there. */
export async function decide(
  actions: CacheActions<StoredBody>,
  passage: Passage,
  answer: OriginAnswer,
  hasContent = true,
) {
  const decision = actions.updateFromResponse(answer.response, answer.times);
  // A 304 that came through redirects spoke of what another URL holds, and of validators that are not its own.
  if (decision.kind === 'freshen' && answer.route.kind !== 'direct')
    return { kind: 'refetch', because: 'validator-mismatch' } as const;
  // The filter costs the caller's time: only what would be stored is shown to it.
  if (decision.kind !== 'store' || passage.callbacks.filterFn === undefined || !hasContent) return decision;
  return actions.updateFromResponse(
    answer.response,
    answer.times,
    await filtered(passage, answer.response, answer.body),
  );
}

/** Performs a decision. */
export function perform(course: Course, answer: OriginAnswer, decision: Landed): OriginOutcome {
  if (course.passage.request.method === 'HEAD') performHead(course, answer);
  switch (decision.kind) {
    case 'store':
      return store(course, answer, decision);
    case 'freshen':
      return freshenEntry(course, answer, decision);
    case 'invalidate':
      void invalidate(course.passage, decision.urls);
      return { kind: 'answered', answer, decision, entry: undefined, stored: false };
    case 'serve-stale':
      return { kind: 'answered', answer, decision, entry: undefined, stored: false };
    case 'pass': {
      const { entry } = course.found;
      if (decision.evict && entry !== undefined) void course.passage.engine.store.remove([entry.key]);
      return { kind: 'answered', answer, decision, entry: undefined, stored: false };
    }
    default:
      return assertNever(decision);
  }
}

type Store = Extract<Landed, { kind: 'store' }>;
type Freshen = Extract<Landed, { kind: 'freshen' }>;

function store(course: Course, answer: OriginAnswer, decision: Store): OriginOutcome {
  const { passage } = course;
  const routed = alongRoute(passage, answer, decision.response);
  if (typeof routed === 'string') return notKept(answer, decision, routed);
  if (answer.unkept !== undefined) return notKept(answer, decision, answer.unkept);
  const response = withBody(routed, answer.body);
  const tags = tagsOf(passage, answer.response, answer.body);
  const committed = commitResponse(course, response, decision.keepFor, tags);
  return { kind: 'answered', answer, decision, ...committed };
}

// Written out: an object that is spread into another takes longer to make, and to read.
function withBody(facts: StoredResponse<undefined>, body: StoredBody): StoredResponse<StoredBody> {
  const { method, url, status, statusText, headers, selectedBy, requestedAt, receivedAt, assigned } = facts;
  return { method, url, status, statusText, headers, selectedBy, requestedAt, receivedAt, assigned, body };
}

function notKept(answer: OriginAnswer, decision: Store, notStored: WhyBodyNotStored): OriginOutcome {
  return { kind: 'answered', answer, decision, entry: undefined, stored: false, notStored };
}

// A response that came through redirects is as fresh as the least fresh of them.
function alongRoute(
  { settings, request }: Passage,
  { route, times }: OriginAnswer,
  response: StoredResponse<undefined>,
): StoredResponse<undefined> | WhyBodyNotStored {
  if (route.kind === 'direct') return response;
  if (route.kind === 'unseen') return 'redirect-unseen';
  if (route.kind === 'changed') return 'request-changed';
  const authorized = credentialPartition(request, settings) !== undefined;
  // What is for everybody at the end of a way that is for one user only would be found by everybody at its beginning.
  if (isExplicitlyPublic(response.headers, settings) && authorized && !isOpenRoute(route.hops, settings))
    return 'redirect';
  const end = freshestEnd(route.hops, authorized, settings, times.receivedAt);
  if (end === undefined) return 'redirect';
  if (end === Infinity) return response;
  const own = expiresAt(response, settings);
  if (own !== null && own <= end) return response;
  return { ...response, assigned: { expiresAt: end, outranksOrigin: true } };
}

function freshenEntry(course: Course, answer: OriginAnswer, decision: Freshen): OriginOutcome {
  const { found } = course;
  if (found.entry === undefined) return { kind: 'answered', answer, decision, entry: undefined, stored: false };
  const { response, keepFor, notStored } = decision;
  const { key, tags, response: before } = found.entry;
  const current: EntryRecord = { kind: 'entry', key, epoch: found.epoch, tags, response: before };
  if (isForOneUser(course, current, answer.response)) {
    // Only who has the same credentials is in this flight.
    const confirmed = { ...current, response: decision.response };
    return { kind: 'answered', answer, decision, entry: confirmed, stored: false, notStored: 'for-one-user' };
  }
  const committed = commitFreshened(course, current, response, keepFor, notStored);
  // §5.2.2.5: what may not be kept is for this caller alone.
  const entry = notStored === undefined ? committed.entry : undefined;
  return { kind: 'answered', answer, decision, ...committed, entry };
}

// What everybody may have stays as it is where the origin confirms it to one user alone: the fields may speak of that one.
function isForOneUser({ passage, found }: Course, { response }: EntryRecord, confirmation: PolicyResponse): boolean {
  const { settings } = passage;
  const isOpen = (headers: PolicyResponse['headers']): boolean => isExplicitlyPublic(headers, settings);
  return found.keys.hasCredentials && isOpen(response.headers) && !isOpen(confirmation.headers);
}

// §4.3.5: a HEAD tells whether the stored answer to a GET is still the one the origin has.
function performHead(course: Course, { response, times, route }: OriginAnswer): void {
  const { passage, found } = course;
  const { entry } = found;
  if (entry?.response.method !== 'GET' || route.kind === 'changed') return;
  const { request, settings } = passage;
  const exchange = { request, settings, stored: entry.response, validating: false };
  const decision = decideHead(exchange, entry.response, response, times);
  if (decision.kind === 'freshen' && !isForOneUser(course, entry, response))
    commitFreshened(course, entry, decision.response, decision.keepFor, decision.notStored);
  if (decision.kind === 'pass' && decision.evict) void passage.engine.store.remove([entry.key]);
}
