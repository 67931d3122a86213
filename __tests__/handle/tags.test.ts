/** Tags: from options and from Cache-Tag, and their end in every service on the same store, also for what is under way. */
import { redisStore } from 'axios-http-cache/redis';
import { fresh, until, useBench } from '../exchange/bench.js';
import type { Client } from '../exchange/bench.js';
import { startRedis } from '../helpers/redis-server.js';
import { aNamespace, startStores, unlistable } from './stores.js';
import type { Stores } from './stores.js';

let stores: Stores;
beforeAll(async () => {
  stores = await startStores();
});
afterAll(() => stores.end());

const bench = useBench('http');
const status = async (api: Client, path: string): Promise<string> => (await api.get(path)).cache.status;
const PATIENT = { timeout: 3_000, budget: 10_000 };

/** Two services on one Redis. */
function services(): [Client, Client] {
  const namespace = aNamespace();
  const service = (): Client => bench.client({ store: redisStore(stores.redis.url), namespace, storage: PATIENT });
  return [service(), service()];
}

/** An answer that is held back until `release` is called; what it says was true when it was asked for. */
function held(path: string, tags: string): { release: () => void } {
  let value = 'old';
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  bench.origin.reply(path, async (req, res, n) => {
    if (req.method !== 'GET') {
      value = 'new';
      res.end();
      return;
    }
    const answer = value;
    if (n === 1) await gate;
    res.writeHead(200, fresh({ 'cache-tag': tags })).end(answer);
  });
  return { release };
}

test('tags of the options and of Cache-Tag are kept together', async () => {
  bench.origin.reply('/a', { headers: fresh({ 'cache-tag': ' one, two ,,three' }), body: 'a' });
  const api = bench.client({ tags: ({ url }) => [url.slice(-2), 'two'] });
  await api.get('/a');
  expect((await api.cache.get('/a'))?.tags).toEqual(['/a', 'two', 'one', 'three']);
  expect(await api.cache.delete({ tags: ['three'] })).toBe(1);
});

test('tags of a single request', async () => {
  bench.origin.reply('/a', { headers: fresh(), body: 'a' });
  const api = bench.client();
  await api.get('/a', { cache: { tags: ['mine'] } });
  expect(await api.cache.delete({ tags: ['other'] })).toBe(0);
  expect(await api.cache.delete({ tags: ['mine'] })).toBe(1);
  expect(bench.events.filter(({ type }) => type === 'invalidated')).toMatchObject([{ tag: 'other' }, { tag: 'mine' }]);
});

test('a deletion reaches every service on the same Redis', async () => {
  for (const path of ['/a', '/b'])
    bench.origin.reply(path, { headers: fresh({ 'cache-tag': `t, ${path}` }), body: path });
  const [one, other] = services();
  for (const path of ['/a', '/b']) {
    await one.get(path);
    await until(async () => (await status(other, path)) === 'hit');
  }
  expect(await other.cache.delete({ tags: ['/a'] })).toBe(1);
  expect(await status(one, '/a')).toBe('miss');
  expect(await status(one, '/b')).toBe('hit');
  await until(async () => (await status(one, '/a')) === 'hit');
  await until(async () => (await status(other, '/a')) === 'hit');
});

test('what is under way in this process is not stored, nor joined', async () => {
  const { release } = held('/a', 't');
  const api = bench.client();
  const early = api.get('/a');
  await until(() => bench.origin.hits === 1);
  await bench.plain().post('/a');
  await api.cache.delete({ tags: ['t'] });
  const late = api.get('/a');
  await until(() => bench.origin.hitsFor('/a') === 3);
  release();
  expect((await early).data).toBe('old');
  expect((await early).cache.explain()).toMatch(/not stored: it was asked for before/);
  expect((await late).data).toBe('new');
  expect((await api.get('/a')).data).toBe('new');
});

test('what is under way in this process and carries other tags is stored', async () => {
  const { release } = held('/a', 'other');
  const api = bench.client();
  const early = api.get('/a');
  await until(() => bench.origin.hits === 1);
  await api.cache.delete({ tags: ['t'] });
  release();
  expect((await early).cache.stored).toBe(true);
  expect(await status(api, '/a')).toBe('hit');
});

test('what is under way in another service for the first time does not survive', async () => {
  const { release } = held('/a', 't');
  const [one, other] = services();
  const early = one.get('/a');
  await until(() => bench.origin.hits === 1);
  await bench.plain().post('/a');
  await other.cache.delete({ tags: ['t'] });
  release();
  await early;
  await until(() => bench.events.some(({ type, reason }) => type === 'not-stored' && reason === 'superseded'));
  await until(async () => !(await other.cache.has('/a')));
  expect((await other.get('/a')).data).toBe('new');
  // What was asked for afterwards stays.
  await until(async () => (await status(one, '/a')) === 'hit');
  expect((await one.get('/a')).data).toBe('new');
});

test('a refresh under way in another service of what was there does not survive', async () => {
  let value = 'old';
  bench.origin.reply('/a', async (_req, res, n) => {
    const answer = value;
    if (n === 2) await until(() => value === 'new');
    res.writeHead(200, fresh({ 'cache-tag': 't', date: bench.date() })).end(answer);
  });
  const [one, other] = services();
  await one.get('/a');
  await until(async () => other.cache.has('/a'));
  const refresh = one.get('/a', { cache: { forceRefresh: true } });
  await until(() => bench.origin.hits === 2);
  expect(await other.cache.delete({ tags: ['t'] })).toBe(1);
  value = 'new';
  expect((await refresh).data).toBe('old');
  await until(async () => (await status(one, '/a')) === 'hit');
  expect((await one.get('/a')).data).toBe('new');
  expect((await other.get('/a')).data).toBe('new');
});

test('a store that hangs when a tag is deleted: nothing of it is served by this process, nor by others once it is back', async () => {
  const redis = await startRedis();
  try {
    bench.origin.reply('/a', { headers: fresh({ 'cache-tag': 't' }), body: 'a' });
    const service = (): Client =>
      bench.client({ store: redisStore(redis.url), storage: { breaker: { probeEvery: 100 } } });
    const [one, other] = [service(), service()];
    await until(async () => (await status(one, '/a')) === 'hit');
    await until(async () => (await status(other, '/a')) === 'hit');
    redis.pause();
    await one.cache.delete({ tags: ['t'] });
    expect(await status(one, '/a')).toBe('miss');
    redis.resume();
    const asked = bench.origin.hits;
    await until(async () => !(await other.cache.has('/a')));
    await until(async () => (await status(one, '/a')) === 'hit');
    expect(bench.origin.hits).toBeGreaterThan(asked);
  } finally {
    await redis.stop();
  }
});

describe('invalidates', () => {
  beforeEach(() => {
    for (const path of ['/a', '/b', '/c']) {
      bench.origin.reply(path, (req, res) => {
        const isGet = req.method === 'GET';
        const code = isGet ? 200 : Number(req.headers['x-status'] ?? 200);
        res.writeHead(code, isGet ? fresh({ 'cache-tag': path === '/c' ? 'letters' : 'none' }) : {}).end(path);
      });
    }
  });
  const invalidates = ['/b', { tags: ['letters'] }];

  test('a mutation that succeeded ends other URLs and tags, by the time its caller is answered', async () => {
    const api = bench.client();
    for (const path of ['/a', '/b', '/c']) await api.get(path);
    await api.post('/x', {}, { cache: { invalidates }, validateStatus: null });
    expect(await status(api, '/b')).toBe('hit');
    await api.post('/a', {}, { cache: { invalidates } });
    for (const path of ['/a', '/b', '/c']) expect(await status(api, path)).toBe('miss');
    expect(bench.events.filter(({ type }) => type === 'invalidated')).toMatchObject([
      { url: `${bench.origin.url}/a` },
      { url: `${bench.origin.url}/b` },
      { tag: 'letters' },
    ]);
  });

  test.each([400, 404, 500])('one that was answered %i ends nothing', async (code) => {
    const api = bench.client();
    for (const path of ['/b', '/c']) await api.get(path);
    const headers = { 'x-status': String(code) };
    await api.put('/a', {}, { headers, validateStatus: () => true, cache: { invalidates } });
    for (const path of ['/b', '/c']) expect(await status(api, path)).toBe('hit');
  });

  test('one that its caller rejects, and one through methods that are cached', async () => {
    const api = bench.client({ methods: ['GET', 'POST'] });
    for (const path of ['/b', '/c']) await api.get(path);
    await expect(api.post('/a', {}, { validateStatus: () => false, cache: { invalidates: ['/b'] } })).rejects.toThrow();
    expect(await status(api, '/b')).toBe('miss');
    await api.post('/a', {}, { cache: { invalidates: [{ tags: ['letters'] }] } });
    expect(await status(api, '/c')).toBe('miss');
  });

  test('reaches other services', async () => {
    const [one, other] = services();
    for (const path of ['/b', '/c']) {
      await one.get(path);
      await until(async () => (await status(other, path)) === 'hit');
    }
    await one.post('/a', {}, { cache: { invalidates } });
    for (const path of ['/b', '/c']) await until(async () => (await status(other, path)) === 'miss');
  });

  test('on a store that cannot iterate, URLs end, and tags are an event', async () => {
    const api = bench.client({ store: unlistable() });
    await api.get('/b');
    await api.post('/a', {}, { cache: { invalidates } });
    expect(await status(api, '/b')).toBe('miss');
    expect(bench.events).toContainEqual(expect.objectContaining({ type: 'error', operation: 'invalidates' }));
  });

  test('belongs to a request, and is checked', async () => {
    expect(() => bench.plugin({ invalidates: ['/a'] })).toThrow('each request says what it makes untrue');
    for (const wrong of ['/a', [5], [{ tag: 'x' }], [{ tags: 'x' }], [{ tags: ['x'], urls: [] }]])
      await expect(bench.client().post('/a', {}, { cache: { invalidates: wrong as never } })).rejects.toThrow(
        'takes a list of URLs and of objects { tags }',
      );
  });
});

describe('delete({ invalid: true })', () => {
  test('removes what cannot be read, and what ended and still lies there', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: 'a' });
    bench.origin.reply('/b', { headers: fresh(), body: 'b' });
    const map = new Map<string, unknown>();
    const api = bench.client({ store: map });
    await api.get('/a');
    await api.get('/b');
    await until(() => map.size === 2);
    const { key } = (await api.cache.get('/a'))!;
    const [name] = [...map.keys()].filter((candidate) => candidate.endsWith(key));
    const text = map.get(name!) as string;
    map.set(name!, `${text}!`);
    // Another version's, and somebody else's.
    map.set('axios-http-cache:v1:{x}other', '{"v":99,"key":1}\n');
    map.set('theirs', 'nothing of ours');
    expect(await api.cache.count()).toBe(1);
    expect(await api.cache.delete({ invalid: true })).toBe(1);
    expect([...map.keys()].sort()).toEqual([...map.keys()].filter((candidate) => candidate !== name).sort());
    expect(map.size).toBe(3);
    // An entry of an epoch that is over.
    await api.get('/a');
    await until(() => map.has(name!));
    const ended = map.get(name!);
    await api.cache.delete({ urls: ['/a'] });
    map.set(name!, ended);
    expect(await api.cache.has('/a')).toBe(false);
    expect(await api.cache.delete({ invalid: true })).toBe(1);
    expect(await status(api, '/b')).toBe('hit');
  });
});
