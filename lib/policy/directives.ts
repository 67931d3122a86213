/**
 * What does Cache-Control say? Syntax of request and response directives (RFC 9111 §5.2; RFC 5861;
 * RFC 8246), with Pragma (§5.4) and the fields that are read beside it.
 *
 * No policy here. Oddities are read towards caution: a directive that restricts counts however it is
 * spelled, one that permits counts only when it is well formed.
 */
import { deltaSeconds, isToken, listMembers, LONGEST_LIST, trimOws, unquote } from './fields.js';
import { Memo } from './memo.js';
import type { Fields, Seconds } from './types.js';

/** The directives of one message; `undefined` where a directive is absent. */
export interface Directives {
  readonly noCache: boolean;
  readonly noStore: boolean;
  readonly noTransform: boolean;
  readonly mustRevalidate: boolean;
  readonly proxyRevalidate: boolean;
  readonly mustUnderstand: boolean;
  readonly onlyIfCached: boolean;
  readonly immutable: boolean;
  readonly public: boolean;
  readonly private: boolean;
  readonly maxAge: Seconds | undefined;
  readonly sMaxage: Seconds | undefined;
  /** `Infinity` for `max-stale` without a value: any staleness (§5.2.1.2). */
  readonly maxStale: Seconds | undefined;
  readonly minFresh: Seconds | undefined;
  readonly staleIfError: Seconds | undefined;
  readonly staleWhileRevalidate: Seconds | undefined;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type Flag =
  | 'noCache'
  | 'noStore'
  | 'noTransform'
  | 'mustRevalidate'
  | 'proxyRevalidate'
  | 'mustUnderstand'
  | 'onlyIfCached'
  | 'immutable'
  | 'public'
  | 'private';
type Duration = 'maxAge' | 'sMaxage' | 'maxStale' | 'minFresh' | 'staleIfError' | 'staleWhileRevalidate';

// These restrict: they count wherever they stand as a word of their own outside a quoted string.
const RESTRICTIONS = new Map<string, Flag>([
  ['no-cache', 'noCache'],
  ['no-store', 'noStore'],
  ['private', 'private'],
  ['must-revalidate', 'mustRevalidate'],
  ['proxy-revalidate', 'proxyRevalidate'],
  ['no-transform', 'noTransform'],
]);
const PERMISSIONS = new Map<string, Flag>([
  ['public', 'public'],
  ['immutable', 'immutable'],
  ['must-understand', 'mustUnderstand'],
  ['only-if-cached', 'onlyIfCached'],
]);
const DURATIONS = new Map<string, Duration>([
  ['max-age', 'maxAge'],
  ['s-maxage', 'sMaxage'],
  ['max-stale', 'maxStale'],
  ['min-fresh', 'minFresh'],
  ['stale-if-error', 'staleIfError'],
  ['stale-while-revalidate', 'staleWhileRevalidate'],
]);

/** What a message without Cache-Control says. */
export const NO_DIRECTIVES: Directives = Object.freeze({
  noCache: false,
  noStore: false,
  noTransform: false,
  mustRevalidate: false,
  proxyRevalidate: false,
  mustUnderstand: false,
  onlyIfCached: false,
  immutable: false,
  public: false,
  private: false,
  maxAge: undefined,
  sMaxage: undefined,
  maxStale: undefined,
  minFresh: undefined,
  staleIfError: undefined,
  staleWhileRevalidate: undefined,
});

/** Reads the value of a Cache-Control field (or of one of its targeted kin, RFC 9213). */
export function parseCacheControl(value: string | undefined): Directives {
  if (value === undefined || value === '') return NO_DIRECTIVES;
  return known.get(value) ?? known.set(value, readCacheControl(value));
}

const known = new Memo<Directives>(500);

function readCacheControl(value: string): Directives {
  // Whatever it says, there is no time to read all of it.
  if (value.length > LONGEST_LIST) return Object.freeze({ ...NO_DIRECTIVES, noStore: true });
  const directives: Mutable<Directives> = { ...NO_DIRECTIVES };
  for (const member of listMembers(value)) readMember(member, directives);
  return Object.freeze(directives);
}

function readMember(member: string, directives: Mutable<Directives>): void {
  const equals = member.indexOf('=');
  const name = (equals < 0 ? member : member.slice(0, equals)).toLowerCase();
  const argument = equals < 0 ? undefined : trimOws(member.slice(equals + 1));
  // §5.2.2.4, §5.2.2.7: qualified by field names, no-cache and private are read as plain ones, as the sections allow.
  for (const word of loneWords(name, argument)) {
    const restriction = RESTRICTIONS.get(word);
    if (restriction !== undefined) directives[restriction] = true;
  }
  const permission = PERMISSIONS.get(name);
  // An argument does not unsay `immutable`; `public=1x` is not a permission we know, nor is `must-understand=1x`.
  const isUnsaid = argument !== undefined && (permission === 'public' || permission === 'mustUnderstand');
  if (permission !== undefined && !isUnsaid) directives[permission] = true;
  const duration = DURATIONS.get(name);
  if (duration !== undefined) readDuration(duration, argument, directives);
}

// An argument that is a token or a quoted string is nobody else's. In any other, in `max-age=60 no-store` say, stand words
// that have no business there and might have meant to restrict; quotes that never close hide nothing.
function loneWords(name: string, argument = ''): readonly string[] {
  const isSound = argument === '' || isToken(argument) || (argument.startsWith('"') && unquote(argument) !== undefined);
  if (isSound && isToken(name)) return [name];
  return (isSound ? name : `${name}=${argument.toLowerCase()}`).split(/[\s;,="]+/);
}

function readDuration(name: Duration, argument: string | undefined, directives: Mutable<Directives>): void {
  const read = deltaSeconds(unquote(argument ?? '') ?? '') ?? withoutValue(name, argument);
  if (read === undefined) return;
  // §4.2.1: of several values none is to be trusted more; the smallest errs towards caution.
  const earlier = directives[name];
  const cautious = name === 'minFresh' ? Math.max : Math.min;
  directives[name] = earlier === undefined ? read : cautious(earlier, read);
}

function withoutValue(name: Duration, argument: string | undefined): Seconds | undefined {
  // §5.2.1.2: without a value any staleness is accepted.
  if (name === 'maxStale' && argument === undefined) return Infinity;
  // §4.2.1: invalid freshness information means stale.
  return name === 'maxAge' || name === 'sMaxage' ? 0 : undefined;
}

/** The directives of a request. */
export function requestDirectives(fields: Fields): Directives {
  const value = fields['cache-control'];
  const pragma = fields['pragma'];
  if (value !== undefined || pragma === undefined) return parseCacheControl(value);
  // §5.4: without Cache-Control, `Pragma: no-cache` counts as `Cache-Control: no-cache`.
  const noCache = listMembers(pragma.slice(0, LONGEST_LIST)).some((member) => member.toLowerCase() === 'no-cache');
  return noCache ? { ...NO_DIRECTIVES, noCache } : NO_DIRECTIVES;
}

/** The directives of the first targeted field that is there and well formed (RFC 9213 §2.2). */
export function targetedDirectives(fields: Fields, targets: readonly string[]): Directives | undefined {
  for (const target of targets) {
    const directives = parseDictionary(fields[target.toLowerCase()]);
    if (directives !== undefined) return directives;
  }
  return undefined;
}

// RFC 8941 §3.2: key, item and parameters of a member of a dictionary.
const DICTIONARY_MEMBER =
  /^([a-z*][a-z0-9_\-.*]*)(?:=\?1|(=(?:-?[0-9]+(?:\.[0-9]+)?|"[^"\\]*"|[A-Za-z*][^\s,;"]*)))?(?:;.*)?$/;

// RFC 9213 §2.1: a targeted field is a dictionary, whose parameters say nothing here. One bad member spoils the whole,
// and so does a lifetime that is no integer.
function parseDictionary(value: string | undefined): Directives | undefined {
  if (value !== undefined && value.length > LONGEST_LIST) return undefined;
  const members = listMembers(value);
  if (members.length === 0) return undefined;
  const directives: Mutable<Directives> = { ...NO_DIRECTIVES };
  for (const member of members) {
    const [, key, item = ''] = DICTIONARY_MEMBER.exec(member) ?? [];
    if (key === undefined || (DURATIONS.has(key) && !/^=-?[0-9]+$/.test(item))) return undefined;
    readMember(key + item, directives);
  }
  return directives;
}
