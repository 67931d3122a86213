// Was every response one that a correct cache could have given? A model of what the library promises, over one merged log.
//
// What a client got carries the id of the origin's answer that it is; a 304 confirms what has the same version, language
// and user. A response is right if one answer, or confirmation of it, satisfies all of these at once:
//
//   stale        When the request began it was no older than its freshness and the stale-while-revalidate window. Within
//                the stale-if-error window it is right only if the origin failed for this resource a moment ago.
//   invalidated  It was made after every invalidation that binds the request. An invalidation is made when the origin
//                changed the resource, or when `cache.delete()` was called. It binds a request of the same process that
//                began after it was acknowledged (the mutation's response, or the promise of `delete()`, was there),
//                whatever became of Redis. It binds a request of another process that began after it was acknowledged and
//                told: Redis had it. What could not be told, since Redis was away, binds others from the moment on at
//                which its process says that all is told. Nothing that happens to Redis later unbinds anybody.
//   reload       To `forceRefresh`, and to `refresh` where there is a validator, it was made after the request began;
//                an origin that failed meanwhile leaves what there is.
//
// And on their own:
//
//   answered     The origin always answers, and so does every request, with what the origin may have said: 200, or 503.
//   whole        The body is as long as it was and has its checksum.
//   genuine      The origin has sent it.
//   key, variant, user   It is of the resource, the language and the user that the request was about.
//   failure      A 503 is one that the origin sent while the request was under way. One that joined it counts from then.
//   single       What is for one request only (no-store, private) was made during that request, and reached no other.
//   told         What could not be told has been, once nothing has disturbed Redis and the process for a while.
//
// Times are milliseconds of one monotonic clock. A read judges freshness after it began, and age counts from when the
// origin was asked, before the answer was made: a response may look younger here than it was, and never older.
import { kindOf } from './resources.mjs';

/** Between the clock that a cache judges by and ours. */
const SLACK_MS = 25;
/** A failure of the origin counts for five seconds from when its answer was read, which a stopped process does late. */
const FAILURE_COUNTS_MS = 9_000;
/** An error may be shared for as long as its flight takes to land. */
const LANDING_MS = 1_000;
/** After so long without a disturbance nothing may be left untold. */
const TOLD_WITHIN_MS = 6_000;

/** Checks a log; returns the violations, each with its rule and what it is about, and how much there was to be checked. */
export function check(log) {
  const model = modelOf(log);
  const violations = [];
  const figures = { reads: 0, fromStore: 0, bound: 0, boundAcross: 0, onError: 0, untold: 0 };
  for (const entry of log) {
    if (entry.type === 'read') {
      figures.reads += 1;
      const violation = checkRead(entry, model, figures);
      if (violation !== undefined) violations.push({ ...violation, entry });
    }
    if (entry.type === 'changed' || entry.type === 'forgotten') {
      if (!entry.told) figures.untold += 1;
      const violation = checkInvalidation(entry, model);
      if (violation !== undefined) violations.push({ ...violation, entry });
    }
  }
  return { violations, figures };
}

function modelOf(log) {
  const answers = new Map();
  const confirmations = new Map();
  const failures = new Map();
  const changes = new Map();
  const invalidations = new Map();
  const toldAt = new Map();
  const faults = log.filter(({ type }) => type === 'fault');
  for (const entry of log) {
    if (entry.type === 'answer' && entry.status !== 304) answers.set(entry.id, entry);
    if (entry.type === 'answer' && entry.status === 304) append(confirmations, contentOf(entry), entry);
    if (entry.type === 'answer' && entry.status === 503) append(failures, entry.path, entry);
    if (entry.type === 'change') changes.set(`${entry.path} ${entry.version}`, entry.at);
    if (entry.type === 'all-told') append(toldAt, entry.process, entry.at);
    if ((entry.type === 'changed' || entry.type === 'forgotten') && entry.told)
      append(toldAt, entry.process, entry.end);
  }
  for (const times of toldAt.values()) times.sort((one, other) => one - other);
  for (const entry of log) {
    if (entry.error !== undefined || (entry.type !== 'changed' && entry.type !== 'forgotten')) continue;
    const madeAt = entry.type === 'forgotten' ? entry.start : changes.get(`${entry.path} ${entry.version}`);
    const released = (toldAt.get(entry.process) ?? []).find((at) => at >= entry.end) ?? Infinity;
    append(invalidations, entry.path, { ...entry, madeAt, released });
  }
  return { answers, confirmations, failures, invalidations, faults, usedBy: new Map() };
}

function append(map, key, value) {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function contentOf({ path, version, language, user }) {
  return [path, version, language, user].join(' ');
}

function checkRead(read, model, figures) {
  const { body, status, path } = read;
  if (read.error !== undefined) return { rule: 'answered', because: read.error };
  if (status !== 200 && status !== 503) return { rule: 'answered', because: `status ${status}` };
  if (body === undefined) return { rule: 'whole', because: 'the checksum is not that of the body' };
  const answer = model.answers.get(body.id);
  const isGenuine = answer?.status === status && contentOf(answer) === contentOf(body);
  if (answer?.at > read.end) return { rule: 'genuine', because: 'the origin had yet to make it' };
  if (!isGenuine) return { rule: 'genuine', because: 'the origin did not send this' };
  const kind = kindOf(path);
  if (body.path !== path) return { rule: 'key', because: `it is of ${body.path}` };
  // An error says nothing of Vary: it is for every language.
  if (kind.byLanguage && status === 200 && body.language !== read.language)
    return { rule: 'variant', because: `it is ${body.language}` };
  if (kind.byUser && body.user !== read.user) return { rule: 'user', because: `it is for ${body.user}` };
  if (status === 503) return checkFailure(read, answer, model);
  if (kind.single) return checkSingle(read, answer, model);
  return checkContent(read, answer, kind, model, figures);
}

function checkFailure(read, answer, { faults }) {
  const early = read.start - answer.sentAt;
  const pauses = faults.filter(
    ({ process, from, to }) => process === read.process && from < read.start && to > answer.sentAt,
  );
  const paused = pauses.reduce((sum, { from, to }) => sum + to - from, 0);
  if (early > LANDING_MS + paused)
    return { rule: 'failure', because: `the origin sent it ${ms(early)} before the request` };
  return undefined;
}

function checkSingle(read, answer, { usedBy }) {
  if (answer.at < read.start)
    return { rule: 'single', because: `made ${ms(read.start - answer.at)} before the request` };
  if (usedBy.has(answer.id)) return { rule: 'single', because: 'another request got it before' };
  usedBy.set(answer.id, read);
  return undefined;
}

function checkContent(read, answer, kind, model, figures) {
  const { start, end, path } = read;
  const made = [answer, ...(model.confirmations.get(contentOf(answer)) ?? [])].filter(({ at }) => at <= end);
  if (answer.at < start) figures.fromStore += 1;
  const usual = (kind.lifetime + (kind.whileRevalidating ?? 0)) * 1_000;
  let usable = made.filter(({ at }) => start - at <= usual + SLACK_MS);
  const failed = kind.onError !== undefined && hasFailed(model.failures.get(path), start, end);
  if (failed) {
    if (usable.length === 0) figures.onError += 1;
    usable = made.filter(({ at }) => start - at <= usual + kind.onError * 1_000 + SLACK_MS);
  }
  const latest = Math.max(...made.map(({ at }) => at));
  if (usable.length === 0) {
    const because = `made ${ms(start - latest)} before the request, ${ms(usual)} are allowed`;
    return { rule: 'stale', because: `${because}${kind.onError === undefined || failed ? '' : ' (no error lately)'}` };
  }
  const binding = bindingOn(read, model);
  if (binding !== undefined) {
    figures.bound += 1;
    if (binding.process !== read.process) figures.boundAcross += 1;
    usable = usable.filter(({ at }) => at >= binding.madeAt);
    if (usable.length === 0)
      return { rule: 'invalidated', because: `made ${ms(binding.madeAt - latest)} before ${nameOf(binding)}`, binding };
  }
  const isReload = read.mode === 'reload' || (read.mode === 'refresh' && kind.etag);
  const hasTried = model.failures.get(path)?.some(({ sentAt }) => sentAt >= start && sentAt <= end) ?? false;
  if (isReload && !hasTried && !usable.some(({ at }) => at >= start))
    return { rule: 'reload', because: `made ${ms(start - latest)} before the request` };
  return undefined;
}

function hasFailed(failures = [], start, end) {
  return failures.some(({ sentAt }) => sentAt >= start - FAILURE_COUNTS_MS && sentAt <= end);
}

/** The last invalidation made, of those that bind this request. */
function bindingOn({ path, process, start }, { invalidations }) {
  let last;
  for (const invalidation of invalidations.get(path) ?? []) {
    const from = invalidation.process === process ? invalidation.end : invalidation.released;
    if (from <= start && (last === undefined || invalidation.madeAt > last.madeAt)) last = invalidation;
  }
  return last;
}

function nameOf({ type, method, process, end }) {
  const what = type === 'forgotten' ? 'a delete()' : `a ${method}`;
  return `${what} of process ${process}, acknowledged at ${ms(end)}`;
}

function checkInvalidation(entry, { invalidations, faults }) {
  if (entry.error !== undefined || (entry.status ?? 200) !== 200)
    return { rule: 'answered', because: entry.error ?? `status ${entry.status}` };
  const { released, end, process } = (invalidations.get(entry.path) ?? []).find(({ start }) => start === entry.start);
  const disturbing = faults.filter((fault) => fault.process === undefined || fault.process === process);
  let calmFrom = end;
  for (const { from, to } of disturbing.toSorted((one, other) => one.from - other.from))
    if (from < calmFrom + TOLD_WITHIN_MS && to > calmFrom) calmFrom = to;
  const lastMoment = calmFrom + TOLD_WITHIN_MS;
  const logEnds = Math.max(...faults.filter(({ name }) => name === 'end').map(({ from }) => from));
  if (released <= lastMoment || lastMoment > logEnds) return undefined;
  return { rule: 'told', because: `nothing disturbed it for ${ms(TOLD_WITHIN_MS)}, and it was not told` };
}

function ms(milliseconds) {
  return `${Math.round(milliseconds)} ms`;
}

/** What the log says around a violation, one line each. */
export function excerpt(log, { entry, binding }, most = 40) {
  const { path, start, end } = entry;
  const from = Math.min(start, binding?.madeAt ?? start) - 3_000;
  const about = log.filter((line) => {
    const at = line.at ?? line.from ?? line.start;
    return at >= from && at <= end && (line.path === path || line.path === undefined);
  });
  about.sort((one, other) => (one.at ?? one.from ?? one.start) - (other.at ?? other.from ?? other.start));
  return about.slice(-most).map((line) => JSON.stringify(line));
}
