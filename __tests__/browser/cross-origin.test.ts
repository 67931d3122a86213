/** What a browser keeps from a script that asks another origin (CORS), and what becomes of the cache there. */
import type { ServerResponse } from 'node:http';
import { cors, methodsFor, useStage } from './stage.js';
import type { CorsOptions } from './stage.js';
import type { Handler, Origin } from '../helpers/origin.js';

const stage = useStage();

const text = (res: ServerResponse, body: string, headers: Record<string, string>): unknown =>
  res.writeHead(200, { 'content-type': 'text/plain', ...headers }).end(body);

/** The validators that came along with the requests for a path that are no preflights. */
const validatorsFor = (origin: Origin, path: string): (string | undefined)[] =>
  origin.requests
    .filter(({ url, method }) => url === path && method !== 'OPTIONS')
    .map(({ headers }) => headers['if-none-match']);

describe.each(['xhr', 'fetch'] as const)('%s: validation', (adapter) => {
  const versioned: Handler = (req, res, n) => {
    res.setHeader('etag', '"one"');
    res.setHeader('cache-control', 'max-age=1');
    if (req.headers['if-none-match'] === '"one"') res.writeHead(304).end();
    else text(res, `body ${String(n)}`, {});
  };

  /** Asks three times, each time for what has become stale. */
  async function statuses(options: CorsOptions): Promise<string[]> {
    stage.api.reply('/v', cors(versioned, options));
    const page = await stage.open();
    return page.evaluate(
      async ([adapter, url]) => {
        const { axios, cachePlugin } = window.lab;
        let now = Date.now();
        const api = axios.create({ adapter }).use(cachePlugin({ clock: () => now }));
        const statuses: string[] = [];
        for (let i = 0; i < 3; i += 1) {
          const { data, cache } = await api.get(url);
          statuses.push(`${cache.status}: ${String(data)}`);
          now += 10_000;
          // So long that it is stale for the browser's own cache too.
          await new Promise((resolve) => setTimeout(resolve, 1_200));
        }
        return statuses;
      },
      [adapter, `${stage.api.url}/v`] as const,
    );
  }

  test('where validators are exposed and welcome, a 304 confirms', async () => {
    expect(await statuses({ expose: 'ETag', allow: 'If-None-Match' })).toEqual([
      'miss: body 1',
      'revalidated: body 1',
      'revalidated: body 1',
    ]);
    expect(validatorsFor(stage.api, '/v')).toEqual([undefined, '"one"', '"one"']);
  });

  test('where the preflight refuses them, the request is made without, and not with them again', async () => {
    expect(await statuses({ expose: 'ETag' })).toEqual(['miss: body 1', 'miss: body 1', 'miss: body 1']);
    // The validators that arrive are those of the browser's own cache, which needs no leave.
    expect(methodsFor(stage.api, '/v')).toEqual(['GET', 'OPTIONS', 'GET', 'GET']);
  });

  test('where the tag is hidden, the browser’s own cache validates', async () => {
    expect(await statuses({ allow: 'If-None-Match' })).toEqual(['miss: body 1', 'miss: body 1', 'miss: body 1']);
    expect(methodsFor(stage.api, '/v')).toEqual(['GET', 'GET', 'GET']);
  });

  test('an origin that cannot be reached is an error, and is asked with validators when it is back', async () => {
    let isAway = false;
    stage.api.reply(
      '/v',
      cors((req, res, n) => (isAway ? res.destroy() : versioned(req, res, n)), {
        expose: 'ETag',
        allow: 'If-None-Match',
      }),
    );
    const page = await stage.open();
    await page.exposeFunction('away', (value: boolean) => (isAway = value));
    const seen = await page.evaluate(
      async ([adapter, url]) => {
        const { away } = window as unknown as { away: (value: boolean) => Promise<void> };
        const { axios, cachePlugin } = window.lab;
        let now = Date.now();
        const api = axios.create({ adapter }).use(cachePlugin({ clock: () => now }));
        await api.get(url);
        now += 10_000;
        await new Promise((resolve) => setTimeout(resolve, 1_200));
        await away(true);
        const failure = await api.get(url).catch((error: unknown) => error);
        await away(false);
        return { code: (failure as { code?: string }).code, cache: (await api.get(url)).cache.status };
      },
      [adapter, `${stage.api.url}/v`] as const,
    );
    expect(seen).toEqual({ code: 'ERR_NETWORK', cache: 'revalidated' });
  });
});

test('a stream whose validators are refused comes without them', async () => {
  stage.api.reply(
    '/v',
    cors((_req, res, n) => text(res, `body ${String(n)}`, { etag: '"one"', 'cache-control': 'no-cache' }), {
      expose: 'ETag',
    }),
  );
  const page = await stage.open();
  const seen = await page.evaluate(async (url) => {
    const { axios, cachePlugin } = window.lab;
    const api = axios.create({ adapter: 'fetch' }).use(cachePlugin());
    await api.get(url);
    const { data, cache } = await api.get<ReadableStream>(url, { responseType: 'stream' });
    return [cache.status, await new Response(data).text()];
  }, `${stage.api.url}/v`);
  // The second request was the preflight.
  expect(seen).toEqual(['miss', 'body 3']);
});

test.each(['xhr', 'fetch'] as const)('%s: what a hidden Vary may have decided by lies apart', async (adapter) => {
  stage.api.reply(
    '/l',
    cors((req, res) =>
      text(res, `${String(req.headers['accept-language'])} ${String(req.headers.accept)}`, {
        'cache-control': 'max-age=60',
        vary: 'Accept, Accept-Language',
      }),
    ),
  );
  const page = await stage.open();
  const seen = await page.evaluate(
    async ([adapter, url]) => {
      const { axios, cachePlugin } = window.lab;
      const api = axios.create({ adapter }).use(cachePlugin());
      const get = async (language: string, accept: string): Promise<string> => {
        const { data, cache } = await api.get(url, { headers: { 'Accept-Language': language, Accept: accept } });
        return `${cache.status}: ${String(data)}`;
      };
      return [
        await get('fr', 'text/a'),
        await get('de', 'text/a'),
        await get('de', 'text/b'),
        await get('fr', 'text/a'),
      ];
    },
    [adapter, `${stage.api.url}/l`] as const,
  );
  expect(seen).toEqual(['miss: fr text/a', 'miss: de text/a', 'miss: de text/b', 'hit: fr text/a']);
});

describe('the browser’s own cache, over fetch', () => {
  /** What is answered after each of some steps, where every answer may be kept for a minute. */
  async function bodiesAfter(fetchOptions: RequestInit): Promise<string[]> {
    stage.api.reply(
      '/n',
      cors((_req, res, n) => text(res, `body ${String(n)}`, { 'cache-control': 'max-age=60' })),
    );
    const page = await stage.open();
    return page.evaluate(
      async ([url, fetchOptions]) => {
        const { axios, cachePlugin } = window.lab;
        const api = axios.create({ adapter: 'fetch', fetchOptions } as object).use(cachePlugin({ tags: ['n'] }));
        const get = async (cache: object = {}): Promise<string> => String((await api.get(url, { cache })).data);
        const bodies = [await get(), await get(), await get({ forceRefresh: true })];
        await api.cache.delete({ urls: [url] });
        bodies.push(await get());
        await api.cache.delete({ tags: ['n'] });
        bodies.push(await get());
        await api.cache.clear();
        bodies.push(await get());
        return bodies;
      },
      [`${stage.api.url}/n`, fetchOptions as object] as const,
    );
  }

  test('answers neither forceRefresh nor what was invalidated', async () => {
    expect(await bodiesAfter({})).toEqual(['body 1', 'body 1', 'body 2', 'body 3', 'body 4', 'body 5']);
  });

  test('does as fetchOptions say where they say something', async () => {
    expect(await bodiesAfter({ cache: 'force-cache' })).toEqual(Array(6).fill('body 1'));
  });

  test('is out of it with cache: no-store, also for another cache in the page', async () => {
    stage.api.reply(
      '/n',
      cors((_req, res, n) => text(res, `body ${String(n)}`, { 'cache-control': 'max-age=60' })),
    );
    const page = await stage.open();
    const bodies = await page.evaluate(async (url) => {
      const { axios, cachePlugin } = window.lab;
      const bodies: unknown[] = [];
      for (let i = 0; i < 2; i += 1) {
        const api = axios
          .create({ adapter: 'fetch', fetchOptions: { cache: 'no-store' } } as object)
          .use(cachePlugin());
        bodies.push((await api.get(url)).data, (await api.get(url)).data);
      }
      return bodies;
    }, `${stage.api.url}/n`);
    expect(bodies).toEqual(['body 1', 'body 1', 'body 2', 'body 2']);
  });
});
