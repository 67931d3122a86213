/** JSON that was parsed once and copied is what axios would have made of the text, for each caller alone. */
import axios from 'axios';
import fc from 'fast-check';
import { isPlainlyParsed, valueFor } from '../../lib/exchange/json.js';
import { bodyBytes } from '../../lib/storage/records.js';
import type { StoredBody } from '../../lib/storage/records.js';
import { ADAPTERS, fresh, outcome, useBench } from './bench.js';

const content = (text: string): StoredBody => ({ form: 'content', bytes: new TextEncoder().encode(text) });

/** Every object and array in a value. */
function objectsIn(value: unknown, found = new Set<unknown>()): Set<unknown> {
  if (typeof value !== 'object' || value === null) return found;
  found.add(value);
  for (const member of Object.values(value)) objectsIn(member, found);
  return found;
}

/** All there is in it, prototypes and the sign of zero too. */
function expectSame(actual: unknown, expected: unknown): void {
  expect(Object.is(actual, expected) || typeof expected === 'object').toBe(true);
  if (typeof expected !== 'object' || expected === null || typeof actual !== 'object' || actual === null) return;
  expect(Object.getPrototypeOf(actual)).toBe(Object.getPrototypeOf(expected));
  expect(Reflect.ownKeys(actual)).toEqual(Reflect.ownKeys(expected));
  for (const name of Reflect.ownKeys(expected)) {
    const [given, wanted] = [actual, expected].map((each) => Object.getOwnPropertyDescriptor(each, name));
    if (typeof name !== 'string' || name === 'length') continue;
    expect(given).toMatchObject({ writable: true, enumerable: true, configurable: true });
    expectSame(given?.value, wanted?.value);
  }
}

const key = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toJSON', 'hasOwnProperty', 'length', '0', '-0', ''),
  fc.string({ maxLength: 5 }),
);
const { value: json } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, false, 0, '', '\uD800', '\u2028'),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie('value'), { maxLength: 5 }),
    // As own members, whatever they are called.
    fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }).map((members) => Object.fromEntries(members)),
  ),
}));

test('a copy is what JSON.parse gives, and shares nothing with what is kept or with another copy', () => {
  fc.assert(
    fc.property(json, (value) => {
      const text = JSON.stringify(value);
      const body = content(text);
      const [first, second] = [valueFor(body, false), valueFor(body, false)];
      if (typeof value === 'string') {
        expect(first).toBeUndefined();
        return;
      }
      expectSame(first?.value, JSON.parse(text));
      expectSame(second?.value, JSON.parse(text));
      const kept = body.parsed === 'none' ? undefined : body.parsed?.value;
      const [ofFirst, ofSecond, ofKept] = [first?.value, second?.value, kept].map((each) => objectsIn(each));
      for (const object of ofFirst ?? []) expect(ofSecond?.has(object) === true || ofKept?.has(object)).toBe(false);
      // Frozen for one, it stays a copy for the others.
      const frozen = valueFor(body, true)?.value;
      for (const object of objectsIn(frozen)) expect(Object.isFrozen(object)).toBe(true);
      expectSame(valueFor(body, false)?.value, JSON.parse(text));
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['a minus zero', '-0'],
  ['numbers beyond all bounds', '[1e400, -1e400, 1e-400, 123456789012345678901234567890]'],
  ['members that are there twice', '{"a":1,"a":{"b":2},"a":[3]}'],
  ['a member called __proto__', '{"__proto__":{"evil":{"deep":1}},"constructor":{"prototype":{"x":1}}}'],
  ['members in the order of numbers', '{"b":1,"2":2,"a":3,"1":4}'],
  ['space around it', ' \n[1]\t'],
  ['null', 'null'],
])('%s', (_, text) => {
  const body = content(text);
  for (const _round of [1, 2]) expectSame(valueFor(body, false)?.value, JSON.parse(text));
});

test.each([
  ['nothing', ''],
  ['no JSON', '{"a":'],
  ['a text in a text', '"{}"'],
  ['a byte order mark', '\uFEFF{"a":1}'],
  ['too deep for a copy', `${'['.repeat(5_000)}${']'.repeat(5_000)}`],
])('%s is left to axios', (_, text) => {
  expect(valueFor(content(text), false)).toBeUndefined();
  expect(valueFor(content(text), true)).toBeUndefined();
});

test('what somebody put on Object.prototype is in no copy, and is not changed by one', () => {
  const polluted = Object.prototype as { evil?: object };
  polluted.evil = { shared: { deep: 1 } };
  try {
    const { evil } = polluted;
    const copy = valueFor(content('{"a":{"b":[1]}}'), false)?.value as object;
    expect(Object.keys(copy)).toEqual(['a']);
    expect(Object.hasOwn(copy, 'evil')).toBe(false);
    expect(polluted.evil).toBe(evil);
  } finally {
    delete polluted.evil;
  }
});

describe("axios' own parsing", () => {
  const [transform] = [axios.defaults.transformResponse].flat();
  const usual = { transitional: { forcedJSONParsing: true }, transformResponse: [transform] };
  const isPlain = (parts: object): boolean => isPlainlyParsed({ ...usual, ...parts } as never);

  test('is known, in this copy of axios and in another of the same version', () => {
    expect(isPlain({})).toBe(true);
    expect(isPlain({ responseType: 'json' })).toBe(true);
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the same text, in another layout and with other numbers
    const copy = new Function(
      `return (${String(transform)
        .replace(/utils(?:\$\d)?/g, 'utils$$7')
        .replace(/\n\s*/g, '\n')})`,
    );
    expect(isPlain({ transformResponse: [copy() as unknown] })).toBe(true);
  });

  test.each<[string, object]>([
    ['text was asked for', { responseType: 'text' }],
    ['nothing is to be parsed', { transitional: { forcedJSONParsing: false } }],
    ['nobody says whether', { transitional: undefined }],
    ['there is a reviver', { parseReviver: (_: string, value: unknown) => value }],
    ['it is the first of two', { transformResponse: [transform, (data: unknown) => data] }],
    ['it is no list', { transformResponse: transform }],
    ['there is none', { transformResponse: [] }],
    ["it is one of the caller's own", { transformResponse: [(data: string) => JSON.parse(data) as unknown] }],
  ])('is not what happens where %s', (_, parts) => {
    expect(isPlain(parts)).toBe(false);
  });
});

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);

  /** A transform that somebody made after axios' own. */
  function withDates(this: any, data: any): unknown {
    const { forcedJSONParsing, silentJSONParsing } = this.transitional;
    if (typeof data !== 'string' || !forcedJSONParsing || silentJSONParsing === undefined) return data;
    return JSON.parse(data, (name, value) => (name === 'at' ? new Date(value as string) : (value as unknown)));
  }

  test("a transform after axios' own model parses each time, as on the miss", async () => {
    bench.origin.reply('/a', { headers: fresh(), body: { at: '2026-01-01T00:00:00.000Z' } });
    const api = bench.client();
    for (const status of ['miss', 'hit', 'hit']) {
      const { data, cache } = await api.get('/a', { transformResponse: [withDates] });
      expect([cache.status, data]).toEqual([status, { at: new Date('2026-01-01T00:00:00.000Z') }]);
      expect((await api.get('/a')).data).toEqual({ at: '2026-01-01T00:00:00.000Z' });
    }
    const reviver = (name: string, value: unknown): unknown => (name === 'at' ? 'revived' : value);
    for (const frozen of [false, true]) {
      const { data } = await api.get('/a', { parseReviver: reviver, cache: { frozen } } as never);
      expect(data).toEqual((await bench.plain().get('/a', { parseReviver: reviver } as never)).data);
    }
  });

  test.each([
    ['text', '{"a":'],
    ['nothing', ''],
    ['a text in a text', '"{}"'],
    ['a byte order mark', '\uFEFF{"a":1}'],
    ['a number', ' 12 '],
    ['deep', `${'['.repeat(800)}${']'.repeat(800)}`],
  ])('%s: the outcome of a hit is that of axios, its error included', async (_, body) => {
    bench.origin.reply('/a', { headers: fresh({ 'content-type': 'application/json' }), body });
    for (const frozen of [false, true]) {
      const api = bench.client({ frozen });
      for (const silentJSONParsing of [true, false]) {
        for (const responseType of [undefined, 'json', 'text'] as const) {
          const config = { transitional: { silentJSONParsing }, responseType } as object;
          const told = async (client: { get: typeof api.get }): Promise<unknown> => {
            const { value, error } = await outcome(client.get('/a', config));
            return [
              value?.data,
              error?.name,
              error?.code,
              error?.message,
              error?.response?.status,
              error?.response?.data,
            ];
          };
          const expected = await told(bench.plain());
          for (const _round of [1, 2]) expect(await told(api)).toEqual(expected);
        }
      }
      expect(api.cache.stats()).toMatchObject({ miss: 1 });
    }
  });

  test('octets, text and JSON of one entry, in any order', async () => {
    const octets = Buffer.from('{"a":"k\u00E4se \u{1F9C0}"}');
    bench.origin.reply('/a', { headers: fresh({ etag: '"1"', 'content-type': 'application/json' }), body: octets });
    for (const order of [
      ['json', 'arraybuffer', 'text'],
      ['arraybuffer', 'json', 'arraybuffer'],
      ['text', 'arraybuffer', 'json'],
    ] as const) {
      const api = bench.client();
      for (const responseType of [...order, ...order]) {
        const { data } = await api.get('/a', { responseType });
        if (responseType === 'json') expect(data).toEqual({ a: 'käse 🧀' });
        else if (responseType === 'text') expect(data).toBe(octets.toString());
        else expect(Buffer.from(data as ArrayBuffer)).toEqual(octets);
        if (Buffer.isBuffer(data)) data.fill(0);
      }
    }
  });

  test('octets that are no UTF-8, read as text and confirmed, are still those octets', async () => {
    const octets = Buffer.from('k\u00E4se', 'latin1');
    bench.origin.reply('/a', (req, res) => {
      const headers = { etag: '"1"', 'cache-control': 'max-age=1', 'content-type': 'text/plain; charset=iso-8859-1' };
      res.writeHead(req.headers['if-none-match'] === '"1"' ? 304 : 200, headers);
      res.end(req.headers['if-none-match'] === '"1"' ? undefined : octets);
    });
    const api = bench.client({ filterFn: ({ text }) => text().length > 0 });
    for (const status of ['miss', 'revalidated', 'revalidated']) {
      expect((await api.get('/a', { responseType: 'text' })).cache.status).toBe(status);
      const { data } = await api.get('/a', { responseType: 'arraybuffer' });
      expect(Buffer.from(data as ArrayBuffer)).toEqual(octets);
      bench.advance(5);
    }
    const copied = bench.client({ store: new Map(), compression: { threshold: 1 } });
    expect(await copied.cache.copyFrom(api.cache)).toBe(1);
    await api.cache.resetExpiration('1h');
    await copied.cache.resetExpiration('1h');
    for (const client of [api, copied]) {
      const { data, cache } = await client.get('/a', { responseType: 'arraybuffer' });
      expect([cache.status, Buffer.from(data as ArrayBuffer)]).toEqual(['hit', octets]);
    }
  });
});

test('octets that were asked for stay the ones that were stored', () => {
  const body = content('[1]');
  valueFor(body, true);
  expect(new TextDecoder().decode(bodyBytes(body))).toBe('[1]');
});
