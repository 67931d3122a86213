/** DESIGN 2: `response.cache`, `age` and `cache-status` on every response, also on errors that carry one. */
import { ADAPTERS, fresh, outcome, until, useBench } from '../exchange/bench.js';

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);

  test('a miss that is stored, then a hit', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: { a: 1 } });
    const api = bench.client();
    const startedAt = Date.now();
    const miss = await api.get('/a');
    expect(miss.cache).toMatchObject({
      status: 'miss',
      fromCache: false,
      stored: true,
      revalidated: false,
      collapsed: false,
    });
    expect(miss.cache.reason).toBe('uri-miss');
    expect(miss.headers['cache-status']).toMatch(/^axios-http-cache; fwd=uri-miss; fwd-status=200; .*stored/);
    bench.advance(20);
    const hit = await api.get('/a');
    expect(hit.cache).toMatchObject({ status: 'hit', fromCache: true, stored: false, isExpired: false });
    expect(hit.cache.key).toBe(miss.cache.key);
    expect(hit.cache.key).toMatch(/\S{20,}/);
    expect(Math.abs((hit.cache.createdAt?.getTime() ?? 0) - startedAt)).toBeLessThan(5_000);
    expect(Math.abs((hit.cache.expires?.getTime() ?? 0) - startedAt - 60_000)).toBeLessThan(5_000);
    // Date has whole seconds: the age may be one more.
    expect([20, 21]).toContain(hit.cache.ageSeconds);
    expect(hit.headers['age']).toBe(String(hit.cache.ageSeconds));
    expect(hit.headers['cache-status']).toMatch(/^axios-http-cache; hit; ttl=(39|40)\b/);
    expect(miss.cache.explain()).toMatch(/origin.*RFC 9111.*It was stored\./);
    expect(hit.cache.explain()).toMatch(/^A stored response was served: .*RFC 9111 §4\.2/);
  });

  test('a miss that is not stored says why', async () => {
    bench.origin.reply('/a', { headers: { 'cache-control': 'no-store' }, body: 'a' });
    const { cache } = await bench.client().get('/a');
    expect(cache).toMatchObject({ status: 'miss', stored: false });
    expect(cache.explain()).toMatch(/not stored: .*no-store.*RFC 9111 §5\.2\.2\.5/);
  });

  test('a revalidated answer, and a 200 to a validation, which is a miss', async () => {
    bench.origin.reply('/a', (req, res, n) => {
      const etag = n < 3 ? '"1"' : '"2"';
      const matches = req.headers['if-none-match'] === etag;
      res.writeHead(matches ? 304 : 200, fresh({ etag, date: bench.date() })).end(matches ? undefined : `body ${etag}`);
    });
    const api = bench.client();
    await api.get('/a');
    bench.advance(90);
    const confirmed = await api.get('/a');
    expect(confirmed.status).toBe(200);
    expect(confirmed.cache).toMatchObject({ status: 'revalidated', fromCache: true, revalidated: true, stored: true });
    expect(confirmed.headers['cache-status']).toMatch(/fwd=stale; fwd-status=304; .*stored/);
    expect(Number(confirmed.headers['age'])).toBeLessThan(5);
    bench.advance(90);
    const replaced = await api.get('/a');
    expect(replaced.data).toBe('body "2"');
    expect(replaced.cache).toMatchObject({ status: 'miss', fromCache: false, revalidated: false, stored: true });
  });

  test('a stale answer', async () => {
    bench.origin.reply('/a', { headers: { 'cache-control': 'max-age=60, stale-while-revalidate=600' }, body: 'a' });
    const api = bench.client();
    await api.get('/a');
    bench.advance(90);
    const stale = await api.get('/a');
    expect(stale.cache).toMatchObject({ status: 'stale', fromCache: true, isExpired: true });
    expect([90, 91]).toContain(stale.cache.ageSeconds);
    expect(stale.cache.reason).toBe('stale-while-revalidate');
    expect(stale.headers['cache-status']).toMatch(/^axios-http-cache; hit; ttl=-3[01]\b/);
    await until(() => bench.heard('refreshed') === 1);
  });

  test('a bypass: uncacheable method, cache: false, disabled', async () => {
    bench.origin.reply('/a', { body: 'a' });
    const api = bench.client();
    const post = await api.post('/a');
    expect(post.cache).toMatchObject({ status: 'bypass', fromCache: false, stored: false, reason: 'method' });
    expect(post.headers['cache-status']).toMatch(/^axios-http-cache; fwd=method/);
    const off = await api.get('/a', { cache: false });
    expect(off.cache).toMatchObject({ status: 'bypass', fromCache: false, stored: false });
    expect(off.headers['cache-status']).toMatch(/^axios-http-cache; fwd=bypass/);
    expect(off.cache.explain()).toMatch(/\.$/);
    expect((await api.get('/a', { cache: { disabled: true } })).cache.status).toBe('bypass');
  });

  test('expireAfter: never has `expires: null`', async () => {
    bench.origin.reply('/a', { body: 'a' });
    const api = bench.client({ expireAfter: 'never' });
    await api.get('/a');
    const hit = await api.get('/a');
    expect(hit.cache).toMatchObject({ status: 'hit', expires: null, isExpired: false });
  });

  test('an error carries it too: fresh from the origin, then from the store', async () => {
    bench.origin.reply('/gone', { status: 410, headers: fresh(), body: { why: 'gone' } });
    const api = bench.client();
    const first = await outcome(api.get('/gone'));
    expect(first.error.message).toBe('Request failed with status code 410');
    expect(first.error.response.cache).toMatchObject({ status: 'miss', stored: true });
    bench.advance(5);
    const second = await outcome(api.get('/gone'));
    expect(second.error.code).toBe('ERR_BAD_REQUEST');
    expect(second.error.response.data).toEqual({ why: 'gone' });
    expect(second.error.response.cache.status).toBe('hit');
    expect(second.error.response.headers.age).toMatch(/^[56]$/);
    expect(second.error.response.headers['cache-status']).toMatch(/^axios-http-cache; hit/);
    expect(second.error).not.toBe(first.error);
    expect(bench.origin.hits).toBe(1);
  });

  test('an error of an uncacheable method carries it too', async () => {
    bench.origin.reply('/a', { status: 500, body: 'oops' });
    const { error } = await outcome(bench.client().post('/a', { a: 1 }));
    expect(error.response.cache.status).toBe('bypass');
    expect(error.response.headers['cache-status']).toMatch(/^axios-http-cache; fwd=method; fwd-status=500/);
  });

  test('RFC 9211 §2: an existing Cache-Status of a cache on the way comes before ours', async () => {
    bench.origin.reply('/a', { headers: fresh({ 'cache-status': 'edge; hit' }), body: 'a' });
    const api = bench.client();
    expect((await api.get('/a')).headers['cache-status']).toMatch(/^edge; hit, axios-http-cache; fwd=uri-miss/);
    expect((await api.get('/a')).headers['cache-status']).toMatch(/^edge; hit, axios-http-cache; hit/);
  });

  test("RFC 9111 §5.1: the age of the origin's own Age counts", async () => {
    bench.origin.reply('/a', { headers: fresh({ age: '30' }), body: 'a' });
    const api = bench.client();
    await api.get('/a');
    bench.advance(10);
    expect((await api.get('/a')).headers['age']).toMatch(/^4[01]$/);
    bench.advance(25);
    expect((await api.get('/a')).cache.status).toBe('miss');
  });

  test('nothing is added to requests except validators', async () => {
    bench.origin.reply('/a', { headers: fresh({ etag: '"1"' }), body: 'a' });
    const api = bench.client();
    await bench.plain().get('/a');
    await api.get('/a');
    bench.advance(90);
    await api.get('/a');
    const [plain, miss, validation] = bench.origin.requests.map(({ headers }) => headers);
    expect(miss).toEqual(plain);
    expect(validation).toEqual({ ...plain, 'if-none-match': '"1"' });
  });

  test('statistics count by status and by reason', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: 'a' });
    const api = bench.client();
    await api.get('/a');
    await api.get('/a');
    await api.get('/a', { cache: false });
    expect(api.cache.stats()).toMatchObject({
      hit: 1,
      stale: 0,
      revalidated: 0,
      miss: 1,
      bypass: 1,
      flights: 0,
      refreshes: 0,
    });
    expect(api.cache.stats().reasons).toEqual({ 'uri-miss': 1, fresh: 1, bypass: 1 });
    expect(api.cache.stats().coalescing).toBe('process');
  });
});
