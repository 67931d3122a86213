/** What the cache does in a real browser, over both of its adapters, with the browser's own cache beside it. */
import type { ServerResponse } from 'node:http';
import { useStage } from './stage.js';
import type { Handler } from '../helpers/origin.js';

const stage = useStage();

const fresh = { 'cache-control': 'max-age=60' };
const text = (res: ServerResponse, body: string, headers: Record<string, string> = fresh): unknown =>
  res.writeHead(200, { 'content-type': 'text/plain', ...headers }).end(body);

describe.each(['xhr', 'fetch'] as const)('%s', (adapter) => {
  test('a miss, a hit, and what is said of them', async () => {
    stage.site.reply('/a', { headers: fresh, body: { n: 1 } });
    const page = await stage.open();
    const seen = await page.evaluate(async (adapter) => {
      const { axios, cachePlugin } = window.lab;
      const api = axios.create({ adapter }).use(cachePlugin());
      const miss = await api.get('/a');
      const hit = await api.get('/a');
      hit.data.n = 2;
      const { data, cache, headers } = await api.get('/a');
      return {
        statuses: [miss.cache.status, hit.cache.status, cache.status],
        data,
        field: headers['cache-status'],
        explained: cache.explain(),
        figures: api.cache.stats().hit,
      };
    }, adapter);
    expect(seen).toMatchObject({ statuses: ['miss', 'hit', 'hit'], data: { n: 1 }, figures: 2 });
    expect(seen.field).toMatch(/^axios-http-cache; hit; ttl=\d+$/);
    expect(seen.explained).toMatch(/^A stored response was served: it is younger than its lifetime/);
    expect(stage.site.hitsFor('/a')).toBe(1);
  });

  test('a stale response is validated, and the browser’s own cache hides neither question nor answer', async () => {
    const reply: Handler = (req, res, n) => {
      res.setHeader('etag', '"one"');
      res.setHeader('cache-control', 'max-age=1');
      if (req.headers['if-none-match'] === '"one"') res.writeHead(304).end();
      else text(res, `body ${String(n)}`, {});
    };
    stage.site.reply('/v', reply);
    const page = await stage.open();
    const seen = await page.evaluate(async (adapter) => {
      const { axios, cachePlugin } = window.lab;
      const api = axios.create({ adapter }).use(cachePlugin());
      await api.get('/v');
      await new Promise((resolve) => setTimeout(resolve, 1_200));
      const { status, data, cache } = await api.get('/v');
      return { status, data, cache: cache.status, again: (await api.get('/v')).cache.status };
    }, adapter);
    expect(seen).toEqual({ status: 200, data: 'body 1', cache: 'revalidated', again: 'hit' });
    expect(
      stage.site.requests.filter(({ url }) => url === '/v').map(({ headers }) => headers['if-none-match']),
    ).toEqual([undefined, '"one"']);
  });

  test('stale at once, refreshed behind it, and not from what is stale in the browser’s own cache', async () => {
    const headers = { 'cache-control': 'max-age=1, stale-while-revalidate=60' };
    stage.site.reply('/s', (_req, res, n) => {
      // Over XMLHttpRequest only a validator keeps that out of it.
      const validator: Record<string, string> = adapter === 'xhr' ? { etag: `"${String(n)}"` } : {};
      setTimeout(() => text(res, `body ${String(n)}`, { ...headers, ...validator }), 100);
    });
    const page = await stage.open();
    const seen = await page.evaluate(async (adapter) => {
      const { axios, cachePlugin } = window.lab;
      const api = axios.create({ adapter }).use(cachePlugin());
      const answers: string[] = [];
      const get = async (): Promise<void> => {
        const { data, cache } = await api.get('/s');
        answers.push(`${cache.status}: ${String(data)}`);
      };
      await get();
      await new Promise((resolve) => setTimeout(resolve, 1_200));
      const refreshed = new Promise((resolve) => {
        api.cache.on('refreshed', resolve);
      });
      const [event] = await Promise.all([refreshed, get()]);
      await get();
      return { answers, url: (event as { url: string }).url };
    }, adapter);
    expect(seen.answers.slice(0, 2)).toEqual(['miss: body 1', 'stale: body 1']);
    // On a busy machine it may be stale again by now.
    expect(seen.answers[2]).toMatch(/: body 2$/);
    expect(seen.url).toBe(`${stage.site.url}/s`);
    expect(stage.site.hitsFor('/s')).toBeGreaterThanOrEqual(2);
  });

  test('Vary keeps variants apart', async () => {
    stage.site.reply('/l', (req, res) =>
      text(res, String(req.headers['accept-language']), { ...fresh, vary: 'Accept-Language' }),
    );
    const page = await stage.open();
    const seen = await page.evaluate(async (adapter) => {
      const { axios, cachePlugin } = window.lab;
      const api = axios.create({ adapter }).use(cachePlugin());
      const get = async (language: string): Promise<string> => {
        const { data, cache } = await api.get('/l', { headers: { 'Accept-Language': language } });
        return `${cache.status}: ${String(data)}`;
      };
      return [await get('fr'), await get('de'), await get('fr'), await get('de')];
    }, adapter);
    expect(seen).toEqual(['miss: fr', 'miss: de', 'hit: fr', 'hit: de']);
  });

  test('one entry serves arraybuffer, blob, text and json, as the adapter itself would', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    stage.site.reply('/bytes', { headers: fresh, body: bytes });
    stage.site.reply('/json', { headers: fresh, body: { é: [1, '€'] } });
    const page = await stage.open();
    const seen = await page.evaluate(async (adapter) => {
      const { axios, cachePlugin } = window.lab;
      const plain = axios.create({ adapter });
      const api = axios.create({ adapter }).use(cachePlugin());
      const describe = async (data: unknown): Promise<unknown> => {
        if (data instanceof ArrayBuffer) return ['ArrayBuffer', ...new Uint8Array(data)];
        if (data instanceof Blob) return ['Blob', data.type, ...new Uint8Array(await data.arrayBuffer())];
        return [typeof data, data];
      };
      const seen = [];
      for (const url of ['/bytes', '/json']) {
        for (const responseType of ['arraybuffer', 'blob', 'text', 'json'] as const) {
          const { data, cache } = await api.get(url, { responseType });
          const direct = await plain.get(url, { responseType });
          seen.push({ cache: cache.status, ours: await describe(data), plain: await describe(direct.data) });
        }
      }
      return seen;
    }, adapter);
    expect(seen.map(({ cache }) => cache)).toEqual(['miss', 'hit', 'hit', 'hit', 'miss', 'hit', 'hit', 'hit']);
    for (const { ours, plain } of seen) expect(ours).toEqual(plain);
    expect(seen[0]?.ours).toEqual(['ArrayBuffer', ...bytes]);
    expect(seen[1]?.ours).toEqual(['Blob', 'application/octet-stream', ...bytes]);
  });

  test('who aborts in flight gets its own error, and the origin hears of it', async () => {
    let closed = 0;
    stage.site.reply('/slow', (_req, res, n) => {
      res.on('close', () => (closed += res.writableEnded ? 0 : 1));
      if (n > 1) text(res, 'whole');
      else res.writeHead(200, fresh).write('half');
    });
    const page = await stage.open();
    const seen = await page.evaluate(async (adapter) => {
      const { axios, cachePlugin } = window.lab;
      const api = axios.create({ adapter }).use(cachePlugin());
      const abort = new AbortController();
      const asking = api.get('/slow', { signal: abort.signal });
      setTimeout(() => {
        abort.abort();
      }, 300);
      const error = await asking.catch((error: unknown) => error);
      const { data, cache } = await api.get('/slow');
      return { isCancel: axios.isCancel(error), code: (error as { code?: string }).code, data, cache: cache.status };
    }, adapter);
    expect(seen).toEqual({ isCancel: true, code: 'ERR_CANCELED', data: 'whole', cache: 'miss' });
    expect(closed).toBe(1);
  });

  test('of two who share a request, one may abort', async () => {
    stage.site.reply('/slow', (_req, res) => {
      setTimeout(() => text(res, 'whole'), 400);
    });
    const page = await stage.open();
    const seen = await page.evaluate(async (adapter) => {
      const { axios, cachePlugin } = window.lab;
      const api = axios.create({ adapter }).use(cachePlugin());
      const abort = new AbortController();
      const both = [api.get('/slow', { signal: abort.signal }), api.get('/slow')];
      setTimeout(() => {
        abort.abort();
      }, 100);
      const [one, other] = await Promise.allSettled(both);
      return {
        one: one?.status,
        other: other?.status === 'fulfilled' && other.value.data,
        after: (await api.get('/slow')).cache.status,
      };
    }, adapter);
    expect(seen).toEqual({ one: 'rejected', other: 'whole', after: 'hit' });
    expect(stage.site.hitsFor('/slow')).toBe(1);
  });

  test('a POST ends what is stored for its URL, and what it says it makes untrue', async () => {
    for (const path of ['/list', '/sum', '/other'])
      stage.site.reply(path, (_req, res, n) => text(res, `${path} ${String(n)}`, { 'cache-control': 'max-age=60' }));
    const page = await stage.open();
    const seen = await page.evaluate(async (adapter) => {
      const { axios, cachePlugin } = window.lab;
      const api = axios.create({ adapter }).use(cachePlugin());
      const all = () => Promise.all(['/list', '/sum', '/other'].map((url) => api.get(url)));
      await all();
      await api.post('/list', { a: 1 }, { cache: { invalidates: ['/sum'] } });
      return (await all()).map(({ cache, data }) => [cache.status, data]);
    }, adapter);
    // The other one's number is that of its first request: nothing else was asked for it.
    expect(seen).toEqual([
      ['miss', '/list 3'],
      // Over XMLHttpRequest nobody can keep the browser's own cache from answering.
      ['miss', adapter === 'fetch' ? '/sum 2' : '/sum 1'],
      ['hit', '/other 1'],
    ]);
  });

  test('a stale answer stands in for an origin that cannot be reached', async () => {
    stage.site.reply('/e', (_req, res, n) =>
      n === 1 ? text(res, 'good', { 'cache-control': 'max-age=0' }) : res.destroy(),
    );
    const page = await stage.open();
    const seen = await page.evaluate(async (adapter) => {
      const { axios, cachePlugin } = window.lab;
      const api = axios.create({ adapter }).use(cachePlugin({ staleIfError: true }));
      await api.get('/e');
      const { data, cache } = await api.get('/e');
      const failure = await api.get('/e', { cache: { staleIfError: false } }).catch((error: unknown) => error);
      return { data, cache: cache.status, reason: cache.reason, code: (failure as { code?: string }).code };
    }, adapter);
    expect(seen).toEqual({ data: 'good', cache: 'stale', reason: 'stale-if-error', code: 'ERR_NETWORK' });
  });
});

describe('streams, over fetch', () => {
  test('a miss arrives as it comes, and serves the next as a stream and as text', async () => {
    stage.site.reply('/stream', (_req, res) => {
      res.writeHead(200, { ...fresh, 'content-type': 'text/plain' }).write('first ');
      setTimeout(() => res.end('second'), 300);
    });
    const page = await stage.open();
    const seen = await page.evaluate(async () => {
      const { axios, cachePlugin } = window.lab;
      const api = axios.create({ adapter: 'fetch' }).use(cachePlugin());
      const read = async (): Promise<{ cache: string; chunks: string[] }> => {
        const { data, cache } = await api.get<ReadableStream<Uint8Array>>('/stream', { responseType: 'stream' });
        const chunks: string[] = [];
        const reader = data.getReader();
        for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read())
          chunks.push(new TextDecoder().decode(chunk.value));
        return { cache: cache.status, chunks };
      };
      const miss = await read();
      const hit = await read();
      const { data } = await api.get('/stream');
      return { miss, hit, text: data as string };
    });
    expect(seen.miss).toEqual({ cache: 'miss', chunks: ['first ', 'second'] });
    expect([seen.hit.cache, seen.hit.chunks.join('')]).toEqual(['hit', 'first second']);
    expect(seen.text).toBe('first second');
    expect(stage.site.hitsFor('/stream')).toBe(1);
  });

  test('one that its reader gives up is not stored', async () => {
    stage.site.reply('/stream', (_req, res, n) => {
      res.writeHead(200, { ...fresh, 'content-type': 'text/plain' }).write('half');
      if (n > 1) res.end();
    });
    const page = await stage.open();
    const statuses = await page.evaluate(async () => {
      const { axios, cachePlugin } = window.lab;
      // Chromium's own cache would hold the next request up until it has noticed that this one was given up.
      const fetchOptions = { cache: 'no-store' };
      const api = axios.create({ adapter: 'fetch', fetchOptions } as object).use(cachePlugin());
      const { data, cache } = await api.get<ReadableStream>('/stream', { responseType: 'stream' });
      await data.cancel();
      return [cache.status, (await api.get('/stream')).cache.status];
    });
    expect(statuses).toEqual(['miss', 'miss']);
  });
});
