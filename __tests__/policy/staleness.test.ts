/** How stale may a response be used? (RFC 9111 §4.2.4; RFC 5861) */
import { requestDirectives } from '../../lib/policy/directives.js';
import { toFields } from '../../lib/policy/fields.js';
import { errorUsability, longestStaleness, usability } from '../../lib/policy/staleness.js';
import type { CacheSettings, StoredResponse } from '../../lib/policy/types.js';
import { aStored, given, now } from './given.js';

type Settings = Partial<CacheSettings>;

const fresh = aStored({ age: 10, maxAge: 60 });
const stale = aStored({ age: 70, maxAge: 60 });
const staleFor = (seconds: number, cc?: string): StoredResponse =>
  aStored({ age: 60 + seconds, maxAge: 60, ...(cc === undefined ? {} : { cc }) });

describe('usability and errorUsability', () => {
  type Question = [
    claim: string,
    stored: StoredResponse,
    cc: string | undefined,
    usable: string | undefined,
    onError: string | undefined,
    settings?: Settings,
  ];
  test.each<Question>([
    ['§4.2 fresh', fresh, undefined, 'fresh', 'fresh'],
    ['§4.2.4 stale', stale, undefined, undefined, undefined],
    [
      'RFC 5861 §4 the origin allows it so long',
      staleFor(9, 'stale-if-error=10'),
      undefined,
      undefined,
      'stale-if-error',
    ],
    ['RFC 5861 §4 and no longer', staleFor(10, 'stale-if-error=10'), undefined, undefined, undefined],
    ['RFC 5861 §4 an invalid one allows nothing', staleFor(1, 'stale-if-error=x'), undefined, undefined, undefined],
    ['RFC 5861 §4 the request', staleFor(9), 'stale-if-error=10', undefined, 'stale-if-error'],
    ['an option: any staleness', staleFor(1e6), undefined, undefined, 'stale-if-error', { staleIfError: true }],
    ['an option: so long', staleFor(9), undefined, undefined, 'stale-if-error', { staleIfError: 10 }],
    ['an option: and no longer', staleFor(10), undefined, undefined, undefined, { staleIfError: 10 }],
    [
      'the longer of origin and option',
      staleFor(9, 'stale-if-error=10'),
      undefined,
      undefined,
      'stale-if-error',
      { staleIfError: 5 },
    ],
    ['what serves without an error serves with one', staleFor(9), 'max-stale', 'max-stale', 'max-stale'],
    ['an option: a second', staleFor(0), undefined, undefined, 'stale-if-error', { staleIfError: 1 }],
    ['a limit of a second is one', staleFor(1), 'max-stale', 'max-stale', undefined, { staleIfError: 1 }],
    ['but not beyond a limit for errors', staleFor(9), 'max-stale', 'max-stale', undefined, { staleIfError: 5 }],
    [
      'unless any staleness will do',
      staleFor(9),
      undefined,
      'stale-while-revalidate',
      'stale-while-revalidate',
      { staleIfError: 5, staleWhileRevalidate: true },
    ],
    [
      '§5.2.2.2 must-revalidate',
      staleFor(1, 'must-revalidate, stale-if-error=60'),
      undefined,
      undefined,
      undefined,
      { staleIfError: true },
    ],
    [
      '§5.2.2.8 proxy-revalidate',
      staleFor(1, 'proxy-revalidate'),
      undefined,
      undefined,
      undefined,
      { staleIfError: true, shared: true },
    ],
    [
      '§5.2.2.10 s-maxage',
      staleFor(1, 's-maxage=60'),
      undefined,
      undefined,
      undefined,
      { staleIfError: true, shared: true },
    ],
    ['min-fresh asks no failing origin', fresh, 'min-fresh=60', undefined, 'stale-if-error', { staleIfError: true }],
  ])('%s', (_claim, ...[stored, cc, usable, onError, settings]) => {
    const directives = requestDirectives(toFields({ 'cache-control': cc }));
    expect(usability(stored, directives, given(settings), now)).toBe(usable);
    expect(errorUsability(stored, directives, given(settings), now)).toBe(onError);
  });
});

test.each<[string, string, Settings, number]>([
  ['nothing', 'max-age=1', {}, 0],
  ['while refreshing', 'stale-while-revalidate=10, stale-if-error=5', {}, 10],
  ['on errors', 'stale-while-revalidate=5, stale-if-error=10', {}, 10],
  ['by option', 'stale-if-error=10', { staleIfError: 20 }, 20],
  ['any', '', { staleWhileRevalidate: true }, Infinity],
  ['§4.2.4 forbidden', 'must-revalidate, stale-if-error=10', { staleIfError: true }, 0],
])('longestStaleness: %s', (_claim, cc, settings, seconds) => {
  expect(longestStaleness(aStored({ cc }), given(settings))).toBe(seconds);
});
