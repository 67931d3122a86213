/** `compression` and `encryption` of whole requests, over a real Redis and over a Map. */
import { randomBytes } from 'node:crypto';
import { createClient } from '@keyv/redis';
import { redisStore } from 'axios-http-cache/redis';
import type { CacheOptions } from 'axios-http-cache';
import { startRedis } from '../helpers/redis-server.js';
import type { RedisServer } from '../helpers/redis-server.js';
import { fresh, until, useBench } from '../exchange/bench.js';
import type { Client } from '../exchange/bench.js';
import { withoutNode } from '../storage/sealing.js';

const newClient = (url: string) => createClient({ url });
const LARGE = JSON.stringify(Array.from({ length: 20_000 }, (_, id) => ({ id, name: `user ${String(id)}` })));
const [SECRET, OTHER] = [randomBytes(32), randomBytes(32).toString('base64')];
const K1 = { keys: [{ id: 'k1', secret: SECRET }] };
const K2 = { keys: [{ id: 'k2', secret: OTHER }] };
const BOTH = { keys: [...K2.keys, ...K1.keys] };

let redis: RedisServer;
let client: ReturnType<typeof newClient>;
beforeAll(async () => {
  redis = await startRedis();
  client = newClient(redis.url);
  await client.connect();
});
afterAll(async () => {
  client.destroy();
  await redis.stop();
});

interface Place {
  readonly store: object;
  /** What lies there, by name. */
  all(): Promise<Map<string, string>>;
  write(name: string, value: string): Promise<unknown>;
}

const PLACES: Readonly<Record<string, () => Promise<Place>>> = {
  'a Map': async () => {
    const store = new Map<string, string>();
    return { store, all: async () => store, write: async (name, value) => store.set(name, value) };
  },
  Redis: async () => {
    await client.flushAll();
    return {
      store: redisStore(redis.url),
      async all() {
        const names = await client.keys('*');
        return new Map(await Promise.all(names.map(async (name) => [name, (await client.get(name)) ?? ''] as const)));
      },
      write: (name, value) => client.set(name, value),
    };
  },
};

const storage = { timeout: 3_000, budget: 10_000 };

describe.each(Object.keys(PLACES))('over %s', (kind) => {
  const bench = useBench();
  let place: Place;
  beforeEach(async () => {
    place = await PLACES[kind]!();
  });

  const service = (options: CacheOptions = {}): Client => bench.client({ store: place.store, storage, ...options });
  const status = async (api: Client, url: string): Promise<string> => (await api.get(url)).cache.status;
  const entries = async (): Promise<[string, string][]> =>
    [...(await place.all())].filter(([name]) => !/probe$|\}epoch$|:lease:/.test(name));
  const causes = (): unknown[] => bench.events.filter(({ type }) => type === 'corrupt').map(({ cause }) => cause);
  /** Waits until what begins like this has been written: a process sees its own writes before that. */
  const written = (head: string): Promise<void> =>
    until(async () => (await entries()).some(([, value]) => value.startsWith(head)));
  /** Requests until a new process could read the answer. */
  const stored = async (api: Client, url: string): Promise<void> => {
    const before = (await entries()).length;
    await until(async () => (await status(api, url)) === 'hit');
    await until(async () => (await entries()).length > before);
  };

  test('services that compress, encrypt or both serve each other as far as they can', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: LARGE });
    const [plain, gzip] = [service(), service({ compression: true })];
    await stored(gzip, '/a');
    await written('gzip:');
    await until(async () => (await status(plain, '/a')) === 'hit');
    expect((await plain.get('/a')).data).toEqual(JSON.parse(LARGE));
    expect(bench.origin.hits).toBe(1);

    const [aes, aesGzip] = [service({ encryption: K1 }), service({ encryption: K1, compression: true })];
    expect(await status(aes, '/a')).toBe('miss');
    await written('aes-256-gcm:k1:');
    await until(async () => (await status(aesGzip, '/a')) === 'hit');
    expect((await aesGzip.get('/a')).data).toEqual(JSON.parse(LARGE));
    expect(bench.origin.hits).toBe(2);
    expect(await status(gzip, '/a')).toBe('miss');
    expect(causes().sort()).toEqual(['not-encrypted', 'unknown-key']);
    expect(bench.heard('degraded')).toBe(0);
  });

  test('octets come back as they were', async () => {
    const body = randomBytes(100_000);
    bench.origin.reply('/o', { headers: fresh(), body });
    const [one, other] = [1, 2].map(() => service({ encryption: K1, compression: { threshold: 0 } }));
    await stored(one!, '/o');
    await until(async () => (await status(other!, '/o')) === 'hit');
    const { data, cache } = await other!.get('/o', { responseType: 'arraybuffer' });
    expect(cache.status).toBe('hit');
    expect(Buffer.compare(Buffer.from(data), body)).toBe(0);
    expect(bench.origin.hits).toBe(1);
  });

  test('T72 rotation: what the old key wrote is read until it is dropped, new writes name the new one', async () => {
    bench.origin.reply('/r', { headers: fresh(), body: 'r' });
    await stored(service({ encryption: K1 }), '/r');
    const both = service({ encryption: BOTH });
    await until(async () => (await status(both, '/r')) === 'hit');
    expect(bench.origin.hits).toBe(1);
    await both.get('/r', { cache: { forceRefresh: true } });
    await written('aes-256-gcm:k2:');
    expect(await status(service({ encryption: K1 }), '/r')).toBe('miss');
    expect(causes()).toEqual(['unknown-key']);
  });

  test('T71 ciphertexts that were swapped are misses; an older one is judged by its own times', async () => {
    bench.origin.reply('/one', (_, res, n) => res.writeHead(200, fresh()).end(`one ${String(n)}`));
    bench.origin.reply('/two', (_, res, n) => res.writeHead(200, fresh()).end(`two ${String(n)}`));
    const api = service({ encryption: K1 });
    await stored(api, '/one');
    const [[name, older] = ['', '']] = await entries();
    await stored(api, '/two');
    const [otherName, value] = (await entries()).find(([key]) => key !== name) ?? ['', ''];
    await place.write(name, value);
    await place.write(otherName, older);
    const readers = service({ encryption: K1, readOnly: true });
    expect((await readers.get('/one')).data).toBe('one 2');
    expect((await readers.get('/two')).data).toBe('two 2');
    expect(causes()).toEqual(['undecryptable']);
    await place.write(name, older);
    const again = await readers.get('/one');
    expect([again.data, again.cache.status]).toEqual(['one 1', 'hit']);
    bench.advance(61);
    expect((await readers.get('/one')).data).toBe('one 3');
  });

  test('T70 an entry of which an octet was changed is never used', async () => {
    bench.origin.reply('/f', (_, res, n) => res.writeHead(200, fresh()).end(`f ${String(n)}`));
    await stored(service({ encryption: K1 }), '/f');
    const [[name, good] = ['', '']] = await entries();
    const reader = service({ encryption: K1, readOnly: true });
    const seen = new Set<string>();
    for (let at = 0; at < good.length; at += 13) {
      await place.write(name, good.slice(0, at) + (good[at] === 'A' ? 'B' : 'A') + good.slice(at + 1));
      seen.add(await status(reader, '/f'));
    }
    expect([...seen]).toEqual(['miss']);
    expect(bench.heard('corrupt')).toBeLessThanOrEqual(3);
    await place.write(name, good);
    expect(await status(reader, '/f')).toBe('hit');
    expect(bench.heard('degraded')).toBe(0);
  });

  test('T73 G15 nothing planted is found in names or values', async () => {
    const planted = [
      'SECRET-BODY',
      'alice@example.test',
      '/users/42',
      'token=',
      'SECRET-TOKEN',
      'x-planted',
      'PLANTED-TAG',
    ];
    const api = service({ encryption: K1, matchHeaders: ['x-planted-key'] });
    bench.origin.reply('/users/42', (req, res) => {
      const headers = {
        ...fresh({ vary: 'X-Planted-Vary', 'cache-tag': 'PLANTED-TAG', 'x-planted-answer': 'SECRET-BODY' }),
      };
      res.writeHead(200, headers).end(`SECRET-BODY for alice@example.test ${String(req.headers['x-planted-vary'])}`);
    });
    const url = '/users/42?token=SECRET-TOKEN&mail=alice@example.test';
    for (const value of ['SECRET-BODY 1', 'SECRET-BODY 2']) {
      const config = {
        headers: { 'X-Planted-Vary': value, 'X-Planted-Key': 'SECRET-BODY', Authorization: 'SECRET-TOKEN' },
      };
      await until(async () => (await api.get(url, config)).cache.status === 'hit');
    }
    const before = await entries();
    expect(before.length).toBeGreaterThan(2);
    await api.post(url, 'SECRET-BODY');
    await until(async () => [...(await place.all()).keys()].some((name) => name.endsWith('}epoch')));
    for (const [, value] of before) expect(value).toMatch(/^aes-256-gcm:k1:[\w+/=.]+$/);
    for (const [name, value] of [...before, ...(await place.all())]) {
      for (const secret of planted) {
        for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64').slice(0, -4)]) {
          expect(`${name} ${value}`.toLowerCase()).not.toContain(form.toLowerCase());
        }
      }
    }
  });

  test('T69 a bomb is a miss with one event, and costs no more than its bound', async () => {
    const { gzipSync } = await import('node:zlib');
    bench.origin.reply('/b', { headers: fresh(), body: LARGE });
    const api = service({ compression: true });
    await stored(api, '/b');
    const [[name] = ['']] = await entries();
    const member = gzipSync(Buffer.alloc(16_777_216));
    await place.write(name, `gzip:${Buffer.concat(Array.from({ length: 64 }, () => member)).toString('base64')}`);
    expect(await status(service({ readOnly: true }), '/b')).toBe('miss');
    expect(await status(api, '/b')).toBe('miss');
    expect(new Set(causes())).toEqual(new Set(['inflates-too-far']));
    await until(async () => (await status(service(), '/b')) === 'hit');
    expect(bench.heard('degraded')).toBe(0);
  });

  test('listing and deleting see what is encrypted', async () => {
    bench.origin.reply('/l', { headers: fresh(), body: 'l' });
    const api = service({ encryption: K1, compression: true });
    await stored(api, '/l');
    expect(await api.cache.urls()).toEqual([`${bench.origin.url}/l`]);
    expect(await api.cache.count()).toBe(1);
    expect(await api.cache.delete({ urls: ['/l'] })).toBe(1);
    expect(await status(api, '/l')).toBe('miss');
  });
});

describe('where it makes no difference', () => {
  const bench = useBench();

  test('the memory store keeps records as they are', async () => {
    bench.origin.reply('/m', { headers: fresh(), body: LARGE });
    const api = bench.client({ compression: true, encryption: K1 });
    await api.get('/m');
    expect((await api.get('/m')).cache.status).toBe('hit');
  });
});

describe('without Node', () => {
  const bench = useBench();

  test('everything works by the web platform alone, and with what Node wrote', async () => {
    bench.origin.reply('/w', { headers: fresh(), body: LARGE });
    const store = new Map<string, unknown>();
    const options: CacheOptions = { store, storage, compression: true, encryption: K1 };
    const web = await withoutNode(() => bench.client(options));
    const node = bench.client(options);
    await until(async () => (await web.get('/w')).cache.status === 'hit');
    await web.cache.close();
    expect((await node.get('/w')).cache.status).toBe('hit');
    expect((await node.get('/w')).data).toEqual(JSON.parse(LARGE));
    expect(bench.origin.hits).toBe(1);
  });

  test('a plugin without these options needs none of it', async () => {
    await withoutNode(
      async () => {
        bench.origin.reply('/w', { headers: fresh(), body: 'w' });
        const api = bench.client({ store: new Map() });
        await until(async () => (await api.get('/w')).cache.status === 'hit');
      },
      'CompressionStream',
      'crypto',
    );
  });
});
