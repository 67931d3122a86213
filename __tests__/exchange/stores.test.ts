/** T42, T44, T45 over each kind of store: what comes back is what was stored, and nobody else's. */
import Keyv from 'keyv';
import { redisStore } from 'axios-http-cache/redis';
import { startRedis } from '../helpers/redis-server.js';
import type { RedisServer } from '../helpers/redis-server.js';
import { ADAPTERS, fresh, times, until, useBench } from './bench.js';
import type { Client } from './bench.js';
import { describeResponse, drain } from './data.js';

const BODIES: Readonly<Record<string, Buffer>> = {
  'all octets': Buffer.from(times(256, (at) => at)),
  nothing: Buffer.alloc(0),
  'one octet': Buffer.from('x'),
  'UTF-8': Buffer.from('grüße, 世界 🌍'),
  'broken UTF-8': Buffer.from([0x61, 0xc3, 0x28, 0xff]),
  NUL: Buffer.from('a\0b'),
  'a BOM': Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d]),
  "Keyv's own mark": Buffer.from(':base64:aGk='),
  'line ends': Buffer.from('a\r\nb\n\nc'),
  '{"toJSON":1}': Buffer.from('{"toJSON":1}'),
  __proto__: Buffer.from('{"__proto__":{"polluted":1}}'),
  'deep nesting': Buffer.from('['.repeat(2_000) + ']'.repeat(2_000)),
  'a lone surrogate': Buffer.from('"\\ud800"'),
  'a hundred thousand octets': Buffer.from(times(100_000, (at) => (at * 7) % 251)),
};

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const STORES: Readonly<Record<string, () => object | undefined>> = {
  memory: () => undefined,
  'a Map': () => new Map(),
  'a Keyv': () => new Keyv(),
  'a Keyv over a Map': () => new Keyv({ store: new Map(), namespace: 'own' }),
  'an adapter of texts': () => {
    const texts = new Map<string, string>();
    return {
      get: async (key: string) => texts.get(key),
      set: async (key: string, value: string) => void texts.set(key, value),
      delete: async (key: string) => texts.delete(key),
    };
  },
  Redis: () => redisStore(redis.url),
};

describe.each(Object.keys(STORES))('in %s', (name) => {
  describe.each(ADAPTERS)('over %s', (adapter) => {
    const bench = useBench(adapter);
    const client = (): Client => bench.client({ store: STORES[name]!(), namespace: `t-${String(bench.origin.port)}` });
    // A write does not keep its caller waiting, and Redis is connected to in the background.
    const stored = (api: Client, url: string): Promise<void> =>
      until(async () => (await api.get(url, { responseType: 'arraybuffer' })).cache.status === 'hit');

    test('T45 every body comes back octet by octet, and as plain axios decodes it', async () => {
      for (const [at, body] of Object.values(BODIES).entries())
        bench.origin.reply(`/${String(at)}`, { headers: fresh({ 'content-type': 'application/json' }), body });
      const api = client();
      const plain = bench.plain();
      for (const [at, body] of Object.values(BODIES).entries()) {
        const url = `/${String(at)}`;
        await stored(api, url);
        const hit = await api.get(url, { responseType: 'arraybuffer' });
        expect(hit.cache.status).toBe('hit');
        expect(Buffer.compare(Buffer.from(hit.data), body)).toBe(0);
        const text = { transformResponse: [] };
        expect(await describeResponse(await api.get(url, text))).toEqual(
          await describeResponse(await plain.get(url, text)),
        );
      }
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    });

    test('T42 one entry serves every type', async () => {
      bench.origin.reply('/j', { headers: fresh(), body: { a: [1, 'ü'] } });
      const api = client();
      await stored(api, '/j');
      const before = bench.origin.hits;
      expect((await api.get('/j')).data).toEqual({ a: [1, 'ü'] });
      expect((await api.get('/j', { responseType: 'text', transformResponse: [] })).data).toBe('{"a":[1,"ü"]}');
      expect((await drain((await api.get('/j', { responseType: 'stream' })).data)).toString()).toBe('{"a":[1,"ü"]}');
      expect(bench.origin.hits).toBe(before);
    });

    test('T44 what a caller does to its data changes nothing in the store', async () => {
      bench.origin.reply('/j', { headers: fresh({ etag: '"1"' }), body: { a: [1] } });
      const api = client();
      await stored(api, '/j');
      for (let round = 0; round < 3; round += 1) {
        const { data, headers } = await api.get('/j');
        expect([data, headers['etag']]).toEqual([{ a: [1] }, '"1"']);
        data.a.push('EVIL');
        headers['etag'] = 'EVIL';
      }
    });

    test('variants, validation and invalidation work', async () => {
      bench.origin.reply('/v', (req, res) => {
        const language = String(req.headers['accept-language']);
        const known = req.headers['if-none-match'] === `"${language}"`;
        const headers = { ...fresh({ etag: `"${language}"`, vary: 'Accept-Language' }), date: bench.date() };
        res.writeHead(known ? 304 : 200, headers).end(known ? undefined : language);
      });
      const api = client();
      const ask = async (language: string): Promise<string> => {
        const { data, cache } = await api.get('/v', { headers: { 'Accept-Language': language } });
        return `${String(data)} ${cache.status}`;
      };
      for (const language of ['de', 'en']) await until(async () => (await ask(language)) === `${language} hit`);
      bench.advance(90);
      expect(await ask('de')).toBe('de revalidated');
      await until(async () => (await ask('de')) === 'de hit');
      await api.post('/v');
      for (const language of ['de', 'en']) expect(await ask(language)).toBe(`${language} miss`);
    });

    test('clear() empties it', async () => {
      bench.origin.reply('/a', { headers: fresh(), body: 'a' });
      const api = client();
      await stored(api, '/a');
      if (name === 'an adapter of texts') return; // It cannot list what it holds.
      await api.cache.clear();
      expect((await api.get('/a')).cache.status).toBe('miss');
    });
  });
});
