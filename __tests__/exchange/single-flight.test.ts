/** RELIABILITY 4.1 in one process: how often the origin is asked by many at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ADAPTERS, fresh, outcome, times, until, useBench } from './bench.js';

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);

  // An origin that notes how many requests it has at once.
  function busyOrigin(headers: Record<string, string>, delayMs = 100): { most: number } {
    const load = { now: 0, most: 0 };
    bench.origin.reply('/a', async (_req, res, n) => {
      load.now += 1;
      load.most = Math.max(load.most, load.now);
      await sleep(delayMs);
      load.now -= 1;
      res.writeHead(200, { 'content-type': 'application/json', ...headers }).end(`{"n":${String(n)}}`);
    });
    return load;
  }

  test('4.1: 1,000 identical cold GETs make one request', async () => {
    busyOrigin(fresh());
    const api = bench.client();
    const answers = await Promise.all(times(1_000, () => api.get('/a')));
    expect(bench.origin.hits).toBe(1);
    expect(answers.every(({ data }) => data.n === 1)).toBe(true);
    expect(new Set(answers.map(({ data }) => data)).size).toBe(1_000);
    expect(answers.filter(({ cache }) => cache.collapsed)).toHaveLength(999);
    expect(answers.filter(({ headers }) => headers['cache-status'].includes('; collapsed'))).toHaveLength(999);
    expect(api.cache.stats()).toMatchObject({ miss: 1_000, flights: 0 });
  });

  test('4.1: 300 GETs over three variants make three requests, and one at most to learn of Vary', async () => {
    bench.origin.reply('/v', async (req, res) => {
      await sleep(50);
      res.writeHead(200, fresh({ vary: 'Accept-Language' })).end(req.headers['accept-language']);
    });
    const api = bench.client();
    const languages = ['de', 'en', 'fr'];
    const asked = times(300, (at) => languages[at % 3]!);
    const answers = await Promise.all(
      asked.map((language) => api.get('/v', { headers: { 'Accept-Language': language } })),
    );
    expect(answers.map(({ data }) => data)).toEqual(asked);
    expect(bench.origin.hits).toBeLessThanOrEqual(4);
  });

  test('4.1: a burst for a no-store answer runs in parallel after the first, the next burst at once', async () => {
    const load = busyOrigin({ 'cache-control': 'no-store' });
    const api = bench.client();
    const first = await Promise.all(times(50, () => api.get('/a')));
    expect(bench.origin.hits).toBe(50);
    expect(new Set(first.map(({ data }) => data.n)).size).toBe(50);
    expect(load.most).toBeGreaterThan(40);
    load.most = 0;
    await Promise.all(times(50, () => api.get('/a')));
    expect(bench.origin.hits).toBe(100);
    expect(load.most).toBe(50);
  });

  test('4.1: an answer that can be shared again replaces the marker', async () => {
    const load = busyOrigin({ 'cache-control': 'no-store' }, 20);
    const api = bench.client();
    await Promise.all(times(5, () => api.get('/a')));
    busyOrigin(fresh());
    await api.get('/a');
    await api.cache.delete({ urls: ['/a'] });
    const before = bench.origin.hits;
    await Promise.all(times(20, () => api.get('/a')));
    expect(bench.origin.hits - before).toBe(1);
    expect(load.most).toBeGreaterThan(0);
  });

  test('4.1: a 500 reaches all as errors of their own, after one request; the next one asks again', async () => {
    bench.origin.reply('/a', { status: 500, body: { why: 'oops' }, delayMs: 50 });
    const api = bench.client();
    const ends = await Promise.all(times(500, () => outcome(api.get('/a', { params: {} }))));
    expect(bench.origin.hits).toBe(1);
    const errors = ends.map(({ error }) => error);
    expect(errors.every((error) => error.message === 'Request failed with status code 500')).toBe(true);
    for (const part of ['', 'response', 'config'] as const)
      expect(new Set(errors.map((error) => (part === '' ? error : error[part]))).size).toBe(500);
    expect(new Set(errors.map((error) => error.response.data)).size).toBe(500);
    expect(new Set(errors.map((error) => error.response.headers)).size).toBe(500);
    expect(errors.every((error) => error.response.data.why === 'oops' && error.response.cache.status === 'miss')).toBe(
      true,
    );
    await outcome(api.get('/a'));
    expect(bench.origin.hits).toBe(2);
  });

  test('4.1: a broken connection reaches all as errors of their own, after one request', async () => {
    bench.origin.reply('/a', async (_req, res) => {
      await sleep(50);
      res.destroy();
    });
    const api = bench.client();
    const ends = await Promise.all(times(100, (at) => outcome(api.get('/a', { headers: { 'X-Caller': String(at) } }))));
    expect(bench.origin.hits).toBe(1);
    const errors = ends.map(({ error }) => error);
    expect(errors.every((error) => typeof error.message === 'string' && error.message === errors[0].message)).toBe(
      true,
    );
    expect(new Set(errors).size).toBe(100);
    expect(errors.map((error) => error.config?.headers['X-Caller'])).toEqual(times(100, String));
    await outcome(api.get('/a'));
    expect(bench.origin.hits).toBe(2);
  });

  test("4.1: one request for each credential, and nobody gets another's answer", async () => {
    bench.origin.reply('/me', async (req, res) => {
      await sleep(50);
      res.writeHead(200, fresh()).end(req.headers.authorization);
    });
    const api = bench.client();
    const users = times(200, (at) => `Bearer ${['alice', 'bob'][at % 2]!}`);
    const answers = await Promise.all(users.map((user) => api.get('/me', { headers: { Authorization: user } })));
    expect(answers.map(({ data }) => data)).toEqual(users);
    expect(bench.origin.hits).toBe(2);
  });

  test.each([
    ['Cache-Control: no-cache', { headers: { 'Cache-Control': 'no-cache' } }],
    ['Cache-Control: no-store', { headers: { 'Cache-Control': 'no-store' } }],
    ['forceRefresh', { cache: { forceRefresh: true } }],
    ['a condition of the caller', { headers: { 'If-None-Match': '"z"' } }],
    ['a range', { headers: { Range: 'bytes=0-1' } }],
  ])('4.3.11: %s does not join what is under way', async (_name, config) => {
    busyOrigin(fresh());
    const api = bench.client();
    const early = api.get('/a');
    await until(() => bench.origin.hits === 1);
    const [, late] = await Promise.all([early, api.get('/a', config)]);
    expect(bench.origin.hits).toBe(2);
    expect(late.cache.collapsed).toBe(false);
  });

  test('a waiter with max-age=0 is not handed an answer from before it asked', async () => {
    busyOrigin(fresh({ etag: '"1"' }));
    const api = bench.client();
    const early = api.get('/a');
    await until(() => bench.origin.hits === 1);
    const late = await api.get('/a', { headers: { 'Cache-Control': 'max-age=0' } });
    expect(late.data).toEqual({ n: 2 });
    await early;
  });

  test('different methods, queries and partitions fly by themselves', async () => {
    busyOrigin(fresh());
    const partition = ({ config }: { config: object }): string => String((config as { tenant?: string }).tenant);
    const api = bench.client({ partition });
    const asks = [{}, { method: 'HEAD' }, { params: { x: 1 } }, { tenant: 'other' }] as object[];
    await Promise.all(asks.flatMap((ask) => times(10, () => api.request({ url: '/a', ...ask }))));
    expect(bench.origin.hits).toBe(4);
  });

  test('a burst on a stale entry with a validator makes one conditional request; a 304 serves all', async () => {
    bench.origin.reply('/e', async (req, res) => {
      await sleep(50);
      const known = req.headers['if-none-match'] === '"1"';
      res
        .writeHead(known ? 304 : 200, { ...fresh({ etag: '"1"' }), date: bench.date() })
        .end(known ? undefined : 'body');
    });
    const api = bench.client();
    await api.get('/e');
    bench.advance(90);
    const answers = await Promise.all(times(100, () => api.get('/e')));
    expect(bench.origin.hits).toBe(2);
    expect(answers.every(({ data, cache }) => data === 'body' && cache.status === 'revalidated')).toBe(true);
  });

  test('PEERS 2.1 #6: an adapter that throws a plain Error leaves nothing behind', async () => {
    const api = bench.client({}, { adapter: () => Promise.reject(new Error('not an AxiosError')) });
    const ends = await Promise.all(times(10, () => outcome(api.get('/a'))));
    expect(ends.every(({ error }) => error.message === 'not an AxiosError' && error instanceof Error)).toBe(true);
    expect(api.cache.stats().flights).toBe(0);
    expect((await outcome(api.get('/a'))).error.message).toBe('not an AxiosError');
  });

  test('an adapter that throws at once, or throws what is no error, leaves nothing behind', async () => {
    for (const thrown of [new Error('at once'), 'a text', undefined, null, { code: 5 }]) {
      const adapter = (): never => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- adapters do
        throw thrown;
      };
      const api = bench.client({}, { adapter });
      const ends = await Promise.allSettled(times(3, () => api.get('/a')));
      expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
      expect(api.cache.stats().flights).toBe(0);
    }
  });
});
