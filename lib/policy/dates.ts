/**
 * When is it, according to a header field? HTTP-date in its three formats (RFC 9110 §5.6.7).
 *
 * `Date.parse` accepts far more than HTTP does and differs between engines, so the three formats are read here, strictly
 * but for upper and lower case (RFC 9111 §4.2): a date that is not one of them, in GMT, is no date.
 */
import { Memo } from './memo.js';
import type { EpochMs } from './types.js';

const MONTHS = 'janfebmaraprmayjunjulaugsepoctnovdec';
const LONGEST_DATE = 64;
const FIFTY_YEARS: EpochMs = 50 * 365.25 * 86_400_000;

const IMF_FIXDATE = /^(?:mon|tue|wed|thu|fri|sat|sun), \d\d [a-z]{3} \d{4} \d\d:\d\d:\d\d gmt$/;
const RFC_850 = /^(?:mon|tues|wednes|thurs|fri|satur|sun)day, \d\d-[a-z]{3}-\d\d \d\d:\d\d:\d\d gmt$/;
const ASCTIME = /^(?:mon|tue|wed|thu|fri|sat|sun) [a-z]{3} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;

// Those of the one format whose meaning does not depend on today.
const known = new Memo<EpochMs>(500);

/** Reads an HTTP-date; `undefined` for anything else. `now` settles the century of a two-digit year. */
export function parseHttpDate(text: string | undefined, now?: EpochMs): EpochMs | undefined {
  if (text === undefined || text.length > LONGEST_DATE) return undefined;
  const read = known.get(text);
  if (read !== undefined) return read;
  const date = text.trim().toLowerCase();
  if (IMF_FIXDATE.test(date)) {
    const at = instant(Number(date.slice(12, 16)), date.slice(8, 11), date.slice(5, 7), date.slice(17, 25));
    return at === undefined ? undefined : known.set(text, at);
  }
  if (ASCTIME.test(date))
    return instant(Number(date.slice(20)), date.slice(4, 7), date.slice(8, 10), date.slice(11, 19));
  if (!RFC_850.test(date)) return undefined;
  const old = date.slice(date.indexOf(',') + 2);
  const ofCentury = (century: number): EpochMs | undefined =>
    instant(century + Number(old.slice(7, 9)), old.slice(3, 6), old.slice(0, 2), old.slice(10, 18));
  // RFC 9110 §5.6.7: a two-digit year more than 50 years in the future means the most recent past year.
  const latest = now === undefined ? Date.UTC(2070, 0) : now + FIFTY_YEARS;
  const recent = ofCentury(2000);
  return recent === undefined || recent > latest ? ofCentury(1900) : recent;
}

function instant(year: number, month: string, day: string, time: string): EpochMs | undefined {
  const monthIndex = MONTHS.indexOf(month) / 3;
  const hour = Number(time.slice(0, 2));
  const minute = Number(time.slice(3, 5));
  const second = Number(time.slice(6));
  // 60 is a leap second (RFC 9110 §5.6.7); it is read as the second that follows.
  if (!Number.isInteger(monthIndex) || hour > 23 || minute > 59 || second > 60) return undefined;
  const midnight = new Date(Date.UTC(year, monthIndex, Number(day)));
  if (midnight.getUTCDate() !== Number(day)) return undefined;
  return midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1000;
}

/** Writes an HTTP-date. */
export function formatHttpDate(at: EpochMs): string {
  return new Date(at).toUTCString();
}
