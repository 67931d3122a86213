/** Which stored response a request selects (RFC 9111 §4.1). */
import fc from 'fast-check';
import { toFields } from '../../lib/policy/fields.js';
import type { LooseFields } from '../../lib/policy/fields.js';
import { selectedFields } from '../../lib/policy/facts.js';
import { variantKey } from '../../lib/policy/key.js';
import type { CacheSettings, Fields, Selecting } from '../../lib/policy/types.js';
import { normalizeFieldValue, readVary, selectingFields, varyMismatch } from '../../lib/policy/vary.js';
import { aRequest, aStored, given, privately } from './given.js';

describe('readVary', () => {
  test.each<[string, unknown, readonly string[] | 'star' | 'malformed']>([
    ['§4.1 absent', undefined, []],
    ['§4.1 empty', '', []],
    ['§4.1 nothing but commas', ', ,', []],
    ['§4.1 names, in one order and case', 'X-B, accept ,X-a', ['accept', 'x-a', 'x-b']],
    ['§4.1 names said twice', 'X-A, x-a', ['x-a']],
    ['§4.1 two lines', ['X-B', 'X-A'], ['x-a', 'x-b']],
    ['§4.1 *', '*', 'star'],
    ['T11 * behind an empty member', ', *', 'star'],
    ['T11 * before a name', '*, foo', 'star'],
    ['T11 * behind a name and a tab', 'foo,\t*', 'star'],
    ['T11 * on a second line', ['foo', '*'], 'star'],
    ['T12 a long name', `X-${'a'.repeat(255)}`, 'malformed'],
    ['T12 a name of 256 characters', 'a'.repeat(256), ['a'.repeat(256)]],
    ['T12 two words', 'a b', 'malformed'],
    ['T12 letters no name has', 'é', 'malformed'],
    ['T12 quotes', '"accept"', 'malformed'],
    ['T12 a thousand times nothing', ',a'.repeat(500_000), 'malformed'],
    ['T12 4 kB of names', Array.from({ length: 20 }, () => 'a'.repeat(204)).join(',, '), 'malformed'],
    [
      'T12 64 names',
      Array.from({ length: 64 }, (_, i) => `x-${i}`).join(),
      Array.from({ length: 64 }, (_, i) => `x-${i}`).sort(),
    ],
    ['T12 65 names', Array.from({ length: 65 }, (_, i) => `x-${i}`).join(), 'malformed'],
  ])('%s', (_claim, vary, expected) => {
    const reading = readVary(toFields({ vary }));
    expect(reading).toEqual(typeof expected === 'string' ? { kind: expected } : { kind: 'names', names: expected });
  });
});

/** Whether a response stored for one request is selected by another. */
function mismatch(vary: unknown, first: LooseFields, second: LooseFields, settings: CacheSettings = given()) {
  const headers = toFields({ vary });
  const stored = aStored({ headers, selectedBy: selectedFields(headers, { headers: toFields(first) }, settings) });
  return varyMismatch(stored, { headers: toFields(second) }, settings);
}

describe('varyMismatch', () => {
  test.each<[string, unknown, LooseFields, LooseFields]>([
    ['§4.1 the same value', 'x-a', { 'x-a': '1' }, { 'x-a': '1' }],
    ['§4.1 the field is missing in both', 'x-a', {}, {}],
    ['§4.1 other fields do not count', 'x-a', { 'x-a': '1', 'x-b': '1' }, { 'x-a': '1' }],
    ['§4.1 nothing is named', undefined, { 'x-a': '1' }, { 'x-a': '2' }],
    ['§4.1 white space', 'x-a', { 'x-a': '1,2' }, { 'x-a': ' 1 ,\t2 ' }],
    ['§4.1 lines combined', 'x-a', { 'x-a': ['1', '2'] }, { 'x-a': '1, 2' }],
    [
      'RFC 9110 §12.5.4 languages in any case',
      'accept-language',
      { 'accept-language': 'EN' },
      { 'accept-language': 'en' },
    ],
    [
      'RFC 9110 §12.5.4 in any order',
      'accept-language',
      { 'accept-language': 'en, de' },
      { 'accept-language': 'de,en' },
    ],
    [
      'RFC 9110 §12.4.2 white space around weights',
      'accept-language',
      { 'accept-language': 'en ; q=0.5' },
      { 'accept-language': 'en;q=0.5' },
    ],
    [
      'RFC 9110 §12.5.3 codings',
      'accept-encoding',
      { 'accept-encoding': 'gzip, BR,' },
      { 'accept-encoding': 'br, gzip' },
    ],
    ['RFC 9110 §12.5.1 media ranges', 'accept', { accept: 'Text/HTML, a/b;v=1' }, { accept: 'a/b;v=1,text/html' }],
    ['RFC 6265 §4.2.2 cookies in any order', 'cookie', { cookie: 'a=1; b=2' }, { cookie: 'b=2;a=1' }],
    ['T10 the same user', 'cookie', { cookie: 'u=alice' }, { cookie: 'u=alice' }],
  ])('selected: %s', (_claim, vary, first, second) => {
    expect(mismatch(vary, first, second)).toBeUndefined();
  });

  test.each<[string, unknown, LooseFields, LooseFields]>([
    ['§4.1 another value', 'x-a', { 'x-a': '1' }, { 'x-a': '2' }],
    ['§4.1 one of two', 'x-a, x-b', { 'x-a': '1', 'x-b': '1' }, { 'x-a': '1', 'x-b': '2' }],
    ['T13 none and an empty one', 'x-a', {}, { 'x-a': '' }],
    ['T13 an empty one and none', 'x-a', { 'x-a': '' }, {}],
    ['T13 one and the same twice', 'x-a', { 'x-a': '1' }, { 'x-a': '1,1' }],
    ['§4.1 an empty member of who knows what', 'x-a', { 'x-a': 'a' }, { 'x-a': 'a,' }],
    ['§4.1 case of who knows what', 'x-a', { 'x-a': 'a' }, { 'x-a': 'A' }],
    ['§4.1 order of who knows what', 'x-a', { 'x-a': 'a,b' }, { 'x-a': 'b,a' }],
    ['§4.1 white space within a value', 'x-a', { 'x-a': 'a b' }, { 'x-a': 'ab' }],
    ['§4.1 white space in quotes', 'x-a', { 'x-a': '"a, b"' }, { 'x-a': '"a,b"' }],
    ['§4.1 a comma in quotes and between them', 'x-a', { 'x-a': '"a,b"' }, { 'x-a': '"a","b"' }],
    ['RFC 9110 §12.5.1 parameters of media ranges', 'accept', { accept: 'a/b;v=X' }, { accept: 'a/b;v=x' }],
    ['RFC 9110 §12.4.2 weights', 'accept-language', { 'accept-language': 'en' }, { 'accept-language': 'en;q=0.5' }],
    ['RFC 6265 §4.2.2 cookies of one name in another order', 'cookie', { cookie: 'a=1; a=2' }, { cookie: 'a=2; a=1' }],
    ['T10 another user by cookie', 'cookie, AUTHORIZATION', { cookie: 'u=alice' }, { cookie: 'u=bob' }],
    ['T14 a value that holds a delimiter: ,', 'x-a, x-b', { 'x-a': '1, x-b: 2' }, { 'x-a': '1', 'x-b': '2' }],
    ['T14 a value that holds a delimiter: "', 'x-a, x-b', { 'x-a': '1", "X-B: 2' }, { 'x-a': '1', 'x-b': '2' }],
    ['T14 a value that holds a delimiter: %0a', 'x-a, x-b', { 'x-a': '1%0ax-b: 2' }, { 'x-a': '1', 'x-b': '2' }],
    ['T14 values that change places', 'x-a, x-b', { 'x-a': '1', 'x-b': '2' }, { 'x-a': '2', 'x-b': '1' }],
    ['names of Object.prototype', 'constructor, toString', {}, { constructor: '1' }],
  ])('not selected: %s', (_claim, vary, first, second) => {
    expect(mismatch(vary, first, second)).toBe('vary-mismatch');
  });

  test.each<[string, unknown]>([
    ['§4.1 *', '*'],
    ['T11 * among names', ['x-a', '*']],
    ['T12 what cannot be read', 'x a'],
  ])('never selected: %s', (_claim, vary) => {
    expect(mismatch(vary, {}, {})).toBe('vary-star');
  });

  test.each(['cookie', 'authorization'])('T10 %s that goes along unseen: never selected, by nobody', (name) => {
    const headers = toFields({ vary: `accept, ${name}` });
    const unseen = { headers: toFields({}), ambientCredentials: true };
    const visible = { headers: toFields({ [name]: 'x' }), ambientCredentials: true };
    const storedBy = (request: Selecting) =>
      aStored({ headers, selectedBy: selectedFields(headers, request, privately) });
    for (const request of [unseen, visible, { headers: toFields({}) }])
      expect(varyMismatch(storedBy(unseen), request, privately)).toBeDefined();
    expect(varyMismatch(storedBy({ headers: toFields({}) }), unseen, privately)).toBe('vary-ignored-header');
    expect(varyMismatch(storedBy(visible), visible, privately)).toBeUndefined();
    expect(selectedFields(headers, unseen, privately)[name]).toBe('REDACTED');
  });

  test.each<[string, LooseFields, LooseFields, string | undefined]>([
    ['a request that has it never matches', { 'x-a': '1' }, { 'x-a': '1' }, 'vary-ignored-header'],
    ['nor does one that has it where none was', {}, { 'x-a': '1' }, 'vary-ignored-header'],
    ['one that has it not matches what had it not', {}, {}, undefined],
    ['and not what had it', { 'x-a': '1' }, {}, 'vary-mismatch'],
  ])('an ignored header is not stored: %s', (_claim, first, second, expected) => {
    expect(mismatch('x-a', first, second, given({ ignoredParameters: ['X-A'] }))).toBe(expected);
  });

  test.each<[string, string, Partial<CacheSettings>, string | undefined, string | undefined]>([
    ['T10 Authorization', 'authorization', {}, undefined, 'vary-mismatch'],
    ['T10 Cookie', 'cookie', { ignoredParameters: ['cookie'] }, undefined, 'vary-mismatch'],
    ['T10 a header of one’s own', 'x-api-key', {}, undefined, 'vary-mismatch'],
    [
      'T10 without partitions',
      'authorization',
      { credentials: 'strict' },
      'vary-ignored-header',
      'vary-ignored-header',
    ],
    ['T10 a header that is none', 'x-a', { ignoredParameters: ['x-a'] }, 'vary-ignored-header', 'vary-ignored-header'],
  ])('an ignored credential is compared by its digest: %s', (_claim, name, settings, same, other) => {
    const [alice, bob] = [{ [name]: 'alice' }, { [name]: 'bob' }];
    expect(mismatch(name, alice, alice, given(settings))).toBe(same);
    expect(mismatch(name, alice, bob, given(settings))).toBe(other);
    expect(mismatch(name, alice, {}, given(settings))).toBe('vary-mismatch');
  });

  test('T10 where the list of ignored names is replaced, users are told apart', () => {
    const settings = given({ ignoredParameters: [] });
    const alice = { authorization: 'Bearer alice' };
    expect(mismatch('Authorization', alice, alice, settings)).toBeUndefined();
    expect(mismatch('Authorization', alice, { authorization: 'Bearer bob' }, settings)).toBe('vary-mismatch');
  });

  test('a request without care for prototypes has no field named constructor', () => {
    const careless = {} as Fields;
    expect(selectingFields(['constructor', '__proto__', 'tostring'], careless, given())).toEqual({});
  });
});

test('RFC 6265 §4.2.2 cookies are sorted by name, those of one name keep their order', () => {
  expect(normalizeFieldValue('cookie', 'c=1; a=2;b ;a=1; a=0')).toBe('a=2; a=1; a=0; b; c=1');
  const cookies = fc.shuffledSubarray(['a=1', 'b=2', 'c=3', 'd', 'e='], { minLength: 5 });
  fc.assert(
    fc.property(cookies, (list) => {
      expect(normalizeFieldValue('cookie', list.join('; '))).toBe('a=1; b=2; c=3; d; e=');
    }),
  );
});

describe('two requests that differ in a field that Vary names never share', () => {
  const value = fc.option(fc.string({ unit: fc.constantFrom(...Array.from('ab1 ,\t;=|:%"')), maxLength: 8 }));
  // What may be unified in a field that nothing is known of, said once more and otherwise.
  const meaning = (text: string | null): string | null =>
    text === null ? null : text.replaceAll(/^[ \t]+|[ \t]+$|[ \t]+(?=,)|(?<=,)[ \t]+/g, '');
  const isPlain = (text: string | null): boolean => !(text ?? '').includes('"');
  const fields = (a: string | null, b: string | null): LooseFields => ({
    'x-a': a ?? undefined,
    'x-b': b ?? undefined,
  });

  test('when a response is selected, and in the keys of variants', () => {
    fc.assert(
      fc.property(value, value, value, value, (a1, b1, a2, b2) => {
        fc.pre([a1, b1, a2, b2].every(isPlain));
        const isSame = meaning(a1) === meaning(a2) && meaning(b1) === meaning(b2);
        expect(mismatch('x-a, x-b', fields(a1, b1), fields(a2, b2)) === undefined).toBe(isSame);
        const keyOf = (a: string | null, b: string | null) =>
          variantKey('{tag}', ['x-a', 'x-b'], aRequest(fields(a, b)), given());
        expect(keyOf(a1, b1) === keyOf(a2, b2)).toBe(isSame);
      }),
      { numRuns: 500 },
    );
  });

  test('quoted or not, the same text alone is the same', () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from('a,"\\')), maxLength: 8 });
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(mismatch('x-a', { 'x-a': one }, { 'x-a': other }) === undefined).toBe(
          normalizeFieldValue('x-a', one) === normalizeFieldValue('x-a', other),
        );
        // Nothing but white space is ever added or taken away.
        expect(normalizeFieldValue('x-a', one).replaceAll(' ', '')).toBe(one);
      }),
    );
  });
});

describe('selectingFields keeps nothing that identifies a user', () => {
  test.each(['authorization', 'cookie', 'proxy-authorization', 'x-api-key', 'access_token', 'x-mine'])('%s', (name) => {
    const settings = given({ ignoredParameters: [], credentialHeaders: ['X-Api-Key', 'X-Mine'] });
    const selected = selectingFields([name], toFields({ [name]: 'SECRET' }), settings);
    expect(selected[name]).toMatch(/^[\w-]{43}$/);
    expect(selectedFields(toFields({ vary: name }), { headers: toFields({ [name]: 'SECRET' }) }, settings)).toEqual(
      selected,
    );
  });

  test('other fields are kept as they are, ignored ones are not', () => {
    const request = { headers: toFields({ 'x-a': ' 1 ', 'x-b': '2' }) };
    const settings = given({ ignoredParameters: ['x-b'] });
    expect({ ...selectedFields(toFields({ vary: 'x-a, x-b, x-c' }), request, settings) }).toEqual({
      'x-a': '1',
      'x-b': 'REDACTED',
    });
    expect({ ...selectedFields(toFields({ vary: '*' }), request, settings) }).toEqual({});
  });
});
