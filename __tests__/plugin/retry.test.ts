/** Issue 2 "Done when"; PEERS 2.1 #14: code that sends `response.config` or `error.config` again. */
import axios from 'axios';
import type { AxiosRequestConfig } from 'axios';
import { cachePlugin } from 'axios-http-cache';
import { ADAPTERS, customAdapter, fresh, outcome, useBench } from '../exchange/bench.js';

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);

  test("response.config holds the caller's adapter, not ours, on a miss and on a hit", async () => {
    bench.origin.reply('/a', { headers: fresh(), body: { a: 1 } });
    const api = bench.client();
    const miss = await api.get('/a');
    const hit = await api.get('/a');
    expect(miss.config.adapter).toBe(adapter);
    expect(hit.config.adapter).toBe(adapter);
  });

  test('response.config sent again is a request like any other: a hit while fresh, with transforms intact', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: { a: 1 } });
    const api = bench.client();
    const first = await api.get('/a', { transformResponse: [(text: string) => `<${text}>`] });
    const second = await api.request(first.config);
    const third = await api.request(second.config);
    expect([first, second, third].map(({ cache }) => cache.status)).toEqual(['miss', 'hit', 'hit']);
    expect([first, second, third].map(({ data }) => data)).toEqual(['<{"a":1}>', '<{"a":1}>', '<{"a":1}>']);
    expect(bench.origin.hits).toBe(1);
  });

  test('sent again with other cache options, these count', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: { a: 1 } });
    const api = bench.client();
    await api.get('/a');
    const { config } = await api.get('/a');
    const again = async (cache: AxiosRequestConfig['cache']): Promise<string> =>
      (await api.request({ ...config, ...(cache !== undefined && { cache }) })).cache.status;
    expect(await again({ forceRefresh: true })).toBe('miss');
    expect(await again(false)).toBe('bypass');
    expect(await again({})).toBe('hit');
    expect(bench.origin.hits).toBe(3);
  });

  test('sent again through an instance without a cache, it goes to the origin', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: { a: 1 } });
    const api = bench.client();
    await api.get('/a');
    const { config } = await api.get('/a');
    const plain = await axios.create().request(config);
    expect(plain.data).toEqual({ a: 1 });
    expect(plain.cache).toBeUndefined();
    expect(bench.origin.hits).toBe(2);
  });

  test('sent again through another cached instance, the other cache counts', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: { a: 1 } });
    const { config } = await bench.client().get('/a');
    const other = bench.client();
    expect((await other.request(config)).cache.status).toBe('miss');
    expect((await other.request(config)).cache.status).toBe('hit');
    expect(bench.origin.hits).toBe(2);
  });

  test('error.config sent again: a retry after a 503 succeeds, and its answer is stored', async () => {
    bench.origin.reply('/a', (_req, res, n) => {
      if (n === 1) res.writeHead(503).end('not now');
      else res.writeHead(200, fresh({ 'content-type': 'application/json' })).end('{"a":1}');
    });
    const api = bench.client();
    api.interceptors.response.use(undefined, (error) => api.request(error.config));
    const retried = await api.get('/a');
    expect(retried.data).toEqual({ a: 1 });
    expect(retried.cache.status).toBe('miss');
    expect((await api.get('/a')).cache.status).toBe('hit');
    expect(bench.origin.hits).toBe(2);
  });

  test('error.config of a refused connection sent again', async () => {
    const api = bench.client();
    const { port } = bench.origin;
    await bench.origin.close();
    const { error } = await outcome(api.get('/a'));
    expect(error.config.adapter).toBe(adapter);
    expect(error.config.url).toBe('/a');
    const again = await outcome(api.request(error.config));
    expect(again.error.config.baseURL).toBe(`http://127.0.0.1:${String(port)}`);
    expect(again.error.code).toBe(error.code);
  });

  test('a token refresh: 401, new header on error.config, sent again', async () => {
    bench.origin.reply('/me', (req, res) => {
      const known = req.headers.authorization === 'Bearer new';
      res.writeHead(known ? 200 : 401, fresh()).end(known ? 'alice' : 'who?');
    });
    const api = bench.client({}, { headers: { Authorization: 'Bearer old' } });
    api.interceptors.response.use(undefined, (error) => {
      if (error.response?.status !== 401 || error.config.retried) throw error;
      return api.request({
        ...error.config,
        retried: true,
        headers: { ...error.config.headers, Authorization: 'Bearer new' },
      });
    });
    expect((await api.get('/me')).data).toBe('alice');
    expect((await api.get('/me', { headers: { Authorization: 'Bearer new' } })).cache.status).toBe('hit');
  });

  test('a POST sent again carries the same content, and stays a bypass', async () => {
    bench.origin.reply('/a', { body: 'ok' });
    const api = bench.client();
    const { config } = await api.post('/a', { q: 1 });
    const again = await api.request(config);
    expect(again.cache.status).toBe('bypass');
    expect(bench.origin.requests.map(({ body }) => body)).toEqual(['{"q":1}', '{"q":1}']);
  });

  test('a config kept from before uninstall() still works', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: 'a' });
    const api = bench.client();
    const { config } = await api.get('/a');
    api.cache.uninstall();
    expect((await api.request(config)).data).toBe('a');
    expect(bench.origin.hits).toBe(2);
  });
});

test("an adapter function of the caller's own is in the config that comes back, and is called again", async () => {
  const own = customAdapter(() => ({ data: `call ${String(own.mock.calls.length)}` }));
  const api = axios.create({ adapter: own }).use(cachePlugin());
  const { config } = await api.get('http://origin.test/a');
  expect(config.adapter).toBe(own);
  expect((await api.request(config)).data).toBe('call 2');
  await api.cache.close();
});
