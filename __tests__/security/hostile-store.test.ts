/** T54, T55, T63-T68, T76: whatever lies in the store, a request gets what the origin says or what was stored for it. */
import { redisStore } from 'axios-http-cache/redis';
import { checksum } from '../../lib/storage/checksum.js';
import { ADAPTERS, fresh, useBench } from '../exchange/bench.js';
import type { Client } from '../exchange/bench.js';
import { ask, PATIENT, useRedis } from './stage.js';

/** The same facts with some replaced, under a length and a checksum that are right. */
function forged(value: string, changes: Record<string, unknown>): string {
  const lineEnd = value.indexOf('\n');
  const body = value.slice(lineEnd + 1);
  const facts = { ...(JSON.parse(value.slice(0, lineEnd)) as object), ...changes, length: undefined, check: undefined };
  const head = `${JSON.stringify(facts).slice(0, -1)},"length":${String(body.length)}`;
  return `${head},"check":"${checksum(body, checksum(head)).toString(16).padStart(8, '0')}"}\n${body}`;
}

const many = (count: number): [string, string][] => Array.from({ length: count }, (_, at) => [`x-${String(at)}`, '']);

/** What is no record, or says what no record says. */
const ODD: Readonly<Record<string, (good: string) => string>> = {
  'T63 nothing': () => '',
  'T63 null': () => 'null',
  'T63 a number': () => '5',
  'T63 a list': () => '[]',
  'T63 an object': () => '{}',
  'T63 a text': () => '"x"',
  'T63 half an entry': (good) => good.slice(0, good.length / 2),
  'T63 an octet more': (good) => `${good}x`,
  'T63 an octet less': (good) => good.slice(0, -1),
  'T63 another octet in the body': (good) => good.replace('good', 'evil'),
  'T63 a kilobyte of noise': () =>
    Buffer.from(Array.from({ length: 1_000 }, (_, at) => (at * 89) % 251)).toString('latin1'),
  'T63 status as text': (good) => forged(good, { status: '200' }),
  'T63 status 700': (good) => forged(good, { status: 700 }),
  'T63 fields of odd shape': (good) => forged(good, { headers: { etag: '"1"' } }),
  'T63 times before time': (good) => forged(good, { receivedAt: -1 }),
  'T63 no method': (good) => forged(good, { method: '' }),
  'T54 a validator in two lines': (good) => forged(good, { headers: [['etag', '"a"\r\nX-Evil: 1']] }),
  'T54 a validator with NUL': (good) => forged(good, { headers: [['etag', '"a\0"']] }),
  'T54 a validator that is no octets': (good) => forged(good, { headers: [['etag', '"中"']] }),
  'T55 a value in two lines': (good) => forged(good, { headers: [['x-a', 'a\r\nb']] }),
  'T55 a name with a space': (good) => forged(good, { headers: [['x a', 'b']] }),
  'T55 a value that is a number': (good) => forged(good, { headers: [['x-a', 1]] }),
  'T55 a value that is an object': (good) => forged(good, { headers: [['x-a', {}]] }),
  'T55 a value that is null': (good) => forged(good, { headers: [['x-a', null]] }),
  'T55 two thousand fields': (good) => forged(good, { headers: many(2_000) }),
  'T55 a hundred thousand fields': (good) => forged(good, { headers: many(100_000) }),
  'T64 the entry of another': (good) => forged(good, { key: 'axios-http-cache:v1:{other}key' }),
  'T65 a version to come': (good) => good.replace('{"v":1,', '{"v":999,'),
  'T65 a version that was': (good) => good.replace('{"v":1,', '{"v":0,'),
  'T63 a list of more variants than there are keys': (good) =>
    forged(good, {
      kind: 'variants',
      variants: [],
      selectors: Array.from({ length: 5_000 }, (_, at) => [`x-${String(at)}`]),
    }),
  'T63 variants of another URL': (good) =>
    forged(good, { kind: 'variants', variants: ['{other}key'], selectors: [['x-a']] }),
};

describe.each(ADAPTERS)('over %s, from Redis', (adapter) => {
  const bench = useBench(adapter);
  const redis = useRedis();
  const service = (options: object = {}): Client =>
    bench.client({ store: redisStore(redis.url), storage: PATIENT, ...options });

  /** The name of the one entry there is, and what lies there. */
  async function entry(): Promise<readonly [name: string, value: string]> {
    const entries = [...(await redis.content())].filter(([name]) => /v1:\{.*\}(?!epoch)/.test(name));
    expect(entries).toHaveLength(1);
    return entries[0] ?? ['', ''];
  }

  test.each(Object.keys(ODD))(
    '%s: the origin is asked, nothing is thrown, a good entry takes its place',
    async (what) => {
      bench.origin.reply('/x', { headers: fresh({ etag: '"1"' }), body: 'good' });
      const one = service();
      await ask(one, '/x');
      const [name, good] = await entry();
      await redis.write(name, ODD[what]?.(good) ?? '');
      const other = service();
      const startedAt = performance.now();
      const { data, status, cache } = await ask(other, '/x');
      expect(performance.now() - startedAt).toBeLessThan(1_000);
      expect([data, status, cache.status]).toEqual(['good', 200, 'miss']);
      for (const { headers } of bench.origin.requests) {
        expect(headers['x-evil']).toBeUndefined();
        expect(headers['if-none-match']).toBeUndefined();
      }
      expect(bench.heard('error')).toBe(0);
      expect(bench.heard('corrupt')).toBe(what.startsWith('T65') ? 0 : 1);
      const third = await ask(service(), '/x');
      expect([third.data, third.cache.status]).toEqual(['good', 'hit']);
    },
  );

  test('T63 what is no text at all', async () => {
    bench.origin.reply('/x', { headers: fresh(), body: 'good' });
    await ask(service(), '/x');
    const [name] = await entry();
    await redis.command('DEL', name);
    await redis.command('RPUSH', name, 'a', 'b');
    expect((await ask(service(), '/x')).data).toBe('good');
  });

  test('T64 an entry copied to the key of another user is nobody’s', async () => {
    bench.origin.reply('/me', (req, res) => res.writeHead(200, fresh()).end(`of ${String(req.headers.authorization)}`));
    const as = (user: string): object => ({ headers: { Authorization: user } });
    const one = service();
    const alice = (await ask(one, '/me', as('alice'))).cache.key ?? '';
    const bob = (await ask(one, '/me', as('bob'))).cache.key ?? '';
    const nameOf = (key: string): string => `axios-http-cache:v1:${key}`;
    expect(await redis.command('COPY', nameOf(alice), nameOf(bob), 'REPLACE')).toBe(1);
    expect((await ask(service(), '/me', as('bob'))).data).toBe('of bob');
  });

  test('T65 the entries of another version are left alone, and lie beside ours', async () => {
    bench.origin.reply('/x', { headers: fresh(), body: 'good' });
    const api = service();
    await ask(api, '/x');
    const [name, good] = await entry();
    const theirs = name.replace(':v1:', ':v2:');
    await redis.write(theirs, good);
    await api.cache.clear();
    expect([...(await redis.content()).keys()]).toContain(theirs);
  });

  test('T66 an entry is as old as its own times and fields say', async () => {
    bench.origin.reply('/x', (_req, res, n) => res.writeHead(200, fresh()).end(`n ${String(n)}`));
    await ask(service(), '/x');
    const [name, good] = await entry();
    const year = 365 * 86_400_000;
    for (const [changes, status] of [
      [{ freshUntil: 4_070_908_800_000, isExpired: false, expires: null }, 'hit'],
      [{ requestedAt: Date.now() - year, receivedAt: Date.now() - year, freshUntil: 4_070_908_800_000 }, 'miss'],
      [{ requestedAt: Date.now() + year, receivedAt: Date.now() + year }, 'miss'],
    ] as const) {
      await redis.write(name, forged(good, changes));
      expect((await ask(service(), '/x')).cache.status).toBe(status);
    }
  });

  test('T67 further members of an entry reach nobody', async () => {
    bench.origin.reply('/x', { headers: fresh(), body: { good: true } });
    await ask(service(), '/x');
    const [name, good] = await entry();
    const extra = {
      config: { url: 'http://evil' },
      request: 1,
      adapter: 1,
      transformResponse: [],
      data: 'evil',
      toJSON: 1,
    };
    const proto = good.replace('{"v":1,', '{"v":1,"__proto__":{"polluted":1,"status":500},');
    await redis.write(name, forged(proto, extra));
    const response = await ask(service(), '/x');
    expect(response.cache.status).toBe('hit');
    expect([response.data, response.status, response.config.url]).toEqual([{ good: true }, 200, '/x']);
    const plain = await bench.plain().get('/x');
    expect(Object.keys(response).sort()).toEqual([...Object.keys(plain), 'cache'].sort());
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('T68 200 MB at a key are refused by their length', async () => {
    if (adapter === 'fetch') return; // The store is the same.
    // Whoever reads so much for so long finds a connection closed that was kept.
    bench.origin.reply('/x', { headers: fresh({ connection: 'close' }), body: 'good' });
    const api = service();
    await ask(api, '/x');
    const [name] = await entry();
    await redis.command('SETRANGE', name, String(200_000_000), 'x');
    expect((await ask(api, '/x')).data).toBe('good');
    await redis.command('SET', name, 'x'.repeat(9_000_000));
    expect((await ask(service(), '/x')).data).toBe('good');
  }, 60_000);

  test('T76 what others keep in the same database is theirs', async () => {
    bench.origin.reply('/x', { headers: fresh(), body: 'good' });
    const names = [
      'session:abc',
      'axios-http-cache',
      'axios-http-cache:',
      'axios-http-cache2:v1:{x}y',
      'keyv:axios-http-cache:v1:{x}y',
    ];
    for (const name of names) await redis.write(name, 'theirs');
    const one = service({ namespace: 'one' });
    const other = service({ namespace: 'other' });
    for (const api of [one, other]) await ask(api, '/x');
    expect(await one.cache.clear()).toBe(1);
    expect((await ask(other, '/x')).cache.status).toBe('hit');
    expect([...(await redis.content()).keys()]).toEqual(expect.arrayContaining(names));
    expect(await one.cache.count()).toBe(0);
  });
});
