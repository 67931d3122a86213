/** T25; issue 4: requests with a body, where `methods` lets them be cached. */
import { Readable } from 'node:stream';
import { ADAPTERS, fresh, times, useBench } from './bench.js';

const CACHED = { methods: ['GET', 'POST', 'QUERY'] };

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);
  beforeEach(() => {
    bench.origin.reply('/q', (_req, res, n) =>
      res.writeHead(200, fresh({ 'content-type': 'text/plain' })).end(`answer ${String(n)}`),
    );
  });

  const form = (entries: Record<string, string>): FormData => {
    const data = new FormData();
    for (const [name, value] of Object.entries(entries)) data.append(name, value);
    return data;
  };

  const BODIES: Readonly<Record<string, readonly [same: () => unknown, other: () => unknown]>> = {
    JSON: [() => ({ q: 1, list: [1, 2] }), () => ({ q: 2, list: [1, 2] })],
    'a form': [() => new URLSearchParams({ q: '1' }), () => new URLSearchParams({ q: '2' })],
    text: [() => 'q=1', () => 'q=2'],
    'a Buffer': [() => Buffer.from([1, 2, 255]), () => Buffer.from([1, 2, 254])],
    'an ArrayBuffer': [() => new Uint8Array([1, 2]).buffer, () => new Uint8Array([1, 3]).buffer],
    'a multipart form': [() => form({ q: '1' }), () => form({ q: '2' })],
    'no body': [() => undefined, () => 'a body'],
  };

  test.each(Object.keys(BODIES))('POST with %s: the same is a hit, another is not', async (name) => {
    const [same, other] = BODIES[name]!;
    const api = bench.client(CACHED);
    expect((await api.post('/q', same())).data).toBe('answer 1');
    const second = await api.post('/q', same());
    expect([second.data, second.cache.status]).toEqual(['answer 1', 'hit']);
    expect((await api.post('/q', other())).data).toBe('answer 2');
    expect((await api.post('/q', other())).cache.status).toBe('hit');
    expect((await api.get('/q')).data).toBe('answer 3');
    expect(bench.origin.hits).toBe(3);
  });

  test('the order of JSON members counts for nothing or for something, but never gives a wrong answer', async () => {
    bench.origin.reply('/q', async (req, res, n) =>
      res.writeHead(200, fresh()).end(`${String(n)} ${String(req.method)}`),
    );
    const api = bench.client(CACHED);
    await api.post('/q', { a: 1, b: { c: 2 } });
    expect((await api.post('/q', { a: 1, b: { c: 3 } })).cache.status).toBe('miss');
    expect((await api.post('/q', { a: '1', b: { c: 2 } })).cache.status).toBe('miss');
  });

  test('a body is sent as it is, once', async () => {
    const api = bench.client(CACHED);
    await api.post('/q', { q: 1 });
    await api.post('/q', new URLSearchParams({ q: '1' }));
    expect(bench.origin.requests.map(({ body }) => body)).toEqual(['{"q":1}', 'q=1']);
  });

  test('T25 a GET with a body: the body is part of its identity', async () => {
    if (adapter === 'fetch') return; // fetch refuses a GET with a body.
    const api = bench.client();
    expect((await api.get('/q', { data: { q: 1 } })).data).toBe('answer 1');
    expect((await api.get('/q', { data: { q: 2 } })).data).toBe('answer 2');
    expect((await api.get('/q', { data: { q: 1 } })).cache.status).toBe('hit');
    expect((await api.get('/q')).data).toBe('answer 3');
  });

  test('QUERY with a body', async () => {
    if (adapter === 'fetch') return; // Which methods Node's fetch sends is its affair.
    const api = bench.client(CACHED);
    const query = (q: number) => api.request({ method: 'QUERY', url: '/q', data: { q } });
    expect((await query(1)).cache.status).toBe('miss');
    expect((await query(1)).cache.status).toBe('hit');
    expect((await query(2)).cache.status).toBe('miss');
  });

  test('concurrent POSTs with the same body share a flight, with other bodies they do not', async () => {
    bench.origin.reply('/q', { headers: fresh(), body: 'a', delayMs: 50 });
    const api = bench.client(CACHED);
    await Promise.all(times(20, (at) => api.post('/q', { q: at % 2 })));
    expect(bench.origin.hits).toBe(2);
  });

  test('a POST that is not cached by option is sent each time, and never shared', async () => {
    bench.origin.reply('/q', { headers: fresh(), body: 'a', delayMs: 20 });
    const api = bench.client();
    const answers = await Promise.all(times(5, () => api.post('/q', { q: 1 })));
    expect(bench.origin.hits).toBe(5);
    expect(answers.every(({ cache }) => cache.status === 'bypass')).toBe(true);
  });

  test('a stream as a body passes by the cache, and arrives whole', async () => {
    if (adapter === 'fetch') return; // axios' fetch adapter takes no Node stream.
    const api = bench.client(CACHED);
    for (let round = 0; round < 2; round += 1) {
      const { cache } = await api.post('/q', Readable.from([Buffer.from('one '), Buffer.from('two')]));
      expect(cache.status).toBe('bypass');
    }
    expect(bench.origin.requests.map(({ body }) => body)).toEqual(['one two', 'one two']);
  });

  test('a web stream as a body passes by the cache', async () => {
    if (adapter === 'http') return;
    const api = bench.client(CACHED);
    const stream = new Blob(['one two']).stream();
    const { cache } = await api.post('/q', stream, { headers: { 'Content-Type': 'text/plain' } });
    expect(cache.status).toBe('bypass');
    expect(bench.origin.requests[0]?.body).toBe('one two');
  });

  test('a PUT that `methods` lists is cached, and invalidates nothing', async () => {
    const api = bench.client({ methods: ['GET', 'PUT'] });
    await api.put('/q', 'x');
    expect((await api.put('/q', 'x')).cache.status).toBe('hit');
  });
});
