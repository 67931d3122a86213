/** DESIGN 2: the ways to switch the cache off, in part or for a while. */
import { ADAPTERS, fresh, outcome, useBench } from '../exchange/bench.js';

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);
  beforeEach(() => {
    bench.origin.reply('/a', { headers: fresh(), body: 'a' });
  });

  test('cache: false neither reads nor writes, and leaves what is stored', async () => {
    const api = bench.client();
    await api.get('/a', { cache: false });
    expect((await api.get('/a')).cache.status).toBe('miss');
    expect((await api.get('/a', { cache: false })).cache.status).toBe('bypass');
    expect((await api.get('/a')).cache.status).toBe('hit');
    expect(bench.origin.hits).toBe(3);
  });

  test('axios.create({ cache: false }) switches an instance off; a request switches it on', async () => {
    const api = bench.client({}, { cache: false });
    expect((await api.get('/a')).cache.status).toBe('bypass');
    expect((await api.get('/a', { cache: {} })).cache.status).toBe('miss');
    expect((await api.get('/a', { cache: {} })).cache.status).toBe('hit');
  });

  test('cache: false even where the plugin says onlyIfCached', async () => {
    const api = bench.client({ onlyIfCached: true });
    expect((await api.get('/a', { cache: false })).data).toBe('a');
  });

  test('disable(fn) holds until fn settles, also when it rejects, and returns its value', async () => {
    const api = bench.client();
    await api.get('/a');
    const inside = await api.cache.disable(async () => (await api.get('/a')).cache.status);
    expect(inside).toBe('bypass');
    expect((await api.get('/a')).cache.status).toBe('hit');
    const { error } = await outcome(api.cache.disable(() => Promise.reject(new Error('mine'))));
    expect(error.message).toBe('mine');
    const thrown = await outcome(
      api.cache.disable(() => {
        throw new Error('at once');
      }),
    );
    expect(thrown.error.message).toBe('at once');
    expect((await api.get('/a')).cache.status).toBe('hit');
  });

  test('disable(fn) nests: the inner one ending does not switch on the outer one', async () => {
    const api = bench.client();
    await api.get('/a');
    await api.cache.disable(async () => {
      await api.cache.disable(async () => {
        expect((await api.get('/a')).cache.status).toBe('bypass');
      });
      expect((await api.get('/a')).cache.status).toBe('bypass');
    });
    expect((await api.get('/a')).cache.status).toBe('hit');
  });

  test('disable(fn) affects its instance alone, not another of the same plugin', async () => {
    const plugin = bench.plugin();
    const one = bench.over(plugin);
    const other = bench.over(plugin);
    await one.get('/a');
    await one.cache.disable(async () => {
      expect((await one.get('/a')).cache.status).toBe('bypass');
      expect((await other.get('/a')).cache.status).toBe('hit');
    });
  });

  test.each([
    ['the option', { cache: { onlyIfCached: true } }],
    ['the request directive, RFC 9111 §5.2.1.7', { headers: { 'Cache-Control': 'only-if-cached' } }],
  ])('only-if-cached by %s: 504 without asking, then the stored response', async (_name, config) => {
    const api = bench.client();
    const { error } = await outcome(api.get('/a', config));
    expect(error.message).toBe('Request failed with status code 504');
    expect(error.code).toBe('ERR_BAD_RESPONSE');
    expect(error.isAxiosError).toBe(true);
    expect(error.response.status).toBe(504);
    expect(error.response.cache).toMatchObject({ reason: 'only-if-cached', fromCache: false, stored: false });
    expect(error.response.cache.explain()).toMatch(/RFC 9111 §5\.2\.1\.7/);
    expect(bench.origin.hits).toBe(0);
    await api.get('/a');
    expect((await api.get('/a', config)).cache.status).toBe('hit');
  });

  test('only-if-cached: a caller whose validateStatus takes 504 gets it as a response', async () => {
    const response = await bench.client().get('/a', { cache: { onlyIfCached: true }, validateStatus: () => true });
    expect(response.status).toBe(504);
    expect(response.headers['cache-status']).toMatch(/^axios-http-cache/);
  });

  test('only-if-cached beats refresh', async () => {
    const api = bench.client();
    await api.get('/a');
    const response = await api.get('/a', { cache: { onlyIfCached: true, refresh: true } });
    expect(response.cache.status).toBe('hit');
    expect(bench.origin.hits).toBe(1);
  });

  test('readOnly reads and does not write', async () => {
    const api = bench.client();
    expect((await api.get('/a', { cache: { readOnly: true } })).cache).toMatchObject({ status: 'miss', stored: false });
    await api.get('/a');
    expect((await api.get('/a', { cache: { readOnly: true } })).cache.status).toBe('hit');
    expect(bench.origin.hits).toBe(2);
  });

  test('forceRefresh fetches and overwrites, without validators', async () => {
    bench.origin.reply('/b', (_req, res, n) => res.writeHead(200, fresh({ etag: `"${String(n)}"` })).end(String(n)));
    const api = bench.client();
    await api.get('/b');
    expect((await api.get('/b', { cache: { forceRefresh: true } })).data).toEqual(2);
    expect(bench.origin.requests[1]?.headers['if-none-match']).toBeUndefined();
    expect((await api.get('/b')).data).toEqual(2);
  });

  test('refresh validates what is fresh', async () => {
    bench.origin.reply('/b', (req, res) => {
      const known = req.headers['if-none-match'] === '"1"';
      res.writeHead(known ? 304 : 200, fresh({ etag: '"1"' })).end(known ? undefined : 'b');
    });
    const api = bench.client();
    await api.get('/b');
    expect((await api.get('/b', { cache: { refresh: true } })).cache.status).toBe('revalidated');
    expect(bench.origin.hits).toBe(2);
  });

  test('alwaysRevalidate validates at each use', async () => {
    bench.origin.reply('/b', (req, res) => {
      const known = req.headers['if-none-match'] === '"1"';
      res.writeHead(known ? 304 : 200, fresh({ etag: '"1"' })).end(known ? undefined : 'b');
    });
    const api = bench.client({ alwaysRevalidate: true });
    await api.get('/b');
    expect((await api.get('/b')).cache.status).toBe('revalidated');
    expect((await api.get('/b')).cache.status).toBe('revalidated');
    expect(bench.origin.hits).toBe(3);
  });

  test("RFC 9111 §5.2.1.5: a request's no-store neither reads nor writes", async () => {
    const api = bench.client();
    const headers = { 'Cache-Control': 'no-store' };
    expect((await api.get('/a', { headers })).cache).toMatchObject({ status: 'miss', stored: false });
    await api.get('/a');
    expect((await api.get('/a', { headers })).cache.status).toBe('miss');
    expect((await api.get('/a')).cache.status).toBe('hit');
  });
});
