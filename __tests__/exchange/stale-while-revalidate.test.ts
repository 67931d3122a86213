/** RFC 5861 §3; RELIABILITY 4.1: the caller is served at once, one refresh brings the entry up to date. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CacheOptions } from 'axios-http-cache';
import { ADAPTERS, fresh, outcome, until, useBench } from './bench.js';

const SWR = { 'cache-control': 'max-age=60, stale-while-revalidate=600' };

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);
  const numbered = (headers: Record<string, string>, delayMs = 0): void => {
    bench.origin.reply('/n', async (_req, res, n) => {
      if (n > 1) await sleep(delayMs);
      res.writeHead(200, { ...headers, date: bench.date(), 'content-type': 'text/plain' }).end(`body ${String(n)}`);
    });
  };

  test.each<[string, Record<string, string>, CacheOptions]>([
    ['the origin allows it', SWR, {}],
    ['the option allows it', fresh(), { staleWhileRevalidate: true }],
    ['the option allows it for long enough', fresh(), { staleWhileRevalidate: 100 }],
  ])('RFC 5861 §3: %s: stale at once, then the refreshed answer', async (_name, headers, options) => {
    numbered(headers, 100);
    const api = bench.client({ keepForValidation: 0, ...options });
    await api.get('/n');
    bench.advance(90);
    const stale = await api.get('/n');
    expect(stale.cache.status).toBe('stale');
    expect(stale.data).toBe('body 1');
    // It did not wait for the refresh, which takes 100 ms.
    expect(bench.heard('refreshed')).toBe(0);
    await until(() => bench.heard('refreshed') === 1);
    const refreshed = await api.get('/n');
    expect(refreshed.cache.status).toBe('hit');
    expect(refreshed.data).toBe('body 2');
    expect(bench.origin.hits).toBe(2);
  });

  test('beyond the window the caller waits for the origin', async () => {
    numbered({ 'cache-control': 'max-age=60, stale-while-revalidate=20' });
    const api = bench.client();
    await api.get('/n');
    bench.advance(90);
    const response = await api.get('/n');
    expect(response.cache.status).toBe('miss');
    expect(response.data).toBe('body 2');
  });

  test.each(['must-revalidate', 'no-cache'])('%s wins over the option', async (directive) => {
    numbered({ 'cache-control': `max-age=60, ${directive}`, etag: '"1"' });
    const api = bench.client({ staleWhileRevalidate: true });
    await api.get('/n');
    bench.advance(90);
    expect((await api.get('/n')).data).toBe('body 2');
  });

  test('4.1: 200 readers of one stale entry start one refresh', async () => {
    numbered(SWR, 100);
    const api = bench.client();
    await api.get('/n');
    bench.advance(90);
    const answers = await Promise.all(Array.from({ length: 200 }, () => api.get('/n')));
    expect(new Set(answers.map(({ data, cache }) => `${String(data)} ${cache.status}`))).toEqual(
      new Set(['body 1 stale']),
    );
    expect(api.cache.stats().refreshes).toBe(1);
    await until(() => api.cache.stats().refreshes === 0);
    expect(bench.heard('refreshed')).toBe(1);
    expect(bench.origin.hits).toBe(2);
    expect((await api.get('/n')).data).toBe('body 2');
  });

  test('a refresh validates where it can, and a 304 makes the entry fresh again', async () => {
    bench.origin.reply('/e', (req, res) => {
      const known = req.headers['if-none-match'] === '"1"';
      res.writeHead(known ? 304 : 200, { ...SWR, etag: '"1"', date: bench.date() }).end(known ? undefined : 'body');
    });
    const api = bench.client();
    await api.get('/e');
    bench.advance(90);
    expect((await api.get('/e')).cache.status).toBe('stale');
    await until(() => bench.heard('refreshed') === 1);
    const after = await api.get('/e');
    expect(after.cache.status).toBe('hit');
    expect(after.data).toBe('body');
    expect(bench.origin.requests[1]?.headers['if-none-match']).toBe('"1"');
  });

  test("a refresh carries the caller's headers, and runs no interceptor again", async () => {
    numbered(SWR);
    const api = bench.client();
    let runs = 0;
    api.interceptors.request.use((config) => {
      runs += 1;
      config.headers.set('X-Trace', `t${String(runs)}`);
      return config;
    });
    await api.get('/n', { headers: { Authorization: 'Bearer alice' } });
    bench.advance(90);
    await api.get('/n', { headers: { Authorization: 'Bearer alice' } });
    await until(() => bench.heard('refreshed') === 1);
    expect(runs).toBe(2);
    expect(bench.origin.requests[1]?.headers).toMatchObject({ authorization: 'Bearer alice', 'x-trace': 't2' });
  });

  test('4.4: a refresh survives the abort of the caller that caused it', async () => {
    numbered(SWR, 150);
    const api = bench.client();
    await api.get('/n');
    bench.advance(90);
    const controller = new AbortController();
    await api.get('/n', { signal: controller.signal });
    controller.abort();
    await until(() => bench.heard('refreshed') === 1);
    expect((await api.get('/n')).data).toBe('body 2');
  });

  test('4.1: a failed refresh is reported, leaves the entry, and is not tried again at once', async () => {
    bench.origin.reply('/n', (_req, res, n) => {
      res.writeHead(n === 1 ? 200 : 503, n === 1 ? SWR : {}).end(`body ${String(n)}`);
    });
    const api = bench.client();
    await api.get('/n');
    bench.advance(90);
    for (let i = 0; i < 5; i += 1) {
      const { data, cache } = await api.get('/n');
      expect([data, cache.status]).toEqual(['body 1', 'stale']);
      await until(() => api.cache.stats().refreshes === 0);
    }
    expect(bench.heard('refresh-failed')).toBe(1);
    expect(bench.origin.hits).toBe(2);
  });

  test('a refresh that meets a refused connection fails nobody', async () => {
    numbered(SWR);
    const api = bench.client();
    await api.get('/n');
    bench.advance(90);
    await bench.origin.close();
    expect((await api.get('/n')).data).toBe('body 1');
    await until(() => bench.heard('refresh-failed') === 1);
    expect((await outcome(api.get('/n'))).value?.cache.status).toBe('stale');
  });

  test('4.5: at most 32 refreshes at once; the surplus is served stale and left for later', async () => {
    bench.origin.reply('/many', async (_req, res, n) => {
      if (n > 40) await sleep(300);
      res.writeHead(200, SWR).end('x');
    });
    const api = bench.client();
    const urls = Array.from({ length: 40 }, (_, at) => `/many?${String(at)}`);
    await Promise.all(urls.map((url) => api.get(url)));
    bench.advance(90);
    const answers = await Promise.all(urls.map((url) => api.get(url)));
    expect(answers.every(({ cache }) => cache.status === 'stale')).toBe(true);
    expect(api.cache.stats().refreshes).toBe(32);
    await until(() => api.cache.stats().refreshes === 0);
    expect(bench.origin.hits).toBe(72);
  });

  test('a caller asking for a stream is served stale and refreshed too', async () => {
    numbered(SWR);
    const api = bench.client();
    await api.get('/n');
    bench.advance(90);
    const stale = await api.get('/n', { responseType: 'stream' });
    const chunks: Buffer[] = [];
    for await (const chunk of stale.data) chunks.push(Buffer.from(chunk));
    expect(Buffer.concat(chunks).toString()).toBe('body 1');
    await until(() => bench.heard('refreshed') === 1);
    expect((await api.get('/n')).data).toBe('body 2');
  });

  test('earlyRefresh: a fresh answer is a hit, and refreshed before it becomes stale', async () => {
    numbered(fresh(), 50);
    const api = bench.client({ earlyRefresh: 1e9 });
    await api.get('/n');
    const early = await api.get('/n');
    expect([early.cache.status, early.data]).toEqual(['hit', 'body 1']);
    await until(() => bench.heard('refreshed') >= 1);
    expect((await api.get('/n', { cache: { earlyRefresh: false } })).data).toBe('body 2');
  });

  test.each([false, true, 1])('earlyRefresh: %s leaves alone what is far from stale', async (earlyRefresh) => {
    numbered(fresh(), 0);
    const api = bench.client({ earlyRefresh });
    for (let round = 0; round < 50; round += 1) await api.get('/n');
    expect(api.cache.stats().refreshes).toBe(0);
    expect(bench.origin.hits).toBe(1);
  });
});
