/** Lifetimes as users write them: seconds, durations, instants, words. */
import fc from 'fast-check';
import {
  DO_NOT_CACHE,
  durationSeconds,
  EXPIRE_IMMEDIATELY,
  isExpiration,
  NEVER_EXPIRE,
  parseExpiration,
  resolveExpireAfter,
} from '../../lib/policy/expiration.js';
import { completeSettings } from '../../lib/policy/settings.js';
import type { CacheSettings, Expiration } from '../../lib/policy/types.js';

const startAt = 1_800_000_000_000;
const in2099 = Date.UTC(2099, 0, 1);

describe('parseExpiration', () => {
  test.each<[string, Expiration, number | null]>([
    ['a number is seconds', 60, startAt + 60_000],
    ['fractions count', 3600.5, startAt + 3_600_500],
    ['fractions below one second do not', 0.5, startAt],
    ['nor above minus one', -0.5, startAt],
    ['0 expires at once', EXPIRE_IMMEDIATELY, startAt],
    ['-1 is never', -1, null],
    ['the word never', NEVER_EXPIRE, null],
    ['infinity is never', Infinity, null],
    ['other negative numbers lie in the past', -33, startAt - 33_000],
    ['a huge number ends with time', 1e300, 8.64e15],
    ['a hugely negative one begins with it', -1e300, -8.64e15],
    ['what is no number has expired', NaN, startAt],
    ['a Date', new Date(in2099), in2099],
    ['an invalid Date has expired', new Date(NaN), startAt],
    ['minutes', '10m', startAt + 600_000],
    ['a duration below one second counts', '500ms', startAt + 500],
    ['RFC 9110 §5.6.7 IMF-fixdate', 'Thu, 01 Jan 2099 00:00:00 GMT', in2099],
    ['RFC 9110 §5.6.7 asctime', 'Thu Jan  1 00:00:00 2099', in2099],
    ['RFC 9110 §5.6.7 GMT left out', 'Thu, 01 Jan 2099 00:00:00', in2099],
    ['digits have no unit: expired', '60', startAt],
    ['negative digits too', '-1', startAt],
    ['anything else has expired', '2099-01-01T00:00:00Z', startAt],
    ['nothing has expired', '', startAt],
  ])('%s', (_name, value, expiresAt) => {
    expect(parseExpiration(value, startAt)).toEqual({ expiresAt });
  });

  test('the words for not caching', () => {
    expect(parseExpiration(DO_NOT_CACHE, startAt)).toBe('do-not-cache');
  });

  test('any value gives an instant a Date can hold, or never', () => {
    const value = fc.oneof(
      fc.double(),
      fc.string(),
      fc.string({ unit: fc.constantFrom(...Array.from('0123456789.smhd ')) }),
      fc.date(),
    );
    fc.assert(
      fc.property(value, (given) => {
        const parsed = parseExpiration(given, startAt);
        if (parsed === DO_NOT_CACHE || parsed.expiresAt === null) return;
        expect(Number.isNaN(new Date(parsed.expiresAt).getTime())).toBe(false);
      }),
    );
  });
});

describe('durationSeconds', () => {
  test.each<[string, number | undefined]>([
    ['10m', 600],
    ['1h30m', 5400],
    ['1h 30m', 5400],
    ['1 hour, 30 minutes', 5400],
    ['2 days', 172_800],
    ['1day', 86_400],
    ['500ms', 0.5],
    ['250 milliseconds', 0.25],
    ['10 msecs', 0.01],
    ['1.5h', 5400],
    ['90 sec', 90],
    ['1 second', 1],
    ['2w', 1_209_600],
    ['3 Weeks', 1_814_400],
    ['1hr', 3600],
    ['5 mins', 300],
    [' 5m ', 300],
    ['0s', 0],
    ['', undefined],
    ['60', undefined],
    ['-5m', undefined],
    ['m', undefined],
    ['5 x', undefined],
    ['5mm', undefined],
    ['1y', undefined],
    ['5 months', undefined],
    ['.5h', undefined],
    ['1..5h', undefined],
    ['1e3s', undefined],
    ['P1DT2H', undefined],
    ['5 constructor', undefined],
    [`${'1'.repeat(200)}s`, undefined],
  ])('%j', (text, seconds) => {
    expect(durationSeconds(text)).toBe(seconds);
  });

  test('reads what it is given in linear time', () => {
    const startedAt = performance.now();
    for (const text of ['1', ' ', '1m', '1.', 'a']) durationSeconds(text.repeat(1_000_000));
    for (const text of ['1', ' ', '1m', '1.1', 'a']) durationSeconds(`${text.repeat(30)}!`);
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});

describe('isExpiration', () => {
  test.each([0, -1, -33, 0.5, 60, '10m', 'never', 'do-not-cache', 'Thu, 01 Jan 2099 00:00:00 GMT', new Date(0)])(
    '%j is one',
    (value) => {
      expect(isExpiration(value)).toBe(true);
    },
  );

  test.each([
    NaN,
    Infinity,
    -Infinity,
    '',
    '60',
    '-1',
    '+33',
    'soon',
    'P1DT2H',
    new Date(NaN),
    null,
    undefined,
    true,
    {},
  ])('%p is none', (value) => {
    expect(isExpiration(value)).toBe(false);
  });
});

describe('resolveExpireAfter', () => {
  const url = 'https://api.invalid/users';

  test.each<[string, Partial<CacheSettings>, Expiration | undefined]>([
    ['nothing given', {}, undefined],
    ['the instance', { expireAfter: 5 }, 5],
    ['a rule before the instance', { urlsExpireAfter: [['*', 7]], expireAfter: 5 }, 7],
    ['the request before a rule', { requestExpireAfter: 9, urlsExpireAfter: [['*', 7]], expireAfter: 5 }, 9],
    [
      'the first rule that matches',
      {
        urlsExpireAfter: [
          ['x.invalid', 1],
          [/users/, 2],
          ['*', 3],
        ],
      },
      2,
    ],
    ['0 is a lifetime', { requestExpireAfter: 0, expireAfter: 5 }, 0],
    [
      'a rule may leave it to the instance',
      {
        urlsExpireAfter: [
          ['*', null],
          ['*', 3],
        ],
        expireAfter: 5,
      },
      5,
    ],
    ['no rule matches', { urlsExpireAfter: [['x.invalid', 1]], expireAfter: 5 }, 5],
    [
      'do-not-cache of the request',
      { requestExpireAfter: 'do-not-cache', urlsExpireAfter: [['*', 7]] },
      'do-not-cache',
    ],
    ['do-not-cache of the rule', { requestExpireAfter: 9, urlsExpireAfter: [['*', 'do-not-cache']] }, 'do-not-cache'],
    [
      'do-not-cache of a rule behind',
      {
        urlsExpireAfter: [
          ['api.invalid', 7],
          ['*', 'do-not-cache'],
        ],
      },
      7,
    ],
    ['do-not-cache of the instance', { expireAfter: 'do-not-cache' }, 'do-not-cache'],
    ['allowed in spite of the instance', { urlsExpireAfter: [['*', 7]], expireAfter: 'do-not-cache' }, 7],
  ])('%s', (_name, settings, expected) => {
    expect(resolveExpireAfter(completeSettings(settings), url)).toBe(expected);
  });
});
