/**
 * Which whole URLs do `ignoreUrls` and `allowUrls` mean? They were compared with `config.url`, which a cache does not see:
 * it is what follows the base URL, or the whole URL where that is not below the base.
 */
import { CacheConfigurationError } from '../errors.js';
import type { UrlRule } from '../policy/types.js';
import { normalizeUrl } from '../policy/urls.js';
import type { InterceptorPredicate } from './types.js';

type Pattern = string | RegExp;

const SCHEME = String.raw`[a-z][a-z\d+.-]*:\/\/`;
const ORIGIN = String.raw`${SCHEME}[^/?#]*`;
const END = String.raw`(?=$|[?#])`;

/**
 * The rules, first match first: what is ignored, what is allowed, and where something is allowed all else. Throws
 * `CacheConfigurationError` where there are such URLs and the base is not known.
 */
export function urlRules(
  { ignoreUrls, allowUrls }: Pick<InterceptorPredicate<never>, 'ignoreUrls' | 'allowUrls'>,
  baseURL: string | undefined,
): UrlRule[] {
  if (baseURL === undefined && (ignoreUrls ?? allowUrls) !== undefined)
    throw new CacheConfigurationError(
      'baseURL',
      baseURL,
      "the instance's, since ignoreUrls and allowUrls are compared with what follows it; '' where it has none: " +
        "fromAxiosCacheInterceptor(options, { baseURL: api.defaults.baseURL ?? '' })",
    );
  const base = baseOf(baseURL ?? '');
  const rules = (patterns: readonly Pattern[], lifetime: UrlRule[1]): UrlRule[] =>
    patterns.flatMap((pattern) => placesOf(pattern, base).map((place): UrlRule => [place, lifetime]));
  return [
    ...rules(ignoreUrls ?? [], 'do-not-cache'),
    ...rules(allowUrls ?? [], null),
    ...(allowUrls === undefined ? [] : [[/^/, 'do-not-cache'] as const]),
  ];
}

/** A base URL as a pattern, without its last slash. One without a host is below any; none at all is any origin. */
function baseOf(baseURL: string): string {
  if (new RegExp(`^${SCHEME}`, 'i').test(baseURL)) return escaped(normalizeUrl(baseURL).replace(/\/$/, ''));
  const path = baseURL.replace(/^\/|\/$/g, '');
  return path === '' ? ORIGIN : ORIGIN + escaped(`/${path}`);
}

/** Where the pattern is found in a whole URL: behind the base, or anywhere in one that is not below it. */
function placesOf(pattern: Pattern, base: string): RegExp[] {
  const isBelow = `${base}(?![^/?#])`;
  const below = sourceOf(pattern, String.raw`(?<=^${base}\/?)`);
  const whole = sourceOf(pattern, '^');
  const flags = typeof pattern === 'string' ? '' : pattern.flags.replace(/[gy]/g, '');
  // Without a base URL all URLs are whole ones, save those of a page's own origin.
  const others = base === ORIGIN ? '^' : `^(?!${isBelow})`;
  return [new RegExp(`^${isBelow}[^]*?(?:${below})`, flags), new RegExp(`${others}[^]*?(?:${whole})`, flags)];
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

// With `^` and `$` replaced by where `config.url` began and ended; what is escaped or in a class stays as it is.
function sourceOf(pattern: Pattern, start: string): string {
  if (typeof pattern === 'string') return escaped(pattern);
  const { source, flags } = pattern;
  let depth = 0;
  let written = '';
  for (let at = 0; at < source.length; at += 1) {
    const unit = source.charAt(at);
    if (unit === '\\') written += unit + source.charAt((at += 1));
    else if (depth === 0 && unit === '^') written += start;
    else if (depth === 0 && unit === '$') written += END;
    else written += unit;
    // Only with the flag `v` do classes nest; elsewhere a "[" within one is itself.
    if (unit === '[' && (depth === 0 || flags.includes('v'))) depth += 1;
    else if (unit === ']') depth = Math.max(0, depth - 1);
  }
  return written;
}
