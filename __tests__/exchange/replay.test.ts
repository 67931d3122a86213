/** The fields of a hit are each caller's own, whatever their names, and made of the stored ones alone. */
import { gzipSync } from 'node:zlib';
import { customAdapter, fresh, useBench } from './bench.js';

const bench = useBench();

const NAMES = ['constructor', 'get', 'set', 'has', 'delete', 'tostring', 'hasownproperty', 'x-mark'];

// Where a name is that of a method, axios spells it otherwise.
const oddOnes = (headers: object): [string, unknown][] =>
  Object.entries(headers)
    .filter(([name]) => NAMES.includes(name.toLowerCase()))
    .sort();

test('fields that are called like methods are as plain axios gives them', async () => {
  bench.origin.reply('/a', (_, res) => {
    for (const name of NAMES) res.setHeader(name, `of ${name}`);
    res.setHeader('__proto__', 'of __proto__');
    res.writeHead(200, fresh());
    res.end('text');
  });
  const api = bench.client();
  const plain = await bench.plain().get('/a');
  for (const _ of [1, 2, 3]) {
    const { headers } = await api.get('/a');
    expect(oddOnes(headers)).toEqual(oddOnes(plain.headers));
    expect(oddOnes(headers).length).toBeGreaterThan(5);
    expect(Object.getPrototypeOf(headers)).toBe(Object.getPrototypeOf(plain.headers));
    expect(headers['cache-status']).toMatch(/^axios-http-cache; /);
  }
});

test('what somebody put on Object.prototype becomes no field', async () => {
  bench.origin.reply('/a', { headers: fresh({ 'x-mark': '1' }), body: 'text' });
  const api = bench.client();
  await api.get('/a');
  const polluted = Object.prototype as { 'x-evil'?: string };
  polluted['x-evil'] = 'EVIL';
  try {
    for (const _ of [1, 2]) {
      const { headers, cache } = await api.get('/a');
      expect(cache.status).toBe('hit');
      expect(Object.hasOwn(headers, 'x-evil')).toBe(false);
    }
  } finally {
    delete polluted['x-evil'];
  }
});

test('age is that of now each time, and changes of one caller are its own', async () => {
  bench.origin.reply('/a', { headers: fresh({ 'x-mark': '1' }), body: 'text' });
  const api = bench.client();
  await api.get('/a');
  for (const age of [0, 7, 14]) {
    const { headers } = await api.get('/a');
    expect([headers['age'], headers['x-mark']]).toEqual([String(age), '1']);
    (headers as any).clear();
    (headers as any).set('x-mark', 'EVIL');
    bench.advance(7);
  }
});

test('cookies: by the settings of who is given the entry, in turn', async () => {
  bench.origin.reply('/a', { headers: fresh({ 'set-cookie': 'a=1' }), body: 'text' });
  const api = bench.client({ storeSetCookie: true });
  await api.get('/a');
  for (const storeSetCookie of [true, false, true, false]) {
    const { headers, cache } = await api.get('/a', { cache: { storeSetCookie } });
    expect(cache.status).toBe('hit');
    expect(headers['set-cookie'] === undefined).toBe(!storeSetCookie);
  }
});

test('a coding: undone for some and told of to others, with the length that is true', async () => {
  const body = JSON.stringify(['\u00E4'.repeat(500)]);
  const coded = gzipSync(body);
  bench.origin.reply('/a', {
    headers: fresh({ 'content-encoding': 'gzip', 'content-length': String(coded.byteLength) }),
    body: coded,
  });
  const api = bench.client();
  for (const _ of [1, 2, 3]) {
    const plain = await api.get('/a');
    expect([plain.headers['content-encoding'], plain.headers['content-length']]).toEqual([
      undefined,
      String(Buffer.byteLength(body)),
    ]);
    expect(plain.data).toEqual(JSON.parse(body));
    const kept = await api.get('/a', { decompress: false, responseType: 'arraybuffer' });
    expect([kept.headers['content-encoding'], kept.headers['content-length']]).toEqual([
      'gzip',
      String(coded.byteLength),
    ]);
    expect(kept.data).toEqual(coded);
  }
});

test('the very fields of an adapter that gives odd ones', async () => {
  const given = Object.assign(Object.create(null) as Record<string, unknown>, fresh({ 'X-Number': 'n' }));
  given['__proto__'] = 'of __proto__';
  Reflect.set(given, 'X-Number', 5);
  const api = bench.client({}, { adapter: customAdapter(() => ({ headers: given, data: 'text' })) as never });
  for (const status of ['miss', 'hit', 'hit']) {
    const { headers, cache } = await api.get('/a');
    expect(cache.status).toBe(status);
    expect(String((headers as any).get('x-number'))).toBe('5');
    expect(typeof headers.toJSON).toBe('function');
  }
});
