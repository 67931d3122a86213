/** Several services on one Redis: each client here has a plugin and connections of its own, as a process would. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AxiosResponse } from 'axios';
import { createClient } from '@keyv/redis';
import { redisStore } from 'axios-http-cache/redis';
import type { CacheOptions } from 'axios-http-cache';
import { startRedis } from '../helpers/redis-server.js';
import type { RedisServer } from '../helpers/redis-server.js';
import { useBench } from './bench.js';
import type { Client } from './bench.js';

jest.setTimeout(60_000);

const PATIENT = { timeout: 3_000, budget: 10_000 };
const FRESH = { 'cache-control': 'max-age=60' };

const bench = useBench('http');
let redis: RedisServer;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
beforeEach(async () => {
  await raw(async (client) => client.flushAll());
});

async function raw<T>(use: (client: ReturnType<typeof createClient>) => Promise<T>): Promise<T> {
  const client = createClient({ url: redis.url });
  await client.connect();
  try {
    return await use(client as never);
  } finally {
    client.destroy();
  }
}

function services(count: number, options: CacheOptions = {}): Client[] {
  return Array.from({ length: count }, () =>
    bench.client({ store: redisStore(redis.url), storage: PATIENT, ...options }),
  );
}

function all(clients: readonly Client[], each: number, path: string, config: object = {}): Promise<AxiosResponse[]> {
  return Promise.all(clients.flatMap((client) => Array.from({ length: each }, () => client.get(path, config))));
}

const statuses = (responses: readonly AxiosResponse[]): string[] => responses.map(({ cache }) => cache.status);

/** Waits until so many requests have reached the origin. */
async function reached(count: number): Promise<void> {
  while (bench.origin.hits < count) await sleep(2);
}

async function stored(client: Client): Promise<void> {
  while (client.cache.stats().store.pendingWrites > 0) await sleep(5);
}

test('promise 3: four services, a hundred requests, one origin request', async () => {
  bench.origin.reply('/cold', { headers: FRESH, body: { n: 1 }, delayMs: 150 });
  const answers = await all(services(4), 25, '/cold');
  expect(bench.origin.hits).toBe(1);
  expect(answers.map(({ data }) => data as unknown)).toEqual(Array(100).fill({ n: 1 }));
  expect(new Set(statuses(answers))).toEqual(new Set(['miss', 'hit']));
  const fromStore = answers.filter(({ cache }) => cache.status === 'hit');
  expect(fromStore).toHaveLength(75);
  expect(fromStore[0]?.cache).toMatchObject({ fromCache: true, collapsed: true });
  expect(fromStore[0]?.cache.explain()).toContain('Another process');
  expect(fromStore[0]?.headers['cache-status']).toMatch(/^axios-http-cache; hit; ttl=\d+$/);
  expect(services(1)[0]?.cache.stats().coalescing).toBe('fleet');
});

test('a service that comes while another asks waits for it, and no longer', async () => {
  bench.origin.reply('/slow', { headers: FRESH, body: 'once', delayMs: 400 });
  const [one, two] = services(2);
  const first = one?.get('/slow');
  await reached(1);
  const start = performance.now();
  expect((await two?.get('/slow'))?.data).toBe('once');
  expect(performance.now() - start).toBeLessThan(1_500);
  expect((await first)?.cache.status).toBe('miss');
  expect(bench.origin.hits).toBe(1);
});

test('what is for one request only makes nobody wait twice: all go at once, and the next burst does not wait', async () => {
  bench.origin.reply('/mine', { headers: { 'cache-control': 'no-store' }, body: 'yours', delayMs: 200 });
  const clients = services(3);
  const start = performance.now();
  await all(clients, 5, '/mine');
  expect(performance.now() - start).toBeLessThan(5 * 600);
  expect(bench.origin.hits).toBe(15);
  bench.origin.reset();
  const again = performance.now();
  await all(clients, 5, '/mine');
  expect(performance.now() - again).toBeLessThan(6 * 250);
  expect(bench.origin.hits).toBe(15);
});

test('a 503 storm: each service tries once, in parallel', async () => {
  bench.origin.reply('/down', { status: 503, body: 'busy', delayMs: 200 });
  const start = performance.now();
  const answers = await all(services(4), 10, '/down', { validateStatus: null });
  expect(performance.now() - start).toBeLessThan(5 * 500);
  expect(answers.map(({ status }) => status)).toEqual(Array(40).fill(503));
  expect(bench.origin.hits).toBeLessThanOrEqual(4);
});

test('a service whose answer never comes loses the lease by its own timeout, and another asks', async () => {
  bench.origin.reply('/hang', (_req, res, n) => (n === 1 ? undefined : res.writeHead(200, FRESH).end('late')));
  const [one, two] = services(2);
  const lost = one?.get('/hang', { timeout: 500 }).catch((error: unknown) => (error as Error).message);
  await reached(1);
  const answer = await two?.get('/hang', { timeout: 10_000 });
  expect(answer?.data).toBe('late');
  expect(await lost).toContain('timeout');
  expect(bench.origin.hits).toBe(2);
});

test('the last waiter that leaves lets the lease go at once', async () => {
  bench.origin.reply('/left', (_req, res, n) => (n === 1 ? undefined : res.writeHead(200, FRESH).end('ok')));
  const [one, two] = services(2);
  const leaving = new AbortController();
  const left = one?.get('/left', { signal: leaving.signal }).catch((error: unknown) => (error as Error).name);
  await reached(1);
  const waiting = two?.get('/left');
  await sleep(100);
  leaving.abort();
  const start = performance.now();
  expect((await waiting)?.data).toBe('ok');
  // Far less than the lease would have held.
  expect(performance.now() - start).toBeLessThan(1_500);
  expect(await left).toBe('CanceledError');
});

test('a waiter gives up at once when its caller does', async () => {
  bench.origin.reply('/wait', { headers: FRESH, body: 'x', delayMs: 700 });
  const [one, two] = services(2);
  const leading = one?.get('/wait');
  await reached(1);
  const leaving = new AbortController();
  const start = performance.now();
  const left = two?.get('/wait', { signal: leaving.signal }).catch((error: unknown) => (error as Error).name);
  await sleep(50);
  leaving.abort();
  expect(await left).toBe('CanceledError');
  expect(performance.now() - start).toBeLessThan(450);
  expect((await leading)?.data).toBe('x');
  expect(bench.origin.hits).toBe(1);
});

test('Vary: one origin request for each variant, however many services want it', async () => {
  bench.origin.reply('/vary', async (req, res) => {
    await sleep(150);
    res.writeHead(200, { ...FRESH, vary: 'Accept-Language' }).end(String(req.headers['accept-language']));
  });
  const clients = services(3);
  const ask = (language: string): Promise<AxiosResponse[]> =>
    all(clients, 5, '/vary', { headers: { 'Accept-Language': language } });
  const [german, french] = await Promise.all([ask('de'), ask('fr')]);
  expect(german.map(({ data }) => data as unknown)).toEqual(Array(15).fill('de'));
  expect(french.map(({ data }) => data as unknown)).toEqual(Array(15).fill('fr'));
  // Before the first answer nobody knows that there are variants: the others ask once more, each for its own.
  expect(bench.origin.hits).toBeLessThanOrEqual(2 + 3);
  bench.origin.reset();
  const third = await ask('it');
  expect(new Set(third.map(({ data }) => data as unknown))).toEqual(new Set(['it']));
  expect(bench.origin.hits).toBe(1);
});

test('a stale answer is refreshed by one service, while all serve it', async () => {
  bench.origin.reply('/swr', async (_req, res, n) => {
    if (n > 1) await sleep(200);
    res.writeHead(200, { 'cache-control': 'max-age=1, stale-while-revalidate=60' }).end(String(n));
  });
  const clients = services(3);
  await clients[0]?.get('/swr');
  await stored(clients[0]!);
  bench.advance(5);
  const answers = await all(clients, 20, '/swr');
  expect(new Set(statuses(answers))).toEqual(new Set(['stale']));
  await sleep(600);
  expect(bench.origin.hits).toBe(2);
});

test('a refresh that failed is not tried again by anybody for a while', async () => {
  bench.origin.reply('/broken', (_req, res, n) => {
    if (n > 1) res.writeHead(503).end();
    else res.writeHead(200, { 'cache-control': 'max-age=1, stale-while-revalidate=600' }).end('good');
  });
  const clients = services(3);
  await clients[0]?.get('/broken');
  await stored(clients[0]!);
  bench.advance(5);
  for (let round = 0; round < 4; round += 1) {
    expect(new Set(statuses(await all(clients, 3, '/broken')))).toEqual(new Set(['stale']));
    await sleep(100);
  }
  expect(bench.origin.hits).toBe(2);
});

describe('promise 6, across services', () => {
  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
    'T80 a %s in one service while another asks: what it asked for is not kept',
    async (method) => {
      let version = 'old';
      bench.origin.reply('/r', async (req, res) => {
        if (req.method !== 'GET') {
          version = 'new';
          res.writeHead(204).end();
          return;
        }
        const now = version;
        await sleep(300);
        res.writeHead(200, FRESH).end(now);
      });
      const [reader, writer] = services(2);
      const early = reader?.get('/r');
      await reached(1);
      await writer?.request({ method, url: '/r' });
      expect((await early)?.data).toBe('old');
      await stored(reader!);
      expect((await reader?.get('/r'))?.data).toBe('new');
      expect((await writer?.get('/r'))?.data).toBe('new');
    },
  );

  test('T81 a refresh that was under way', async () => {
    let version = 'old';
    bench.origin.reply('/s', async (req, res, n) => {
      if (req.method !== 'GET') {
        version = 'new';
        res.writeHead(204).end();
        return;
      }
      const now = version;
      if (n > 1) await sleep(300);
      res.writeHead(200, { 'cache-control': 'max-age=1, stale-while-revalidate=600' }).end(now);
    });
    const [reader, writer] = services(2);
    await reader?.get('/s');
    await stored(reader!);
    bench.advance(5);
    expect((await reader?.get('/s'))?.cache.status).toBe('stale');
    await reached(2);
    await writer?.post('/s');
    await sleep(500);
    for (const client of [reader, writer]) expect((await client?.get('/s'))?.data).toBe('new');
  });

  test('T79 every variant and every partition of the URL is over for all services', async () => {
    let version = 1;
    bench.origin.reply('/t', (req, res) => {
      if (req.method === 'POST') version += 1;
      res.writeHead(200, { ...FRESH, vary: 'Accept-Language' });
      res.end(`${String(version)} ${String(req.headers['accept-language'])} ${req.headers.authorization ?? ''}`);
    });
    const [one, two] = services(2);
    const visitors = ['de', 'fr'].flatMap((language) =>
      [undefined, 'Bearer alice', 'Bearer bob'].map((authorization) => ({
        'Accept-Language': language,
        ...(authorization !== undefined && { Authorization: authorization }),
      })),
    );
    for (const headers of visitors) await one?.get('/t', { headers });
    await stored(one!);
    for (const headers of visitors) expect((await two?.get('/t', { headers }))?.cache.status).toBe('hit');
    await two?.post('/t');
    for (const client of [one, two])
      for (const headers of visitors) expect((await client?.get('/t', { headers }))?.data).toMatch(/^2 /);
  });

  test('delete and clear() in one service outrank what another is fetching', async () => {
    let version = 'old';
    bench.origin.reply('/u', async (_req, res) => {
      const now = version;
      await sleep(300);
      res.writeHead(200, FRESH).end(now);
    });
    const [reader, other] = services(2);
    for (const forget of [
      (key: string) => other?.cache.delete({ keys: [key] }),
      () => other?.cache.delete({ urls: ['/u'] }),
      () => other?.cache.clear(),
    ]) {
      version = 'old';
      bench.origin.reset();
      const first = await reader?.get('/u');
      await stored(reader!);
      const late = reader?.get('/u', { cache: { forceRefresh: true } });
      await reached(2);
      version = 'new';
      await forget(first?.cache.key ?? '');
      expect((await late)?.data).toBe('old');
      await stored(reader!);
      expect((await other?.get('/u'))?.data).toBe('new');
      await other?.cache.clear();
    }
  });

  test('T83 a Redis that comes back with what it had before the POST', async () => {
    bench.origin.reply('/back', (req, res, n) =>
      res.writeHead(200, FRESH).end(req.method === 'GET' ? `answer ${String(n)}` : ''),
    );
    const [one] = services(1);
    await one?.get('/back');
    await stored(one!);
    const before = await raw(async (client) => {
      const names = await client.keys('*');
      return Promise.all(names.map(async (name) => [name, (await client.get(name)) ?? ''] as const));
    });
    await one?.post('/back');
    await raw(async (client) => {
      await client.flushAll();
      for (const [name, text] of before) await client.set(name, text);
    });
    expect((await one?.get('/back'))?.cache.status).toBe('miss');
    await sleep(1_500);
    // By now the others know too.
    expect((await services(1)[0]?.get('/back'))?.data).not.toBe('answer 1');
  });
});

test('an epoch that cannot be read ends what lies under it, and is replaced', async () => {
  bench.origin.reply('/odd', (_req, res, n) => res.writeHead(200, FRESH).end(`answer ${String(n)}`));
  const [one, two] = services(2);
  await one?.get('/odd');
  await stored(one!);
  expect((await two?.get('/odd'))?.cache.status).toBe('hit');
  await raw(async (client) => {
    for (const name of await client.keys('*epoch')) await client.set(name, 'junk');
  });
  expect((await two?.get('/odd'))?.data).toBe('answer 2');
  await stored(two!);
  await sleep(50);
  expect((await two?.get('/odd'))?.cache.status).toMatch(/hit|miss/);
  await stored(two!);
  expect((await one?.get('/odd'))?.cache.status).toBe('hit');
});

test('nothing of an epoch that Redis has lost is served', async () => {
  bench.origin.reply('/lost', (_req, res, n) => res.writeHead(200, FRESH).end(String(n)));
  const [one, two] = services(2);
  await one?.get('/lost');
  await stored(one!);
  await two?.post('/lost').catch(() => undefined);
  await two?.get('/lost');
  await stored(two!);
  await raw(async (client) => {
    for (const name of await client.keys('*epoch')) await client.del(name);
  });
  expect((await services(1)[0]?.get('/lost'))?.cache.status).toBe('miss');
});

test('an epoch that Redis has lost does not bring back the one before it', async () => {
  let version = 0;
  bench.origin.reply('/before', (req, res) => {
    if (req.method === 'POST') version += 1;
    res.writeHead(200, FRESH).end(`version ${String(version)}`);
  });
  const [one, two] = services(2);
  const alice = { headers: { Authorization: 'Bearer alice' } };
  await one?.post('/before');
  expect((await one?.get('/before', alice))?.data).toBe('version 1');
  await stored(one!);
  await two?.post('/before');
  await raw(async (client) => {
    for (const name of await client.keys('*epoch')) await client.del(name);
  });
  expect((await one?.get('/before', alice))?.data).toBe('version 2');
});

describe('a Redis that was emptied, and has forgotten an invalidation', () => {
  test.each([
    ['a reload', { cache: { forceRefresh: true } }],
    ['a stream', { responseType: 'stream' }],
    ['a request', {}],
  ] as const)('%s that began before it is not stored after it', async (_what, config) => {
    let version = 'old';
    bench.origin.reply('/emptied', async (req, res) => {
      if (req.method === 'POST') version = 'new';
      const now = version;
      if (req.method === 'GET' && now === 'old') await sleep(400);
      res.writeHead(200, FRESH).end(now);
    });
    const [reader, writer, other] = services(3);
    await Promise.all([writer?.get('/warm').catch(() => 0), other?.get('/warm').catch(() => 0)]);
    bench.origin.reset();
    const early = reader?.get('/emptied', config);
    await reached(1);
    await sleep(100);
    await writer?.post('/emptied');
    await raw((client) => client.flushAll());
    const { data } = (await early) ?? {};
    if (typeof data !== 'string') for await (const _chunk of data as AsyncIterable<Uint8Array>);
    await stored(reader!);
    expect((await other?.get('/emptied'))?.data).toBe('new');
  });

  test('a reload and a stream are stored where nothing was before', async () => {
    bench.origin.reply('/nothing', { headers: FRESH, body: 'x' });
    bench.origin.reply('/stream', { headers: FRESH, body: 'y' });
    const [one, two] = services(2);
    await one?.get('/nothing', { cache: { forceRefresh: true } });
    for await (const _chunk of (await one?.get('/stream', { responseType: 'stream' }))?.data as AsyncIterable<Buffer>);
    await stored(one!);
    await sleep(100);
    expect((await two?.get('/nothing'))?.cache.status).toBe('hit');
    expect((await two?.get('/stream'))?.cache.status).toBe('hit');
  });
});

test('T74 a lease that somebody blocks: the request goes to the origin by itself', async () => {
  bench.origin.reply('/blocked', { headers: FRESH, body: 'free' });
  const [one, two] = services(2, { storage: { ...PATIENT, waitTimeout: 400 } });
  const first = await one?.get('/blocked');
  await stored(one!);
  await one?.cache.clear();
  const name = `axios-http-cache:v1:lease:${first?.cache.key ?? ''}`;
  // Without a lifetime, and with one that no lease has: neither is believed.
  for (const text of ['junk', `evil ${String(Date.now() * 1_000 + 1e12)} 0 - 0 0`]) {
    await raw((client) => client.set(name, text));
    const start = performance.now();
    expect((await two?.get('/blocked'))?.data).toBe('free');
    expect(performance.now() - start).toBeLessThan(1_000);
    await stored(two!);
    await two?.cache.clear();
  }
  // Kept alive again and again by something that never asks.
  let isBlocking = true;
  const blocker = (async () => {
    await raw(async (client) => {
      while (isBlocking) {
        await client.set(name, `evil ${String(Date.now() * 1_000 + 2_000_000)} 0 - 0 0`);
        await sleep(20);
      }
    });
  })();
  await sleep(50);
  const start = performance.now();
  expect((await two?.get('/blocked'))?.data).toBe('free');
  expect(performance.now() - start).toBeLessThan(5 * 500);
  isBlocking = false;
  await blocker;
  expect(bench.events.filter(({ type, operation }) => type === 'error' && operation === 'lease')).toHaveLength(1);
});

test('T75 forged news wakes nobody but to look', async () => {
  bench.origin.reply('/forged', { headers: FRESH, body: 'genuine', delayMs: 600 });
  const [one, two] = services(2);
  const leading = one?.get('/forged');
  await reached(1);
  const waiting = two?.get('/forged');
  await sleep(100);
  await raw(async (client) => {
    const [name] = await client.keys('*lease:*');
    for (let n = 0; n < 2_000; n += 1)
      await client.publish('axios-http-cache:flights', n % 2 === 0 ? `junk ${String(n)}` : `nonsense ${String(name)}`);
    await client.publish('axios-http-cache:flights', `released ${String(name)}`);
  });
  expect((await leading)?.data).toBe('genuine');
  expect((await waiting)?.data).toBe('genuine');
  expect(bench.origin.hits).toBe(1);
});

test('pub/sub that is lost, or not allowed: those who wait look for themselves', async () => {
  bench.origin.reply('/quiet', { headers: FRESH, body: 'x', delayMs: 500 });
  const [one, two] = services(2);
  const leading = one?.get('/quiet');
  await reached(1);
  const waiting = two?.get('/quiet');
  await sleep(150);
  await raw(async (client) => client.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub']));
  const start = performance.now();
  expect((await leading)?.data).toBe('x');
  expect((await waiting)?.data).toBe('x');
  expect(performance.now() - start).toBeLessThan(350 + 3 * 400);
  expect(bench.origin.hits).toBe(1);
});

test('what the store is still to be told of is counted', async () => {
  bench.origin.reply('/untold', { headers: FRESH, body: 'x' });
  const own = await startRedis();
  try {
    const client = bench.client({ store: redisStore(own.url) });
    await client.post('/untold');
    expect(client.cache.stats().store.pendingInvalidations).toBe(0);
    own.pause();
    await client.post('/untold');
    expect(client.cache.stats().store.pendingInvalidations).toBe(1);
    own.resume();
    const start = performance.now();
    while (client.cache.stats().store.pendingInvalidations !== 0) await sleep(20);
    expect(performance.now() - start).toBeLessThan(3 * 3_500);
  } finally {
    await own.stop();
  }
});
