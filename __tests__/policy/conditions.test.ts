/** A caller's own conditions and ranges, answered from the store (RFC 9111 §4.3.2; RFC 9110 §13, §14). */
import { evaluateConditions, readRange } from '../../lib/policy/conditions.js';
import type { ConditionVerdict, RangeVerdict } from '../../lib/policy/conditions.js';
import { toFields } from '../../lib/policy/fields.js';
import type { LooseFields } from '../../lib/policy/fields.js';
import { aStored, httpDate } from './given.js';

describe('evaluateConditions', () => {
  const headers = { etag: '"1"', 'last-modified': httpDate(-100), date: httpDate(-50) };
  test.each<[string, LooseFields, ConditionVerdict]>([
    ['no condition', {}, 'none'],
    ['RFC 9110 §13.1.2 the tag', { 'if-none-match': '"1"' }, 'not-modified'],
    ['RFC 9110 §13.1.2 the tag, weakly', { 'if-none-match': 'W/"1"' }, 'not-modified'],
    ['RFC 9110 §13.1.2 the tag among others', { 'if-none-match': '"0", "1"' }, 'not-modified'],
    ['RFC 9110 §13.1.2 any tag', { 'if-none-match': ' *' }, 'not-modified'],
    ['RFC 9110 §13.1.2 another tag', { 'if-none-match': '"2"' }, 'modified'],
    ['RFC 9110 §13.1.2 a tag that contains a comma', { 'if-none-match': '"0, "1"' }, 'modified'],
    ['RFC 9110 §13.1.2 an empty list', { 'if-none-match': '' }, 'modified'],
    ['RFC 9110 §13.1.3 the date', { 'if-modified-since': httpDate(-100) }, 'not-modified'],
    ['RFC 9110 §13.1.3 a later date', { 'if-modified-since': httpDate(-99) }, 'not-modified'],
    ['RFC 9110 §13.1.3 an earlier date', { 'if-modified-since': httpDate(-101) }, 'modified'],
    ['RFC 9110 §13.1.3 no date', { 'if-modified-since': '0' }, 'modified'],
    [
      'RFC 9110 §13.1.3 the tag decides: other',
      { 'if-none-match': '"2"', 'if-modified-since': httpDate(0) },
      'modified',
    ],
    ['RFC 9110 §13.1.3 the tag decides: same', { 'if-none-match': '"1"', 'if-modified-since': '0' }, 'not-modified'],
    ['RFC 9110 §13.1.1 If-Match is for the origin', { 'if-match': '"1"' }, 'forward'],
    [
      'RFC 9110 §13.1.4 If-Unmodified-Since too',
      { 'if-unmodified-since': httpDate(0), 'if-none-match': '"1"' },
      'forward',
    ],
    ['RFC 9110 §13.1.5 If-Range too', { 'if-range': '"1"' }, 'forward'],
  ])('%s', (_claim, request, verdict) => {
    expect(evaluateConditions(toFields(request), aStored({ headers }))).toBe(verdict);
  });

  test.each<[string, LooseFields, LooseFields, ConditionVerdict]>([
    ['without a tag nothing matches', {}, { 'if-none-match': '"1"' }, 'modified'],
    ['but *', {}, { 'if-none-match': '*' }, 'not-modified'],
    [
      '§4.3.2 without Last-Modified, Date stands in',
      { date: httpDate(-50) },
      { 'if-modified-since': httpDate(-50) },
      'not-modified',
    ],
    ['§4.3.2 and is compared', { date: httpDate(-50) }, { 'if-modified-since': httpDate(-51) }, 'modified'],
    ['§4.3.2 without that, when it came', {}, { 'if-modified-since': httpDate(0) }, 'not-modified'],
    ['a Last-Modified that is no date', { 'last-modified': 'x' }, { 'if-modified-since': httpDate(0) }, 'modified'],
  ])('%s', (_claim, stored, request, verdict) => {
    expect(evaluateConditions(toFields(request), aStored({ headers: stored }))).toBe(verdict);
  });

  test('RFC 9110 §13.2.1 of what is no 200 the origin decides', () => {
    expect(evaluateConditions(toFields({ 'if-none-match': '"1"' }), aStored({ headers, status: 404 }))).toBe('forward');
  });
});

describe('readRange', () => {
  const part = (start: number, end: number): RangeVerdict => ({ kind: 'partial', start, end });
  const full: RangeVerdict = { kind: 'full' };
  const unsatisfiable: RangeVerdict = { kind: 'unsatisfiable' };

  test.each<[string, string | undefined, RangeVerdict]>([
    ['absent', undefined, full],
    ['RFC 9110 §14.1.2 the first four', 'bytes=0-3', part(0, 3)],
    ['RFC 9110 §14.1.2 one', 'bytes=9-9', part(9, 9)],
    ['RFC 9110 §14.1.2 from the fifth on', 'bytes=4-', part(4, 9)],
    ['RFC 9110 §14.1.2 beyond the end', 'bytes=4-99', part(4, 9)],
    ['RFC 9110 §14.1.2 the last three', 'bytes=-3', part(7, 9)],
    ['RFC 9110 §14.1.2 more of the last than there are', 'bytes=-99', part(0, 9)],
    ['RFC 9110 §14.1.2 none of the last', 'bytes=-0', unsatisfiable],
    ['RFC 9110 §14.1.2 behind the end', 'bytes=10-', unsatisfiable],
    ['RFC 9110 §14.1.2 backwards', 'bytes=5-4', full],
    ['RFC 9110 §14.1 units have no case', 'BYTES=0-0', part(0, 0)],
    ['RFC 9110 §14.1 another unit', 'lines=0-3', full],
    ['RFC 9110 §14.2 several parts', 'bytes=0-0,2-2', full],
    ['RFC 9110 §14.2 several parts, far apart', `bytes=0-0${' '.repeat(200)},2-2`, full],
    ['nothing', 'bytes=-', full],
    ['no unit', '0-3', full],
    ['no numbers', 'bytes=a-b', full],
    ['negative', 'bytes=--1', full],
    ['white space', ' bytes= 0-3 ', part(0, 3)],
    ['more than any integer', 'bytes=0-99999999999999999999', part(0, 9)],
    ['T61 too long', `bytes=0-${'9'.repeat(1_000_000)}`, full],
  ])('%s', (_claim, range, verdict) => {
    expect(readRange(range, aStored(), 10)).toEqual(verdict);
  });

  test.each<[string, ReturnType<typeof aStored>, number, RangeVerdict]>([
    ['nothing of an empty content', aStored(), 0, unsatisfiable],
    ['what is no 200 is not cut', aStored({ status: 404 }), 10, full],
    ['nor what is coded', aStored({ headers: { 'content-encoding': 'gzip' } }), 10, full],
  ])('%s', (_claim, stored, length, verdict) => {
    expect(readRange('bytes=-3', stored, length)).toEqual(verdict);
  });
});
