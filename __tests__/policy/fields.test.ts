/** Fields, lists, tokens and quoted strings (RFC 9110 §5): syntax alone. */
import fc from 'fast-check';
import {
  deltaSeconds,
  fieldNames,
  isFieldValue,
  isToken,
  listItems,
  listMembers,
  toFields,
  trimOws,
  unquote,
  withoutFields,
} from '../../lib/policy/fields.js';

describe('toFields', () => {
  test.each<[string, Record<string, unknown>, Record<string, string>]>([
    ['RFC 9110 §5.1 names have no case', { 'Cache-CONTROL': 'a' }, { 'cache-control': 'a' }],
    ['RFC 9110 §5.3 lines are combined', { vary: ['a', 'b'] }, { vary: 'a, b' }],
    ['RFC 9110 §5.3 lines of names in different case too', { Vary: 'a', vary: 'b' }, { vary: 'a, b' }],
    ['numbers and booleans are text', { age: 5, x: false }, { age: '5', x: 'false' }],
    ['numbers in a list too', { age: [5, 6] }, { age: '5, 6' }],
    ['what is no text is not there', { a: undefined, b: null, c: {}, d: Symbol('x'), e: () => 1 }, {}],
    ['nor within a list', { a: ['x', null, ['y']] }, { a: 'x, , ' }],
  ])('%s', (_claim, loose, fields) => {
    expect({ ...toFields(loose) }).toEqual(fields);
  });

  test('T56 names of Object.prototype are names like any other', () => {
    const fields = toFields(JSON.parse('{"__proto__":"a","constructor":"b"}') as Record<string, unknown>);
    expect(Object.entries(fields)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
    expect(Object.getPrototypeOf(fields)).toBeNull();
    expect(toFields({}).toString).toBeUndefined();
  });

  test('a list that contains itself does no harm', () => {
    const loop: unknown[] = [];
    loop.push(loop);
    expect({ ...toFields({ a: loop }) }).toEqual({ a: '' });
  });
});

test('withoutFields leaves the named ones out', () => {
  expect({ ...withoutFields(toFields({ a: '1', b: '', c: '3' }), new Set(['c', 'd'])) }).toEqual({ a: '1', b: '' });
});

describe('listMembers', () => {
  test.each<[string, string | undefined, string[]]>([
    ['absent', undefined, []],
    ['empty', '', []],
    ['RFC 9110 §5.6.1 empty members are left out', ',,a, ,\t,b,', ['a', 'b']],
    ['RFC 9110 §5.6.3 white space is spaces and tabs', ' \ta\t , \u00a0b ', ['a', '\u00a0b']],
    ['RFC 9110 §5.6.4 a comma in quotes', '"a,b", c', ['"a,b"', 'c']],
    ['RFC 9110 §5.6.4 an escaped quote in quotes', '"a\\",b", c', ['"a\\",b"', 'c']],
    ['RFC 9110 §5.6.4 an escaped backslash in quotes', '"a\\\\",b', ['"a\\\\"', 'b']],
    ['a backslash elsewhere escapes nothing', 'a\\,b', ['a\\', 'b']],
    ['quotes that never close', 'a, "b, c', ['a', '"b, c']],
    ['a backslash at the end', '"a\\', ['"a\\']],
  ])('%s', (_claim, value, members) => {
    expect(listMembers(value)).toEqual(members);
  });

  test('listItems keeps the empty ones', () => {
    expect(listItems(',a,, b')).toEqual(['', 'a', '', 'b']);
    expect(listItems('')).toEqual(['']);
  });
});

describe('unquote', () => {
  test.each<[string, string, string | undefined]>([
    ['a token', 'a', 'a'],
    ['nothing', '', ''],
    ['RFC 9110 §5.6.4 a quoted string', '"a b"', 'a b'],
    ['an empty one', '""', ''],
    ['RFC 9110 §5.6.4 escapes', '"a\\"b\\\\c\\d"', 'a"b\\cd'],
    ['one that does not close', '"a', undefined],
    ['a lone quote', '"', undefined],
    ['one whose end is escaped', '"a\\"', undefined],
    ['one that closes too early', '"a"b', undefined],
    ['two of them', '"a""b"', undefined],
  ])('%s', (_claim, value, text) => {
    expect(unquote(value)).toBe(text);
  });

  test('undoes quoting', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(unquote(`"${text.replaceAll(/["\\]/g, '\\$&')}"`)).toBe(text);
      }),
    );
  });
});

test.each([
  ['a-b', true],
  ['*', true],
  ["!#$%&'*+.^_`|~09", true],
  ['', false],
  ['a b', false],
  ['é', false],
  ['a:', false],
  ['a\n', false],
])('RFC 9110 §5.6.2 %j is a token: %s', (text, expected) => {
  expect(isToken(text)).toBe(expected);
});

test.each([
  ['', true],
  ['a\tb ~', true],
  ['\u00ff', true],
  ['a\r\nb', false],
  ['a\u0000', false],
  ['\u007f', false],
  ['中', false],
])('RFC 9110 §5.5 %j may be a field value: %s', (text, expected) => {
  expect(isFieldValue(text)).toBe(expected);
});

test.each([
  ['0', 0],
  ['0060', 60],
  ['2147483648', 2 ** 31],
  ['', undefined],
  [' 1', undefined],
  ['-1', undefined],
  ['1.0', undefined],
  ['1e3', undefined],
  ['0x10', undefined],
  ['٦', undefined],
])('§1.2.2 delta-seconds %j: %s', (text, expected) => {
  expect(deltaSeconds(text)).toBe(expected);
});

test('fieldNames: lower case, or nothing at all where one is no name', () => {
  expect(fieldNames('Accept, X-A')).toEqual(['accept', 'x-a']);
  expect(fieldNames('Accept, a b')).toBeUndefined();
  expect(fieldNames(undefined)).toEqual([]);
});

test('trimOws leaves other white space alone', () => {
  expect(trimOws(' \t\n a \u00a0\t ')).toBe('\n a \u00a0');
  expect(trimOws(' \t ')).toBe('');
});
