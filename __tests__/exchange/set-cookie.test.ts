/** T7, T58; RFC 9111 §3.1: fields that are for one response only. */
import { ADAPTERS, fresh, outcome, times, useBench } from './bench.js';
import { drain } from './data.js';

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);
  const cookies = ['sid=1; Path=/', 'theme=dark'];
  const reply = (path: string, delayMs = 0): void => {
    bench.origin.reply(path, { headers: { ...fresh(), 'set-cookie': cookies }, body: 'a', delayMs });
  };

  test('T7 Set-Cookie reaches who asked the origin, with all its lines, and nobody later', async () => {
    reply('/a');
    const store = new Map<string, unknown>();
    const api = bench.client({ store });
    const first = await api.get('/a');
    expect(first.headers['set-cookie']).toEqual(cookies);
    const second = await api.get('/a');
    expect(second.cache.status).toBe('hit');
    expect(second.headers['set-cookie']).toBeUndefined();
    await api.cache.close();
    expect([...store.values()].map(String).join()).not.toMatch(/sid=1|theme=dark/);
  });

  test('T7 callers who shared the flight do not get it either', async () => {
    reply('/a', 50);
    const api = bench.client();
    const answers = await Promise.all(times(10, () => api.get('/a')));
    expect(bench.origin.hits).toBe(1);
    expect(answers.filter(({ headers }) => headers['set-cookie'] !== undefined)).toHaveLength(1);
  });

  test('T7 nor with an error that is shared', async () => {
    bench.origin.reply('/a', { status: 503, headers: { 'set-cookie': 'sid=1' }, body: 'no', delayMs: 50 });
    const api = bench.client();
    const ends = await Promise.all(times(10, () => outcome(api.get('/a'))));
    expect(bench.origin.hits).toBe(1);
    expect(ends.filter(({ error }) => error.response.headers['set-cookie'] !== undefined)).toHaveLength(1);
  });

  test('T7 with a stream', async () => {
    reply('/a');
    const api = bench.client();
    const { headers, data } = await api.get('/a', { responseType: 'stream' });
    expect(headers['set-cookie']).toEqual(cookies);
    await drain(data);
    expect((await api.get('/a')).headers['set-cookie']).toBeUndefined();
  });

  test('storeSetCookie, for a cache of one user, keeps the lines', async () => {
    reply('/a');
    const api = bench.client({ storeSetCookie: true });
    await api.get('/a');
    const { headers, cache } = await api.get('/a');
    expect(cache.status).toBe('hit');
    expect(String(headers['set-cookie'])).toContain('sid=1; Path=/');
  });

  test("T47 a 304's Set-Cookie is not stored for others", async () => {
    bench.origin.reply('/e', (req, res) => {
      const known = req.headers['if-none-match'] === '"1"';
      const headers = { ...fresh({ etag: '"1"' }), date: bench.date(), ...(known && { 'set-cookie': 'sid=evil' }) };
      res.writeHead(known ? 304 : 200, headers).end(known ? undefined : 'body');
    });
    const api = bench.client();
    await api.get('/e');
    bench.advance(90);
    expect((await api.get('/e')).cache.status).toBe('revalidated');
    const hit = await api.get('/e');
    expect(hit.cache.status).toBe('hit');
    expect(hit.headers['set-cookie']).toBeUndefined();
  });

  test('T58 hop-by-hop fields, and those that Connection names, are not on hits', async () => {
    bench.origin.reply('/a', (_req, res) => {
      res.writeHead(200, {
        ...fresh({
          'x-mark': 'kept',
          'x-hop': '1',
          'keep-alive': 'timeout=5',
          'proxy-authenticate': 'Basic',
          te: 'trailers',
        }),
        connection: 'X-Hop, close',
      });
      res.end('a');
    });
    const api = bench.client();
    await api.get('/a');
    const { headers, cache } = await api.get('/a');
    expect(cache.status).toBe('hit');
    expect(headers['x-mark']).toBe('kept');
    for (const name of ['x-hop', 'connection', 'keep-alive', 'proxy-authenticate', 'te', 'transfer-encoding'])
      expect([name, headers[name]]).toEqual([name, undefined]);
  });
});
