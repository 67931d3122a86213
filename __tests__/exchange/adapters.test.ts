/** PEERS 5.3, 5.4: the ways to name an adapter, and a `fetch` of the caller's own. */
import { getAdapter } from 'axios';
import type { AxiosRequestConfig } from 'axios';
import { fresh, until, useBench } from './bench.js';
import type { Adapter } from './bench.js';
import { describeData } from './data.js';

const WAYS: Readonly<Record<string, { adapter?: Adapter; kind: 'http' | 'fetch' }>> = {
  'no adapter named': { kind: 'http' },
  "'http'": { adapter: 'http', kind: 'http' },
  "'fetch'": { adapter: 'fetch', kind: 'fetch' },
  "['xhr', 'http', 'fetch'], axios' default": { adapter: ['xhr', 'http', 'fetch'], kind: 'http' },
  "['fetch', 'http']": { adapter: ['fetch', 'http'], kind: 'fetch' },
  "getAdapter('http')": { adapter: getAdapter('http'), kind: 'http' },
  "getAdapter('fetch')": { adapter: getAdapter('fetch'), kind: 'fetch' },
  "[getAdapter('fetch')]": { adapter: [getAdapter('fetch')], kind: 'fetch' },
};

describe.each(Object.keys(WAYS))('%s', (name) => {
  const { adapter, kind } = WAYS[name]!;
  const bench = useBench(adapter);

  test.each(['arraybuffer', 'stream', 'blob', 'json'] as const)(
    '%s: a hit is of the kind that plain axios gives',
    async (type) => {
      bench.origin.reply('/a', { headers: fresh(), body: { a: 1 } });
      const api = bench.client();
      await api.get('/a');
      const hit = await api.get('/a', { responseType: type });
      expect(hit.cache.status).toBe('hit');
      expect(await describeData(hit.data)).toEqual(
        await describeData((await bench.plain().get('/a', { responseType: type })).data),
      );
    },
  );

  test('redirects are seen as far as the adapter shows them', async () => {
    bench.origin.reply('/a', { status: 302, headers: { location: '/b', 'cache-control': 'no-store' } });
    bench.origin.reply('/b', { headers: fresh(), body: 'b' });
    const api = bench.client();
    await api.get('/a');
    const { cache } = await api.get('/a');
    expect(cache.status).toBe('miss');
    expect(cache.explain()).toMatch(
      kind === 'http' ? /redirect that may not be stored/ : /redirects that this adapter does not show/,
    );
  });

  test('response.config has the adapter as the caller named it', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: 'a' });
    const { config } = await bench.plain().get('/a');
    const ours = await bench.client().get('/a');
    expect(ours.config.adapter).toEqual(config.adapter);
  });
});

describe("a fetch of the caller's own (env.fetch)", () => {
  const bench = useBench('fetch');

  test('is the one that is called, once for a miss and not for a hit', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: 'a' });
    const own = jest.fn<ReturnType<typeof fetch>, Parameters<typeof fetch>>((...parameters) => fetch(...parameters));
    const api = bench.client({}, { env: { fetch: own } } as AxiosRequestConfig as object);
    expect((await api.get('/a')).data).toBe('a');
    expect((await api.get('/a')).cache.status).toBe('hit');
    expect(own).toHaveBeenCalledTimes(1);
  });

  test('that answers by itself (msw) is cached like any other', async () => {
    const own = async (): Promise<Response> =>
      new Response('{"a":1}', { headers: { ...fresh(), 'content-type': 'application/json', 'content-length': '7' } });
    const api = bench.client({}, { env: { fetch: own } } as AxiosRequestConfig as object);
    for (const status of ['miss', 'hit']) {
      const { data, cache } = await api.get('/a');
      expect([data, cache.status]).toEqual([{ a: 1 }, status]);
    }
    expect(bench.origin.hits).toBe(0);
  });

  test('that rejects: the caller gets what plain axios gives', async () => {
    const own = (): Promise<Response> => Promise.reject(new TypeError('fetch failed'));
    const env = { env: { fetch: own } } as AxiosRequestConfig as object;
    const message = (error: Error & { code?: string }): string =>
      `${error.name} ${String(error.code)} ${error.message}`;
    const plain = await bench.plain(env).get('/a').catch(message);
    expect(await bench.client({}, env).get('/a').catch(message)).toBe(plain);
  });

  test('globalThis.fetch that is replaced later (as mocks do) is the one that is called', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: 'a' });
    const api = bench.client();
    await api.get('/a');
    const { fetch: original } = globalThis;
    const replaced = jest.fn(original);
    globalThis.fetch = replaced;
    try {
      await api.get('/a?2');
      await until(() => bench.origin.hits === 2);
      expect(replaced).toHaveBeenCalledTimes(1);
    } finally {
      globalThis.fetch = original;
    }
  });
});
