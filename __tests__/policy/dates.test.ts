/** HTTP-date (RFC 9110 §5.6.7), as a cache reads it (RFC 9111 §4.2, §5.3). */
import fc from 'fast-check';
import { formatHttpDate, parseHttpDate } from '../../lib/policy/dates.js';

const at = Date.UTC(1994, 10, 6, 8, 49, 37);
const now = Date.UTC(2026, 5, 15);

describe('parseHttpDate', () => {
  test.each<[string, string, number]>([
    ['RFC 9110 §5.6.7 IMF-fixdate', 'Sun, 06 Nov 1994 08:49:37 GMT', at],
    ['RFC 9110 §5.6.7 rfc850-date', 'Sunday, 06-Nov-94 08:49:37 GMT', at],
    ['RFC 9110 §5.6.7 asctime-date', 'Sun Nov  6 08:49:37 1994', at],
    ['RFC 9110 §5.6.7 asctime-date with two digits', 'Sun Nov 06 08:49:37 1994', at],
    ['§4.2 case says nothing: IMF-fixdate', 'SUN, 06 nov 1994 08:49:37 gmt', at],
    ['§4.2 case says nothing: rfc850-date', 'sunday, 06-NOV-94 08:49:37 Gmt', at],
    ['§4.2 case says nothing: asctime-date', 'suN noV  6 08:49:37 1994', at],
    ['white space around it', '\tSun, 06 Nov 1994 08:49:37 GMT ', at],
    ['another day of the week', 'Mon, 06 Nov 1994 08:49:37 GMT', at],
    ['RFC 9110 §5.6.7 a leap second is the next one', 'Sat, 31 Dec 2016 23:59:60 GMT', Date.UTC(2017, 0, 1)],
    ['the last day of February', 'Thu, 29 Feb 2024 00:00:00 GMT', Date.UTC(2024, 1, 29)],
    ['beyond 32 bits', 'Thu, 01 Jan 2099 00:00:00 GMT', Date.UTC(2099, 0, 1)],
    ['the last year', 'Fri, 31 Dec 9999 23:59:59 GMT', Date.UTC(9999, 11, 31, 23, 59, 59)],
    ['RFC 9110 §5.6.7 nearly 50 years ahead', 'Sunday, 14-Jun-76 00:00:00 GMT', Date.UTC(2076, 5, 14)],
    ['RFC 9110 §5.6.7 more than 50 is the past', 'Tuesday, 16-Jun-76 00:00:00 GMT', Date.UTC(1976, 5, 16)],
  ])('%s', (_claim, text, expected) => {
    expect(parseHttpDate(text, now)).toBe(expected);
  });

  test('a two-digit year without a now', () => {
    expect(parseHttpDate('Tuesday, 31-Dec-69 00:00:00 GMT')).toBe(Date.UTC(2069, 11, 31));
    expect(parseHttpDate('Friday, 02-Jan-70 00:00:00 GMT')).toBe(Date.UTC(1970, 0, 2));
  });

  test.each<[string, string | undefined]>([
    ['absent', undefined],
    ['empty', ''],
    ['§5.3 zero', '0'],
    ['T62 minus one', '-1'],
    ['T62 half a date', 'Thu, 32 Foo'],
    ['T62 a day that no month has', 'Thu, 32 Jan 2026 00:00:00 GMT'],
    ['a day that this month has not', 'Wed, 31 Jun 2026 00:00:00 GMT'],
    ['a day that this year has not', 'Sun, 29 Feb 2026 00:00:00 GMT'],
    ['such a day with a two-digit year', 'Sunday, 31-Feb-94 00:00:00 GMT'],
    ['the day 0', 'Wed, 00 Jun 2026 00:00:00 GMT'],
    ['no month', 'Sun, 06 Foo 1994 08:49:37 GMT'],
    ['letters of two months', 'Sun, 06 Anf 1994 08:49:37 GMT'],
    ['hour 24', 'Sun, 06 Nov 1994 24:00:00 GMT'],
    ['minute 60', 'Sun, 06 Nov 1994 23:60:00 GMT'],
    ['second 61', 'Sun, 06 Nov 1994 23:59:61 GMT'],
    ['§4.2 another zone', 'Sun, 06 Nov 1994 08:49:37 UTC'],
    ['§4.2 a zone that is far', 'Sun, 06 Nov 1994 08:49:37 AEST'],
    ['§4.2 an offset', 'Sun, 06 Nov 1994 08:49:37 +0000'],
    ['no zone', 'Sun, 06 Nov 1994 08:49:37'],
    ['a two-digit year', 'Sun, 06 Nov 94 08:49:37 GMT'],
    ['no comma', 'Sun 06 Nov 1994 08:49:37 GMT'],
    ['several spaces', 'Sun, 06  Nov 1994 08:49:37 GMT'],
    ['dashes', 'Sun, 06-Nov-1994 08:49:37 GMT'],
    ['full stops', 'Sun, 06 Nov 1994 08.49.37 GMT'],
    ['a one-digit hour', 'Sun, 06 Nov 1994 8:49:37 GMT'],
    ['a one-digit day', 'Sun, 6 Nov 1994 08:49:37 GMT'],
    ['two of them', 'Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT'],
    ['T57 one and something else', '0, Sun, 06 Nov 1994 08:49:37 GMT'],
    ['ISO 8601', '1994-11-06T08:49:37Z'],
    ['no day of the week', '06 Nov 1994 08:49:37 GMT'],
    ['a number', '784111777'],
  ])('is no date: %s', (_claim, text) => {
    expect(parseHttpDate(text, now)).toBeUndefined();
  });

  test('reads what is written, to the second', () => {
    const instant = fc.integer({ min: Date.UTC(1970, 0) / 1000, max: Date.UTC(9999, 11, 31) / 1000 });
    fc.assert(
      fc.property(instant, (seconds) => {
        expect(parseHttpDate(formatHttpDate(seconds * 1000))).toBe(seconds * 1000);
      }),
    );
  });

  test('never throws, and gives instants alone', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom(...Array.from('SunMoTueJan, -:0123456789GMT')), maxLength: 32 }),
    );
    fc.assert(
      fc.property(text, (value) => {
        expect(Number.isNaN(parseHttpDate(value, now))).toBe(false);
      }),
    );
  });
});
