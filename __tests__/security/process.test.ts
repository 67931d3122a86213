/** T86, T89-T92: the process that uses the cache: its memory, its end, its rejections, its prototypes. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { customAdapter, fresh, outcome } from '../exchange/bench.js';
import { startOrigin } from '../helpers/origin.js';
import type { Origin } from '../helpers/origin.js';
import { startRedis } from '../helpers/redis-server.js';
import type { RedisServer } from '../helpers/redis-server.js';
import { compileLibrary } from '../plugin/child.js';
import type { Compiled } from '../plugin/child.js';
import { ask, STAGES, useStage } from './stage.js';

jest.setTimeout(60_000);

const PROLOGUE = `
const axios = require('axios');
const { cachePlugin } = require('./lib/index.js');
const { redisStore } = require('./lib/redis.js');
const [originUrl, redisUrl, deadUrl] = process.argv.slice(2);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let unhandled = 0;
process.on('unhandledRejection', (error) => { unhandled += 1; console.error('unhandled', error); });
process.on('uncaughtException', (error) => { unhandled += 1; console.error('uncaught', error); });
`;

describe('a process of its own', () => {
  let library: Compiled;
  let origin: Origin;
  let redis: RedisServer;

  beforeAll(async () => {
    [library, redis] = await Promise.all([compileLibrary(), startRedis()]);
  });
  beforeEach(async () => {
    origin = await startOrigin({ '/x': { headers: fresh({ connection: 'close' }), body: 'x' } });
  });
  afterEach(() => origin.close());
  afterAll(async () => {
    await library.remove();
    await redis.stop();
  });

  // What is printed last is when the program was through: whatever keeps the process alive comes after that.
  const lasted = async (program: string, ...args: string[]): Promise<number> => {
    const { output, code } = await library.run(
      `${PROLOGUE}(async () => { ${program}; const at = performance.now();
        process.on('exit', () => console.log('lasted', performance.now() - at)); })();`,
      ...args,
    );
    expect([code, output]).toEqual([0, expect.stringMatching(/^lasted [\d.]+\n$/)]);
    return Number(output.slice('lasted '.length));
  };

  test('T89 one cached request in memory, no close(): the process ends', async () => {
    const program = `const api = axios.create().use(cachePlugin());
      await api.get(originUrl + '/x'); await api.get(originUrl + '/x')`;
    expect(await lasted(program, origin.url)).toBeLessThan(3_000);
  });

  test('T89 with Redis and close(): the process ends', async () => {
    const program = `const api = axios.create().use(cachePlugin({ store: redisStore(redisUrl) }));
      await api.get(originUrl + '/x'); await api.cache.close()`;
    expect(await lasted(program, origin.url, redis.url)).toBeLessThan(3_000);
  });

  test('T89 also while Redis hangs', async () => {
    const program = `const api = axios.create().use(cachePlugin({ store: redisStore(redisUrl) }));
      await api.get(originUrl + '/x'); await api.cache.close()`;
    redis.pause();
    try {
      expect(await lasted(program, origin.url, redis.url)).toBeLessThan(3_000);
    } finally {
      redis.resume();
    }
  });

  test('T90 whatever fails: no rejection that nobody handles', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const deadUrl = `redis://127.0.0.1:${String((silent.address() as AddressInfo).port)}`;
    origin.reply('/swr', (_req, res, n) => {
      if (n > 1) res.destroy();
      else res.writeHead(200, { 'cache-control': 'max-age=0, stale-while-revalidate=60' }).end('x');
    });
    origin.reply('/slow', { headers: fresh(), body: 'x', delayMs: 100 });
    origin.reply('/cut', (_req, res) => {
      res.writeHead(200, { 'content-length': '100' }).write('x');
      setTimeout(() => res.destroy(), 5);
    });
    const failing = `async () => { throw new Error('of the caller') }`;
    const program = `
      const stores = [undefined, new Map(), redisStore(redisUrl), redisStore(deadUrl),
        { get: ${failing}, set: ${failing}, delete: ${failing} }];
      for (const store of stores) {
        const api = axios.create({ baseURL: originUrl }).use(cachePlugin({
          ...(store && { store }), onEvent: ${failing}, filterFn: ${failing}, tags: ${failing} }));
        const work = [];
        for (const path of ['/x', '/x', '/swr', '/cut', '/slow', '/gone']) {
          await Promise.allSettled([api.get(path), api.get(path), api.post(path)]);
          const controller = new AbortController();
          work.push(api.get(path + '?b', { signal: controller.signal }).catch(() => 0));
          work.push(api.get(path + '?c', { timeout: 20 }).catch(() => 0));
          work.push(api.get(path + '?d', { cache: { keyFn: ${failing}, partition: ${failing} } }).catch(() => 0));
          work.push(api.get(path + '?e', { responseType: 'stream' }).then(({ data }) => data.destroy(), () => 0));
          work.push(api.get('http://127.0.0.1:1' + path).catch(() => 0));
          setTimeout(() => controller.abort(), 10);
        }
        await Promise.all(work);
        await api.cache.delete({ urls: ['/x'] }).catch(() => 0);
        await api.cache.clear().catch(() => 0);
        await api.cache.close();
      }
      await sleep(300); if (unhandled > 0) process.exitCode = 5`;
    await lasted(program, origin.url, redis.url, deadUrl);
    silent.close();
  });

  test('T86 many large answers in memory: the bound holds', async () => {
    const program = `
      const body = Buffer.alloc(10_240, 'x');
      const adapter = async (config) => ({ data: Buffer.concat([body]), status: 200, statusText: 'OK', config,
        headers: { 'cache-control': 'max-age=600' } });
      const api = axios.create({ adapter, responseType: 'arraybuffer' }).use(cachePlugin({ maxBytes: 16_777_216 }));
      await api.get('http://o.test/first');
      gc(); const before = process.memoryUsage().rss;
      for (let at = 0; at < 10_000; at += 1) await api.get('http://o.test/' + at);
      const { entries, bytes } = api.cache.stats().store;
      gc(); const grown = process.memoryUsage().rss - before;
      if (bytes > 16_777_216 || entries < 1_000 || entries !== await api.cache.count()) throw new Error(entries + ' ' + bytes);
      if (grown > 3 * 2.5 * 16_777_216) throw new Error('grown by ' + grown)`;
    await lasted(
      `require('v8').setFlagsFromString('--expose-gc'); globalThis.gc = require('vm').runInNewContext('gc'); ${program}`,
    );
  });
});

describe.each(STAGES)('$adapter over $store', (name) => {
  const stage = useStage(name);

  test('T91 what somebody put on Object.prototype is nobody’s option', async () => {
    const shared = Object.prototype as Record<string, unknown>;
    const pollution: Readonly<Record<string, unknown>> = {
      ...{ methods: ['POST'], ttl: 1, store: {}, cache: { expireAfter: 'do-not-cache', keyFn: () => 'one' } },
      ...{ disabled: true, credentials: 'strict', keyFn: () => 'one for all', partition: () => 'one', shared: true },
      ...{ ignoredParameters: ['id'], credentialHeaders: [], onlyIfCached: true, namespace: 'evil', secret: 'known' },
      ...{ vary: '*', 'cache-control': 'no-store', authorization: 'Bearer evil' },
    };
    stage.origin.reply('/x', (req, res) =>
      res.writeHead(200, fresh()).end(`${String(req.url)} ${String(req.headers.authorization)}`),
    );
    const [api] = stage.services();
    Object.assign(shared, pollution);
    const later = name.store === 'memory' ? stage.service() : api;
    const get = async (user: string, id: string) =>
      ask(later, '/x', { params: { id }, headers: { Authorization: user } });
    try {
      for (const round of ['miss', 'hit'])
        for (const [user, id] of [
          ['alice', '1'],
          ['bob', '1'],
          ['alice', '2'],
        ] as const) // prettier-ignore
        {
          const { data, cache } = await get(user, id);
          expect([data, cache.status]).toEqual([`/x?id=${id} ${user}`, round]);
        }
    } finally {
      for (const field of Object.keys(pollution)) Reflect.deleteProperty(shared, field);
    }
  });

  test.each(['throws', 'rejects'])('T92 a caller’s function that %s fails no request', async (how) => {
    const fail = (
      how === 'throws'
        ? () => {
            throw new Error('of the caller');
          }
        : () => Promise.reject(new Error('of the caller'))
    ) as never;
    stage.origin.reply('/x', { headers: fresh(), body: 'x' });
    for (const option of ['keyFn', 'partition', 'filterFn', 'tags', 'onEvent']) {
      const api = stage.service({ [option]: fail });
      for (let round = 0; round < 2; round += 1) {
        const { value } = await outcome(ask(api, '/x'));
        expect([option, value?.data]).toEqual([option, 'x']);
      }
    }
  });

  test('T92 an adapter that throws is an error of the request alone', async () => {
    const adapter = customAdapter(() => {
      throw new Error('no adapter');
    });
    const api = stage.service({}, { adapter });
    expect((await outcome(ask(api, '/x'))).error.message).toBe('no adapter');
  });
});
