/** Issue 2 "Done when": two separate processes share one Redis. */
import { startOrigin } from '../helpers/origin.js';
import type { Origin } from '../helpers/origin.js';
import { startRedis } from '../helpers/redis-server.js';
import type { RedisServer } from '../helpers/redis-server.js';
import { compileLibrary } from './child.js';
import type { Child, Compiled } from './child.js';

jest.setTimeout(60_000);

const FRESH = { 'cache-control': 'max-age=60' };
let redis: RedisServer;
let library: Compiled;
let one: Child;
let other: Child;
let origin: Origin;

beforeAll(async () => {
  [redis, library] = await Promise.all([startRedis(), compileLibrary()]);
  [one, other] = await Promise.all([library.start(redis.url), library.start(redis.url)]);
});
afterAll(async () => {
  await library.remove();
  await redis.stop();
});
beforeEach(async () => {
  origin = await startOrigin();
});
afterEach(() => origin.close());

test('what one process stored the other serves', async () => {
  origin.reply('/a', { headers: FRESH, body: { text: 'grüße 世界' } });
  const url = `${origin.url}/a`;
  expect((await one.request({ url })).cache).toMatchObject({ status: 'miss', stored: true });
  const answer = await other.request({ url });
  expect(answer.cache.status).toBe('hit');
  expect(answer.data).toEqual({ text: 'grüße 世界' });
  expect(origin.hits).toBe(1);
});

test('octets arrive as they were stored', async () => {
  origin.reply('/b', { headers: FRESH, body: new Uint8Array([0, 255, 128, 10, 13, 195]) });
  const config = { url: `${origin.url}/b`, responseType: 'arraybuffer' };
  await one.request(config);
  const { data, cache } = await other.request(config);
  expect(cache.status).toBe('hit');
  expect([...Buffer.from(data.data)]).toEqual([0, 255, 128, 10, 13, 195]);
});

test('a POST in one process ends what the other would serve', async () => {
  origin.reply('/c', (req, res, n) => res.writeHead(200, FRESH).end(`${String(req.method)} ${String(n)}`));
  const url = `${origin.url}/c`;
  await one.request({ url });
  expect((await other.request({ url })).cache.status).toBe('hit');
  await other.request({ url, method: 'POST' });
  expect((await one.request({ url })).data).toBe('GET 3');
});

test('T1 alice in one process, bob in the other', async () => {
  origin.reply('/me', (req, res) => res.writeHead(200, FRESH).end(req.headers.authorization));
  const as = (user: string) => ({ url: `${origin.url}/me`, headers: { Authorization: user } });
  await one.request(as('alice'));
  expect((await other.request(as('bob'))).data).toBe('bob');
  const again = await other.request(as('alice'));
  expect([again.data, again.cache.status]).toEqual(['alice', 'hit']);
});

test('variants of one process are found by the other', async () => {
  origin.reply('/v', (req, res) => {
    res.writeHead(200, { ...FRESH, vary: 'Accept-Language' }).end(req.headers['accept-language']);
  });
  const as = (language: string) => ({ url: `${origin.url}/v`, headers: { 'Accept-Language': language } });
  await one.request(as('de'));
  await other.request(as('en'));
  for (const child of [one, other])
    for (const language of ['de', 'en']) {
      const { data, cache } = await child.request(as(language));
      expect([data, cache.status]).toEqual([language, 'hit']);
    }
});

test('T8 private is not stored where several share', async () => {
  origin.reply('/p', { headers: { 'cache-control': 'private, max-age=60' }, body: 'mine' });
  await one.request({ url: `${origin.url}/p` });
  expect((await other.request({ url: `${origin.url}/p` })).cache.status).toBe('miss');
});

test('T7 a cookie set in one process is not seen in the other', async () => {
  origin.reply('/s', { headers: { ...FRESH, 'set-cookie': 'sid=1' }, body: 'a' });
  expect((await one.request({ url: `${origin.url}/s` })).headers['set-cookie']).toBeDefined();
  expect((await other.request({ url: `${origin.url}/s` })).headers['set-cookie']).toBeUndefined();
});

test('a validation by one process makes the entry fresh for the other', async () => {
  origin.reply('/e', (req, res) => {
    const known = req.headers['if-none-match'] === '"1"';
    const headers = { 'cache-control': known ? 'max-age=60' : 'max-age=0', etag: '"1"' };
    res.writeHead(known ? 304 : 200, headers).end(known ? undefined : 'body');
  });
  const url = `${origin.url}/e`;
  await one.request({ url });
  expect((await other.request({ url })).cache.status).toBe('revalidated');
  const { data, cache } = await one.request({ url });
  expect([data, cache.status]).toEqual(['body', 'hit']);
});

test('a process that is killed leaves the others a store that works', async () => {
  const doomed = await library.start(redis.url);
  origin.reply('/a', { headers: FRESH, body: 'a'.repeat(100_000) });
  await doomed.request({ url: `${origin.url}/a` });
  void doomed.request({ url: `${origin.url}/a?2` }).catch(() => undefined);
  await doomed.kill();
  expect((await one.request({ url: `${origin.url}/a` })).cache.status).toBe('hit');
});
