/** Validators, confirmation by a 304 or a HEAD, and what it changes (RFC 9111 §3.1, §3.2, §4.3). */
import { toFields } from '../../lib/policy/fields.js';
import type { LooseFields } from '../../lib/policy/fields.js';
import {
  confirms,
  connectionFields,
  entityTag,
  freshen,
  hasValidator,
  headMatches,
  isConditional,
  sameEntityTag,
  validationHeadersFor,
} from '../../lib/policy/validation.js';
import { anAnswer, aStored, httpDate, now } from './given.js';

const none: ReadonlySet<string> = new Set();

describe('entityTag', () => {
  test.each([
    ['RFC 9110 §8.8.3 a strong one', '"abc"'],
    ['RFC 9110 §8.8.3 a weak one', 'W/"abc"'],
    ['RFC 9110 §8.8.3 an empty one', '""'],
    ['RFC 9110 §8.8.3 a comma', '"a,b"'],
    ['RFC 9110 §8.8.3 obs-text', '"\u00fc"'],
    ['without quotes, as some send it', 'abc'],
    ['of 1024 characters', `"${'a'.repeat(1022)}"`],
  ])('is sent: %s', (_claim, etag) => {
    expect(entityTag(toFields({ etag }))).toBe(etag);
  });

  test.each([
    ['absent', undefined],
    ['empty', ''],
    ['T54 a line break', '"a"\r\nX-Evil: 1'],
    ['T54 a NUL', '"a\u0000"'],
    ['T54 what no byte is', '"中"'],
    ['T57 two lines', ['"1"', '"2"']],
    ['T57 two lines without quotes', ['1', '2']],
    ['quotes within', '"a"b"'],
    ['a space between', 'a b'],
    ['too long', `"${'a'.repeat(1023)}"`],
  ])('is not sent: %s', (_claim, etag) => {
    expect(entityTag(toFields({ etag }))).toBeUndefined();
  });
});

describe('validationHeadersFor', () => {
  const lastModified = httpDate(-1000);
  test.each<[string, LooseFields, Record<string, string>]>([
    ['§4.3.1 the entity tag', { etag: '"1"' }, { 'if-none-match': '"1"' }],
    ['§4.3.1 Last-Modified', { 'last-modified': lastModified }, { 'if-modified-since': lastModified }],
    [
      '§4.3.1 both',
      { etag: 'W/"1"', 'last-modified': lastModified },
      { 'if-none-match': 'W/"1"', 'if-modified-since': lastModified },
    ],
    ['§4.3.1 neither', { date: httpDate(0) }, {}],
    ['T54 what could smuggle goes nowhere', { etag: '"a"\r\nb', 'last-modified': 'a\r\nb' }, {}],
    ['empty ones', { etag: '', 'last-modified': '' }, {}],
    ['as long as may be', { 'last-modified': 'a'.repeat(1024) }, { 'if-modified-since': 'a'.repeat(1024) }],
    ['T61 long ones', { etag: 'a'.repeat(2000), 'last-modified': 'a'.repeat(2000) }, {}],
  ])('%s', (_claim, headers, expected) => {
    const stored = aStored({ headers });
    expect({ ...validationHeadersFor(stored) }).toEqual(expected);
    expect(hasValidator(stored.headers)).toBe(Object.keys(expected).length > 0);
  });
});

test.each([
  ['if-none-match', true],
  ['if-modified-since', true],
  ['if-match', true],
  ['if-unmodified-since', true],
  ['if-range', true],
  ['range', false],
])('RFC 9110 §13.1 %s is a condition: %s', (name, expected) => {
  expect(isConditional(toFields({ [name]: 'x' }))).toBe(expected);
});

test.each([
  ['"1"', '"1"', true],
  ['W/"1"', '"1"', true],
  ['W/"1"', 'W/"1"', true],
  ['"1"', '"2"', false],
  ['w/"1"', '"1"', false],
])('RFC 9110 §8.8.3.2 weak comparison of %s and %s: %s', (one, other, expected) => {
  expect(sameEntityTag(one, other)).toBe(expected);
});

describe('confirms', () => {
  const [then, earlier] = [httpDate(-100), httpDate(-200)];
  test.each<[string, LooseFields, LooseFields, boolean]>([
    ['§4.3.4 the same tag', { etag: '"1"' }, { etag: '"1"' }, true],
    ['§4.3.4 T48 another tag', { etag: '"2"' }, { etag: '"1"' }, false],
    [
      '§4.3.4 another tag whatever the date',
      { etag: '"2"', 'last-modified': then },
      { etag: '"1"', 'last-modified': then },
      false,
    ],
    [
      '§4.3.4 the same tag whatever the date',
      { etag: '"1"', 'last-modified': then },
      { etag: '"1"', 'last-modified': earlier },
      true,
    ],
    ['RFC 9110 §13.1.2 weakly the same', { etag: '"1"' }, { etag: 'W/"1"' }, true],
    ['§4.3.4 the same date', { 'last-modified': then }, { 'last-modified': then }, true],
    [
      '§4.3.4 the same date in another format',
      { 'last-modified': 'Monday, 15-Jun-26 11:58:20 GMT' },
      { 'last-modified': then },
      true,
    ],
    ['§4.3.4 another date', { 'last-modified': then }, { 'last-modified': earlier }, false],
    ['§4.3.4 dates that are none, and differ', { 'last-modified': 'x' }, { 'last-modified': 'y' }, false],
    ['§4.3.4 a tag where none is stored', { etag: '"1"' }, {}, false],
    ['§4.3.4 a tag where only a date is stored', { etag: '"1"' }, { 'last-modified': then }, false],
    [
      '§4.3.4 a tag beside the date that is stored',
      { etag: '"1"', 'last-modified': then },
      { 'last-modified': then },
      true,
    ],
    ['§4.3.4 a date where only a tag is stored', { 'last-modified': then }, { etag: '"1"' }, true],
    ['§4.3.4 no validator', {}, { etag: '"1"', 'last-modified': then }, true],
  ])('%s', (_claim, notModified, stored, expected) => {
    expect(confirms(anAnswer(notModified, 304), aStored({ headers: stored }))).toBe(expected);
  });
});

describe('connectionFields', () => {
  test.each([
    'connection',
    'keep-alive',
    'proxy-authenticate',
    'proxy-authentication-info',
    'proxy-authorization',
    'proxy-connection',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
  ])('§3.1 T58 %s', (name) => {
    expect(connectionFields(toFields({})).has(name)).toBe(true);
  });

  test('§3.1 T58 what Connection lists', () => {
    const fields = connectionFields(toFields({ connection: ['X-Hop, close', 'a'] }));
    expect(['x-hop', 'a', 'close', 'te'].every((name) => fields.has(name))).toBe(true);
    expect(fields.has('x-other')).toBe(false);
  });

  test.each(['cache-control', 'CDN-Cache-Control', 'vary', 'age', 'date', 'expires', 'etag', 'last-modified'])(
    'RFC 9110 §7.6.1 %s is for everybody, whatever Connection says',
    (name) => {
      expect(connectionFields(toFields({ connection: name })).has(name.toLowerCase())).toBe(false);
    },
  );
});

describe('freshen', () => {
  const stored = aStored({
    age: 100,
    maxAge: 60,
    headers: {
      etag: '"1"',
      age: '5',
      date: httpDate(-100),
      vary: 'x-a',
      'content-type': 'application/json',
      'content-length': '7',
      'content-encoding': 'br',
      'content-range': 'bytes 0-6/7',
      'x-old': '1',
    },
  });
  const then = { requestedAt: now - 2000, receivedAt: now };
  const freshened = (headers: LooseFields) => freshen(stored, anAnswer(headers, 304), then, new Set(['set-cookie']));

  test.each<[string, LooseFields, string, string | undefined]>([
    ['§3.2 replaces fields', { 'x-old': '2' }, 'x-old', '2'],
    ['§3.2 adds fields', { 'x-new': '1' }, 'x-new', '1'],
    ['§3.2 keeps what is not said anew', {}, 'x-old', '1'],
    ['§3.2 T47 the new freshness', { 'cache-control': 'max-age=5' }, 'cache-control', 'max-age=5'],
    ['§3.2 the content type', { 'content-type': 'text/html' }, 'content-type', 'text/html'],
    ['§3.2 T47 not Content-Length', { 'content-length': '999' }, 'content-length', '7'],
    ['§3.2 T47 not Content-Encoding', { 'content-encoding': 'gzip' }, 'content-encoding', 'br'],
    ['§3.2 T47 not Content-Range', { 'content-range': 'bytes 0-1/2' }, 'content-range', 'bytes 0-6/7'],
    ['§3.2 no digest of another content', { 'content-digest': 'sha-256=:x:' }, 'content-digest', undefined],
    ['§3.2 not the tag by which it was confirmed', { etag: 'W/"1"' }, 'etag', '"1"'],
    ['§3.1 T47 not Transfer-Encoding', { 'transfer-encoding': 'identity' }, 'transfer-encoding', undefined],
    ['§3.1 not what Connection lists', { connection: 'x-hop', 'x-hop': '1' }, 'x-hop', undefined],
    ['T47 not what is omitted', { 'set-cookie': 'sid=evil' }, 'set-cookie', undefined],
    ['T52 Vary stays', {}, 'vary', 'x-a'],
    ['T51 Vary may change', { vary: '*' }, 'vary', '*'],
    ['§4.2.3 Age is that of the confirmation', { age: '9' }, 'age', '9'],
    ['§4.2.3 and no other', {}, 'age', undefined],
    ['§4.2.3 Date too', { date: httpDate(-1) }, 'date', httpDate(-1)],
    ['RFC 9110 §6.6.1 or when it came', {}, 'date', httpDate(0)],
  ])('%s', (_claim, headers, name, expected) => {
    expect(freshened(headers).headers[name]).toBe(expected);
  });

  test('§4.3.4 the same response at a new time', () => {
    const { headers: _old, ...facts } = stored;
    const { headers, ...rest } = freshened({});
    expect(rest).toEqual({ ...facts, ...then });
    expect(Object.getPrototypeOf(headers)).toBeNull();
    expect(stored.headers['age']).toBe('5');
  });

  test('without Date and tag, no Date is made up, and the tag of the confirmation is taken', () => {
    const { headers } = freshen(aStored(), anAnswer({ etag: '"2"' }, 304), then, none);
    expect({ ...headers }).toEqual({ etag: '"2"' });
  });
});

describe('headMatches', () => {
  const fields = { etag: '"1"', 'last-modified': httpDate(-100), 'content-length': '7' };
  test.each<[string, LooseFields, LooseFields, boolean]>([
    ['§4.3.5 T53 everything is the same', fields, fields, true],
    ['§4.3.5 T53 another tag', { ...fields, etag: '"2"' }, fields, false],
    ['§4.3.5 T53 another length', { ...fields, 'content-length': '8' }, fields, false],
    ['§4.3.5 another date', { ...fields, 'last-modified': httpDate(-1) }, fields, false],
    ['§4.3.5 the HEAD says nothing', {}, fields, true],
    ['§4.3.5 nothing is stored to compare', fields, {}, true],
  ])('%s', (_claim, head, stored, expected) => {
    expect(headMatches(anAnswer(head), aStored({ headers: stored }))).toBe(expected);
  });
});
