/**
 * PEERS 2.1: fifteen weaknesses reproduced in axios-cache-interceptor 1.12.3, and what ours does instead. Each is a
 * subject of other tests too, in more detail; here is the list.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ADAPTERS, customAdapter, fresh, outcome, seededRandom, times, until, useBench } from '../exchange/bench.js';
import { drain } from '../exchange/data.js';

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);
  const echo = (path: string, header: string, more: Record<string, string> = {}): void => {
    bench.origin.reply(path, (req, res) => res.writeHead(200, fresh(more)).end(String(req.headers[header])));
  };

  test("#1 Authorization A, then B, max-age and no Vary: B does not get A's body", async () => {
    echo('/me', 'authorization');
    const api = bench.client();
    await api.get('/me', { headers: { Authorization: 'A' } });
    expect((await api.get('/me', { headers: { Authorization: 'B' } })).data).toBe('B');
  });

  test('#2 config.auth and Cookie leak as little', async () => {
    echo('/me', 'authorization');
    echo('/cookie', 'cookie');
    const api = bench.client();
    const basic = async (username: string): Promise<unknown> =>
      (await api.get('/me', { auth: { username, password: '' } })).data;
    expect(await basic('u1')).not.toBe(await basic('u2'));
    await api.get('/cookie', { headers: { Cookie: 'u=1' } });
    expect((await api.get('/cookie', { headers: { Cookie: 'u=2' } })).data).toBe('u=2');
  });

  test('#3 Set-Cookie is not replayed to later callers', async () => {
    echo('/a', 'x', { 'set-cookie': 'sid=1' });
    const api = bench.client();
    expect(String((await api.get('/a')).headers['set-cookie'])).toBe('sid=1');
    expect((await api.get('/a')).headers['set-cookie']).toBeUndefined();
  });

  test('#4 keys do not collide: URLs made to collide, and 2,000 at random', async () => {
    const canned = customAdapter(({ url }) => ({ data: url, headers: fresh() }));
    const keyOf = async (path: string): Promise<string | undefined> =>
      (await api.get(`http://o.test${path}`)).cache.key;
    const api = bench.client({ maxEntries: 10 }, { adapter: canned });
    for (const [one, other] of [
      ['/Aa', '/BB'],
      ['/u/aaB', '/u/aba'],
      ['/AaAa', '/BBBB'],
    ] as const)
      expect(await keyOf(one)).not.toBe(await keyOf(other));
    const random = seededRandom(9);
    const keys = new Set<string | undefined>();
    for (let at = 0; at < 2_000; at += 1) keys.add(await keyOf(`/${random().toString(36).slice(2)}?${String(at)}`));
    expect(keys.size).toBe(2_000);
  });

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('the store is down');
      },
    ],
    ['rejects', () => Promise.reject(new Error('the store is down'))],
    ['hangs', () => new Promise(() => undefined)],
  ])('#5 a store that %s neither fails nor hangs a request', async (_name, operation) => {
    bench.origin.reply('/a', { headers: fresh(), body: 'a' });
    const api = bench.client({ store: { get: operation, set: operation, delete: operation } });
    const startedAt = performance.now();
    for (let round = 0; round < 5; round += 1) expect((await api.get('/a')).data).toBe('a');
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });

  test('#6 an adapter that throws no AxiosError: the next request does not hang', async () => {
    let fails = true;
    const moody = customAdapter(() => {
      if (fails) throw new TypeError('not an AxiosError');
      return { data: 'good' };
    });
    const api = bench.client({}, { adapter: moody });
    expect((await outcome(api.get('/a'))).error.message).toBe('not an AxiosError');
    fails = false;
    expect((await api.get('/a')).data).toBe('good');
  });

  test('#7 the second caller of a stream gets a stream that nobody has consumed', async () => {
    bench.origin.reply('/s', { headers: fresh(), body: 'stream' });
    const api = bench.client();
    for (const status of ['miss', 'hit', 'hit']) {
      const { data, cache } = await api.get('/s', { responseType: 'stream' });
      expect([(await drain(data)).toString(), cache.status]).toEqual(['stream', status]);
    }
  });

  test('#8 octets survive a store of texts, and json after arraybuffer is json', async () => {
    bench.origin.reply('/b', { headers: fresh(), body: new Uint8Array([0, 255, 128]) });
    bench.origin.reply('/j', { headers: fresh(), body: { a: 1 } });
    const texts = new Map<string, string>();
    const store = {
      get: async (key: string) => texts.get(key),
      set: async (key: string, value: unknown) => texts.set(key, JSON.parse(JSON.stringify(value))),
      delete: async (key: string) => texts.delete(key),
    };
    const api = bench.client({ store });
    for (const status of ['miss', 'hit']) {
      const { data, cache } = await api.get('/b', { responseType: 'arraybuffer' });
      expect([[...new Uint8Array(data)], cache.status]).toEqual([[0, 255, 128], status]);
    }
    await api.get('/j', { responseType: 'arraybuffer' });
    expect((await api.get('/j')).data).toEqual({ a: 1 });
  });

  test("#9 the second caller's transformResponse counts, and nobody shares an object", async () => {
    bench.origin.reply('/j', { headers: fresh(), body: { x: 0 } });
    const api = bench.client();
    (await api.get('/j')).data.x = 1;
    expect((await api.get('/j')).data).toEqual({ x: 0 });
    expect((await api.get('/j', { transformResponse: [() => 'mine'] })).data).toBe('mine');
  });

  test('#10 no-cache with an ETag is stored and validated', async () => {
    bench.origin.reply('/e', (req, res) => {
      const known = req.headers['if-none-match'] === '"1"';
      res.writeHead(known ? 304 : 200, { 'cache-control': 'no-cache', etag: '"1"' }).end(known ? undefined : 'e');
    });
    const api = bench.client();
    await api.get('/e');
    expect((await api.get('/e')).cache.status).toBe('revalidated');
  });

  test("#10 s-maxage counts where several share; a request's Cache-Control is obeyed; nothing is added to requests", async () => {
    bench.origin.reply('/s', { headers: { 'cache-control': 's-maxage=60' }, body: 's' });
    const api = bench.client({ shared: true });
    await api.get('/s');
    expect((await api.get('/s')).cache.status).toBe('hit');
    expect((await api.get('/s', { headers: { 'Cache-Control': 'no-cache' } })).cache.status).toBe('miss');
    await bench.plain().get('/s');
    const [first, , plain] = bench.origin.requests.map(({ headers }) => headers);
    expect(first).toEqual(plain);
  });

  test('#11 stale-while-revalidate does not wait; a 404 to a validation is a 404', async () => {
    bench.origin.reply('/w', async (_req, res, n) => {
      if (n > 1) await sleep(400);
      res.writeHead(200, { 'cache-control': 'max-age=60, stale-while-revalidate=60' }).end('w');
    });
    bench.origin.reply('/n', (_req, res, n) => res.writeHead(n === 1 ? 200 : 404, fresh({ etag: '"1"' })).end('n'));
    const api = bench.client({ staleIfError: true });
    await api.get('/w');
    await api.get('/n');
    bench.advance(90);
    const startedAt = performance.now();
    expect((await api.get('/w')).cache.status).toBe('stale');
    expect(performance.now() - startedAt).toBeLessThan(300);
    expect((await outcome(api.get('/n'))).error.response.status).toBe(404);
    await until(() => bench.heard('refreshed') === 1);
  });

  test('#12 entries with an ETag and max-age=0 do not stay for ever', async () => {
    bench.origin.reply('/e', { headers: { 'cache-control': 'max-age=0', etag: '"1"' }, body: 'e' });
    const api = bench.client({ keepForValidation: 1 });
    for (const at of times(50, String)) await api.get(`/e?${at}`);
    expect(api.cache.stats().store.entries).toBe(50);
    await until(() => api.cache.stats().store.entries === 0);
  });

  test('#13 a POST to a URL ends its GET; a part is not stored as the whole', async () => {
    bench.origin.reply('/a', (req, res) => {
      const part = req.headers.range !== undefined;
      res.writeHead(part ? 206 : 200, fresh(part ? { 'content-range': 'bytes 0-0/5' } : {})).end(part ? 'w' : 'whole');
    });
    const api = bench.client();
    await api.get('/a', { headers: { Range: 'bytes=0-0' } });
    expect((await api.get('/a')).data).toBe('whole');
    await api.post('/a');
    expect((await api.get('/a')).cache.status).toBe('miss');
  });

  test('#14 a response.config that is sent again with other options asks again, transforms intact', async () => {
    bench.origin.reply('/j', (_req, res, n) =>
      res.writeHead(200, fresh({ 'content-type': 'application/json' })).end(`{"n":${String(n)}}`),
    );
    const api = bench.client();
    await api.get('/j');
    const { config } = await api.get('/j');
    expect((await api.request({ ...config, cache: { forceRefresh: true } })).data).toEqual({ n: 2 });
  });

  test("#15 a follower's signal counts at once, not when the leader has finished", async () => {
    bench.origin.reply('/slow', { headers: fresh(), body: 'slow', delayMs: 500 });
    const api = bench.client();
    const leader = api.get('/slow');
    const controller = new AbortController();
    const follower = outcome(api.get('/slow', { signal: controller.signal }));
    await until(() => bench.origin.hits === 1);
    const startedAt = performance.now();
    controller.abort();
    expect((await follower).error.code).toBe('ERR_CANCELED');
    expect(performance.now() - startedAt).toBeLessThan(400);
    expect((await leader).data).toBe('slow');
  });
});
