/**
 * Which URLs are the same resource, and which does a pattern mean? (RFC 3986 §6.2, RFC 9110 §4.2.3; WHATWG URL)
 *
 * Only equivalent spellings are unified: what the platform's URL parser unifies when it sends the request, the case of
 * percent-encodings, and the order of differently named parameters. `/p/` and `/p`, `/x?` and `/x`, `?a` and `?a=`,
 * `%26` and `&` remain different. Nothing here throws: what is no URL is taken as the text it is.
 */
import { readQuery, writeContent } from './members.js';

/** A URL in the parts that a cache tells apart, without its fragment. */
export interface UrlParts {
  /** Scheme, host and path. */
  readonly base: string;
  /** What follows the first `?`; a lone `?` has an empty query. */
  readonly query: string | undefined;
  /** User name and password, as they stand before the `@`. */
  readonly userinfo: string | undefined;
}

/** The URL without fragment and userinfo, in the one spelling that all its equivalents share; no URL stays as it is. */
export function normalizeUrl(url: string): string {
  const href = whatwgHref(url);
  if (href === undefined) return url;
  const { base, query } = splitText(href);
  return query === undefined ? base : `${base}?${writeContent(readQuery(query), [])}`;
}

/** Takes a URL apart, after the platform's parser has read it. */
export function splitUrl(url: string): UrlParts {
  return splitText(whatwgHref(url) ?? url);
}

function whatwgHref(url: string): string | undefined {
  try {
    return new URL(url).href;
  } catch {
    return undefined;
  }
}

function splitText(text: string): UrlParts {
  const hash = text.indexOf('#');
  // A space that a fragment followed would be dropped when the rest is read again.
  const whole = upperCaseEscapes(hash < 0 ? text : text.slice(0, hash).trimEnd());
  const mark = whole.indexOf('?');
  const head = mark < 0 ? whole : whole.slice(0, mark);
  const query = mark < 0 ? undefined : whole.slice(mark + 1);
  // Only "scheme://" opens an authority; a "//" further on belongs to the path.
  const authority = head.indexOf(':') + 3;
  if (!head.startsWith('://', authority - 3) || !head.includes('@')) return { base: head, query, userinfo: undefined };
  const path = head.indexOf('/', authority);
  const at = head.slice(0, path < 0 ? head.length : path).lastIndexOf('@');
  if (at < 0) return { base: head, query, userinfo: undefined };
  return { base: head.slice(0, authority) + head.slice(at + 1), query, userinfo: head.slice(authority, at) };
}

// RFC 3986 §6.2.2.1: the hexadecimal digits of a percent-encoding have no case.
function upperCaseEscapes(text: string): string {
  return text.includes('%') ? text.replace(/%[\da-f]{2}/gi, (escape) => escape.toUpperCase()) : text;
}

/**
 * Whether a pattern means this URL. A regular expression is searched in the whole URL. A glob is compared without the
 * scheme, case-sensitively, and its end is open: `*` and `**` stand for any text, also across `/`, `?` for one
 * character, `[a-z]` for one of a set, `[!a-z]` for one outside it.
 */
export function matchUrl(pattern: string | RegExp, url: string): boolean {
  // `search` heeds no `lastIndex` and leaves it as it was.
  return typeof pattern === 'string' ? compileGlob(pattern)(url) : url.search(pattern) >= 0;
}

/** A glob as a function, for many URLs. */
export function compileGlob(glob: string): (url: string) => boolean {
  const bare = withoutScheme(glob);
  return (url) => matchesGlob(bare, withoutScheme(url));
}

// Up to the first "://", which no "/" or "=" precedes: a URL within a query stays in its place.
function withoutScheme(text: string): string {
  const slash = text.indexOf('/');
  const hasScheme = text.startsWith('://', slash - 1) && !text.slice(0, slash).includes('=');
  return hasScheme ? text.slice(slash + 2) : text;
}

// The end being open, the leftmost match of what stands between two stars is the best: only the last star is tried anew.
function matchesGlob(glob: string, text: string): boolean {
  let at = 0;
  let position = 0;
  let star = -1;
  let mark = 0;
  while (at < glob.length) {
    if (glob.charAt(at) === '*') {
      star = at += 1;
      mark = position;
      continue;
    }
    if (position >= text.length) return false;
    const next = afterUnit(glob, at, text.charAt(position));
    if (next > 0) {
      at = next;
      position += 1;
    } else {
      if (star < 0) return false;
      at = star;
      position = mark += 1;
    }
  }
  return true;
}

// The index behind the unit of the glob that starts at `at`, if the character matches it; otherwise 0.
function afterUnit(glob: string, at: number, character: string): number {
  const unit = glob.charAt(at);
  if (unit === '[') {
    const negated = glob.charAt(at + 1) === '!';
    const start = negated ? at + 2 : at + 1;
    // A "]" that comes first is a member; a "[" that is never closed is itself.
    const end = glob.indexOf(']', start + 1);
    if (end >= 0) return isMember(glob.slice(start, end), character) === negated ? 0 : end + 1;
  }
  return unit === '?' || unit === character ? at + 1 : 0;
}

function isMember(set: string, character: string): boolean {
  for (let at = 0; at < set.length; at += 1) {
    const low = set.charAt(at);
    const isRange = set.charAt(at + 1) === '-' && at + 2 < set.length;
    if (isRange) at += 2;
    if (low <= character && character <= set.charAt(at)) return true;
  }
  return false;
}
