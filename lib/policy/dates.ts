/**
 * When is it, according to a header field? HTTP-date in its three formats (RFC 9110 §5.6.7).
 *
 * `Date.parse` accepts far more than HTTP does and differs between engines, so the three formats are
 * read here, strictly: a date that is not one of them is no date (RFC 9111 §4.2, §5.3).
 */
import type { EpochMs } from './types.js';

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
const LONGEST_DATE = 64;

const IMF_FIXDATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/;
const RFC_850 = /^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (\d\d)-([A-Z][a-z]{2})-(\d\d) (\d\d):(\d\d):(\d\d) GMT$/;
const ASCTIME = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d) (\d{4})$/;

/** Reads an HTTP-date; `undefined` for anything else. `now` settles the century of a two-digit year. */
export function parseHttpDate(text: string | undefined, now?: EpochMs): EpochMs | undefined {
  if (text === undefined || text.length > LONGEST_DATE) return undefined;
  const value = text.trim();
  const fixdate = IMF_FIXDATE.exec(value);
  if (fixdate) {
    const [, day = '', month = '', year = '', ...time] = fixdate;
    return instant(Number(year), month, day, time);
  }
  const asctime = ASCTIME.exec(value);
  if (asctime) {
    const [, month = '', day = '', hour = '', minute = '', second = '', year = ''] = asctime;
    return instant(Number(year), month, day, [hour, minute, second]);
  }
  const old = RFC_850.exec(value);
  if (!old) return undefined;
  const [, day = '', month = '', year = '', ...time] = old;
  const at = instant(1900 + Number(year), month, day, time) ?? instant(2000 + Number(year), month, day, time);
  return at === undefined ? undefined : inPlausibleCentury(at, Number(year), month, day, time, now);
}

// §5.6.7: a two-digit year more than 50 years in the future means the most recent past year.
function inPlausibleCentury(
  twentieth: EpochMs,
  year: number,
  month: string,
  day: string,
  time: readonly string[],
  now: EpochMs | undefined,
): EpochMs | undefined {
  const recent = instant(2000 + year, month, day, time);
  if (recent === undefined) return twentieth;
  const fiftyYearsAhead = now === undefined ? Date.UTC(2070, 0) : now + 50 * 365.25 * 86_400_000;
  return recent > fiftyYearsAhead ? twentieth : recent;
}

function instant(year: number, month: string, day: string, time: readonly string[]): EpochMs | undefined {
  const monthIndex = MONTHS.indexOf(month) / 3;
  const [hour, minute, second] = time.map(Number);
  if (!Number.isInteger(monthIndex) || monthIndex < 0) return undefined;
  if (hour === undefined || minute === undefined || second === undefined) return undefined;
  // 60 is a leap second (RFC 9110 §5.6.7); it is read as the second that follows.
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const at = Date.UTC(year, monthIndex, Number(day), hour, minute, second);
  return new Date(Date.UTC(year, monthIndex, Number(day))).getUTCDate() === Number(day) ? at : undefined;
}

/** Writes an HTTP-date. */
export function formatHttpDate(at: EpochMs): string {
  return new Date(at).toUTCString();
}
