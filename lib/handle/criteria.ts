/**
 * Which entries are meant? The criteria of `delete` and `filter`, checked and made a question to each entry.
 */
import { CacheConfigurationError } from '../errors.js';
import { durationSeconds } from '../policy/expiration.js';
import { expiresAt } from '../policy/freshness.js';
import type { CacheSettings, EpochMs, Seconds } from '../policy/types.js';
import { matchUrl } from '../policy/urls.js';
import type { EntryRecord } from '../storage/records.js';

/** What describes entries; several criteria are a union, none describes nothing. */
export interface EntryCriteria {
  /** Labels: those of the option `tags`, and of the origin's `Cache-Tag`. */
  readonly tags?: readonly string[] | undefined;
  /** A glob or a regular expression over URLs, as in `urlsExpireAfter`. */
  readonly pattern?: string | RegExp | undefined;
  /** What is stale by now, also where a 304 could still confirm it. */
  readonly expired?: boolean | undefined;
  /** What was received before: so many seconds ago, a duration such as `'10m'` ago, or at a Date. */
  readonly olderThan?: Seconds | string | Date | undefined;
}

/** What `delete` removes; several criteria are a union, none removes nothing. */
export interface DeleteCriteria extends EntryCriteria {
  /** As `response.cache.key` and entries tell them. */
  readonly keys?: readonly string[] | undefined;
  /** May be relative (through `baseURL`); every variant and partition of the URL. */
  readonly urls?: readonly string[] | undefined;
  /** axios configs; every variant and partition of their URL. */
  readonly requests?: readonly object[] | undefined;
  /** What cannot be read any more, and what has been invalidated and still lies there. */
  readonly invalid?: boolean | undefined;
}

interface Check {
  readonly takes: string;
  accepts(value: unknown): boolean;
}

const isText = (value: unknown): boolean => typeof value === 'string';
const listOf = (takes: string, accepts: (item: unknown) => boolean): Check => ({
  takes,
  accepts: (value) => Array.isArray(value) && value.every(accepts),
});
const flag: Check = { takes: 'true or false', accepts: (value) => typeof value === 'boolean' };

const DESCRIPTIONS: Readonly<Record<keyof EntryCriteria, Check>> = {
  tags: listOf('a list of tags', isText),
  pattern: { takes: 'a glob or a regular expression', accepts: (value) => isText(value) || value instanceof RegExp },
  expired: flag,
  olderThan: {
    takes: "a number of seconds that is not negative, a duration such as '10m', or a Date",
    accepts: isAge,
  },
};

const REMOVALS: Readonly<Record<keyof DeleteCriteria, Check>> = {
  keys: listOf('a list of keys', isText),
  urls: listOf('a list of URLs', isText),
  requests: listOf('a list of axios configs', (item) => typeof item === 'object' && item !== null),
  ...DESCRIPTIONS,
  invalid: flag,
};

function isAge(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0;
  if (value instanceof Date) return !Number.isNaN(value.getTime());
  return typeof value === 'string' && durationSeconds(value) !== undefined;
}

/** Throws `CacheConfigurationError` for what `delete` does not take. */
export function checkRemoval(criteria: unknown): asserts criteria is DeleteCriteria {
  check('delete', criteria, REMOVALS);
}

/** Throws `CacheConfigurationError` for what `filter` does not take. */
export function checkDescription(criteria: unknown): asserts criteria is EntryCriteria {
  check('filter', criteria, DESCRIPTIONS);
}

function check(method: string, criteria: unknown, checks: Readonly<Record<string, Check>>): void {
  const takes = `an object with ${Object.keys(checks).join(', ')}`;
  if (typeof criteria !== 'object' || criteria === null || Array.isArray(criteria))
    throw new CacheConfigurationError(method, criteria, takes);
  for (const [name, value] of Object.entries(criteria)) {
    const known = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (known === undefined) throw new CacheConfigurationError(`${method}.${name}`, value, `nothing: ${takes}`);
    if (value !== undefined && !known.accepts(value))
      throw new CacheConfigurationError(`${method}.${name}`, value, known.takes);
  }
}

/** Whether an entry is one that is meant, and why. */
export interface Question {
  /** It is untrue by now: by its tags, or by its URL. */
  readonly isUntrue: (record: EntryRecord) => boolean;
  /** Its time is over. */
  readonly isOver: (record: EntryRecord) => boolean;
}

/** The criteria as questions to each entry. */
export function question(criteria: EntryCriteria, settings: CacheSettings, now: EpochMs): Question {
  const { tags = [], pattern, expired = false, olderThan } = criteria;
  const wanted = new Set(tags);
  const before = olderThan === undefined ? undefined : momentOf(olderThan, now);
  return {
    isUntrue: ({ tags: given, response }) =>
      (wanted.size > 0 && given.some((tag) => wanted.has(tag))) ||
      (pattern !== undefined && matchUrl(pattern, response.url)),
    isOver({ response }) {
      if (before !== undefined && response.receivedAt < before) return true;
      const end = expired ? expiresAt(response, settings) : null;
      return end !== null && end <= now;
    },
  };
}

function momentOf(age: Seconds | string | Date, now: EpochMs): EpochMs {
  if (age instanceof Date) return age.getTime();
  const seconds = typeof age === 'number' ? age : (durationSeconds(age) ?? 0);
  return now - seconds * 1000;
}
