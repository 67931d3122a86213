/** DESIGN 2: `instance.cache`, each method on each kind of store. */
import type { CacheEntry } from 'axios-http-cache';
import { fresh, until, useBench } from '../exchange/bench.js';
import type { Client } from '../exchange/bench.js';
import { aNamespace, KINDS, startStores, unlistable } from './stores.js';
import type { Stores } from './stores.js';

let stores: Stores;
beforeAll(async () => {
  stores = await startStores();
});
afterAll(() => stores.end());

const PATIENT = { timeout: 3_000, budget: 10_000 };

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe.each(KINDS)('in %s', (kind) => {
  const bench = useBench('http');
  let namespace: string;
  let api: Client;

  beforeEach(async () => {
    namespace = aNamespace();
    api = bench.client({ store: stores.open(kind), namespace, storage: PATIENT });
    for (const path of ['/users/1', '/users/2', '/prices'])
      bench.origin.reply(path, {
        headers: fresh({ 'cache-tag': path.startsWith('/u') ? 'users, all' : 'all' }),
        body: path,
      });
    bench.origin.reply('/short', { headers: { 'cache-control': 'max-age=5', etag: '"1"' }, body: 'short' });
    await until(async () => (await api.get('/prices')).cache.status === 'hit');
  });

  const fill = async (...paths: string[]): Promise<void> => {
    for (const path of paths) await api.get(path);
    await until(async () => (await api.cache.count()) === new Set([...paths, '/prices']).size);
  };
  const status = async (path: string): Promise<string> => (await api.get(path)).cache.status;
  const urls = (...paths: string[]): string[] => paths.map((path) => bench.origin.url + path).sort();

  test('has and get take a URL, a key, and either by name, or a request', async () => {
    const entry = await api.cache.get('/prices');
    const { key } = entry!;
    expect(entry).toMatchObject({
      url: `${bench.origin.url}/prices`,
      method: 'GET',
      status: 200,
      headers: { 'cache-tag': 'all' },
      tags: ['all'],
      size: 7,
      isExpired: false,
    });
    expect(Math.abs(entry!.createdAt.getTime() - Date.now())).toBeLessThan(30_000);
    expect(Math.abs(entry!.expires!.getTime() - entry!.createdAt.getTime() - 60_000)).toBeLessThan(2_000);
    for (const query of [key, { key }, { url: '/prices' }, { request: { url: '/prices' } }]) {
      expect(await api.cache.has(query)).toBe(true);
      expect((await api.cache.get(query))?.key).toBe(key);
    }
    for (const query of ['/none', key.replace(/.$/, 'x'), { url: '/none' }, { request: { url: '/none' } }, {}])
      expect(await api.cache.has(query)).toBe(false);
    bench.advance(90);
    expect((await api.cache.get('/prices'))?.isExpired).toBe(true);
  });

  test('filter, urls and count: all, by a function, by a description', async () => {
    await fill('/users/1', '/users/2', '/short');
    expect((await all(api.cache.filter())).map(({ url }) => url).sort()).toEqual(
      urls('/prices', '/short', '/users/1', '/users/2'),
    );
    expect(await api.cache.urls()).toEqual(urls('/prices', '/short', '/users/1', '/users/2'));
    expect(await api.cache.urls(({ size }) => size === 5)).toEqual(urls('/short'));
    expect(await api.cache.urls({ tags: ['users'] })).toEqual(urls('/users/1', '/users/2'));
    expect(await api.cache.count({ pattern: '*/users' })).toBe(2);
    expect(await api.cache.count({ pattern: /prices$/ })).toBe(1);
    bench.advance(10);
    expect(await api.cache.urls({ expired: true })).toEqual(urls('/short'));
    expect(await api.cache.count({ olderThan: 5 })).toBe(4);
    expect(await api.cache.count({ olderThan: '1h' })).toBe(0);
    expect(await api.cache.count({})).toBe(0);
    const [first] = await all(api.cache.filter((entry: CacheEntry) => entry.method === 'GET'));
    expect(first).toBeDefined();
  });

  test('filter reads as it is asked: who stops early has it stopped', async () => {
    await fill('/users/1', '/users/2');
    const seen: string[] = [];
    for await (const { url } of api.cache.filter()) {
      seen.push(url);
      break;
    }
    expect(seen).toHaveLength(1);
  });

  test.each<[string, (own: { key: string }) => object, string[]]>([
    ['keys', ({ key }) => ({ keys: [key] }), ['/users/1']],
    ['a key that is not there', () => ({ keys: ['{aaaaaaaaaaaaaaaaaaaaaa}x'] }), []],
    ['urls, relative ones', () => ({ urls: ['/users/1', '/users/2', '/none'] }), ['/users/1', '/users/2']],
    ['requests', () => ({ requests: [{ url: '/users/2' }] }), ['/users/2']],
    ['tags', () => ({ tags: ['users'] }), ['/users/1', '/users/2']],
    ['a glob', () => ({ pattern: '*/users/1' }), ['/users/1']],
    ['a regular expression', () => ({ pattern: /users\/\d$/g }), ['/users/1', '/users/2']],
    [
      'a union',
      ({ key }) => ({ keys: [key], urls: ['/users/1'], tags: ['users'], pattern: '*/prices' }),
      ['/prices', '/users/1', '/users/2'],
    ],
    ['expired', () => ({ expired: true }), ['/short']],
    ['olderThan', () => ({ olderThan: 5 }), ['/prices', '/short', '/users/1', '/users/2']],
    ['olderThan a Date', () => ({ olderThan: new Date(0) }), []],
    ['invalid, where nothing is', () => ({ invalid: true }), []],
    ['none', () => ({}), []],
    ['none but false ones', () => ({ expired: false, invalid: false, tags: [] }), []],
  ])('delete by %s', async (_name, criteria, gone) => {
    await fill('/users/1', '/users/2', '/short');
    bench.advance(10);
    const { key } = (await api.cache.get('/users/1'))!;
    expect(await api.cache.delete(criteria({ key }))).toBe(gone.length);
    const left = ['/prices', '/short', '/users/1', '/users/2'].filter((path) => !gone.includes(path));
    expect(await api.cache.urls()).toEqual(urls(...left));
    for (const path of gone) expect(await status(path)).toBe('miss');
    for (const path of left) expect(await status(path)).toBe(path === '/short' ? 'miss' : 'hit');
  });

  test('what was deleted is stored again when it is asked for again', async () => {
    await fill('/users/1');
    for (const criteria of [{ tags: ['users'] }, { urls: ['/users/1'] }, { pattern: '*/users' }, { olderThan: 0 }]) {
      bench.advance(1);
      expect(await api.cache.delete(criteria)).toBeGreaterThan(0);
      expect(await status('/users/1')).toBe('miss');
      await until(async () => (await status('/users/1')) === 'hit');
    }
  });

  test('all variants and partitions of a URL go, and are counted', async () => {
    bench.origin.reply('/v', (req, res) => {
      res.writeHead(200, fresh({ vary: 'Accept-Language' })).end(String(req.headers['accept-language']));
    });
    const callers = ['alice', 'bob'].flatMap((user) =>
      ['de', 'en'].map((language) => ({ headers: { Authorization: user, 'Accept-Language': language } })),
    );
    for (const caller of callers) await api.get('/v', caller);
    await until(async () => (await api.cache.count()) === 5);
    expect(await api.cache.has({ request: { url: '/v', ...callers[0] } })).toBe(true);
    expect(await api.cache.delete({ urls: ['/v'] })).toBe(4);
    for (const caller of callers) expect((await api.get('/v', caller)).cache.status).toBe('miss');
  });

  test('clear removes this namespace and no other', async () => {
    const store = stores.open(kind === 'memory' ? 'Map' : kind);
    const one = bench.client({ store, namespace: aNamespace(), storage: PATIENT });
    const other = bench.client({ store, namespace: aNamespace(), storage: PATIENT });
    for (const client of [one, other]) {
      await client.get('/prices');
      await until(async () => (await client.cache.count()) === 1);
    }
    expect(await one.cache.clear()).toBe(1);
    expect(await one.cache.count()).toBe(0);
    expect(await other.cache.count()).toBe(1);
    expect((await one.get('/prices')).cache.status).toBe('miss');
  });

  describe('resetExpiration', () => {
    test('begins a lifetime now, which outranks what the origin said', async () => {
      await fill('/short');
      bench.advance(10);
      expect(await status('/prices')).toBe('hit');
      expect(await api.cache.resetExpiration('1h')).toBe(2);
      bench.advance(3_000);
      expect(await status('/short')).toBe('hit');
      bench.advance(700);
      expect(await status('/prices')).toBe('miss');
    });

    test('of some entries; also to never, to now and to nothing', async () => {
      await fill('/users/1', '/users/2', '/short');
      expect(await api.cache.resetExpiration('never', { tags: ['users'] })).toBe(2);
      expect(await api.cache.resetExpiration(0, ({ url }) => url.endsWith('/short'))).toBe(1);
      expect((await api.cache.get('/users/1'))?.expires).toBeNull();
      expect((await api.cache.get('/short'))?.isExpired).toBe(true);
      expect(await api.cache.resetExpiration('do-not-cache', { pattern: '*/users/2' })).toBe(1);
      expect(await api.cache.has('/users/2')).toBe(false);
      bench.advance(1e6);
      expect(await status('/users/1')).toBe('hit');
      await expect(api.cache.resetExpiration('soon')).rejects.toThrow('Option "resetExpiration": got "soon"');
    });

    test('variants stay where they are found', async () => {
      bench.origin.reply('/v', (req, res) => {
        res.writeHead(200, fresh({ vary: 'Accept-Language' })).end(String(req.headers['accept-language']));
      });
      await api.get('/v', { headers: { 'Accept-Language': 'de' } });
      await until(async () => (await api.cache.count()) === 2);
      await api.cache.resetExpiration('never');
      bench.advance(1e6);
      expect((await api.get('/v', { headers: { 'Accept-Language': 'de' } })).data).toBe('de');
      expect(bench.origin.hitsFor('/v')).toBe(1);
    });
  });

  describe('recreateKeys', () => {
    const lettered = (): void => {
      bench.origin.reply('/l', (req, res) => {
        res.writeHead(200, fresh({ vary: 'Accept-Language' })).end(`letter ${String(req.headers['accept-language'])}`);
      });
    };

    test('moves what is anybody’s to the keys that the options give now', async () => {
      lettered();
      await api.get('/l?session=1', { headers: { 'Accept-Language': 'de' } });
      await api.get('/prices?session=1');
      await api.get('/prices?session=2', { headers: { Authorization: 'alice' } });
      await until(async () => (await api.cache.count()) === 4);
      const asked = bench.origin.hits;
      (api.cache.settings as { ignoredParameters?: string[] }).ignoredParameters = ['session'];
      expect(await api.cache.recreateKeys()).toBe(2);
      expect(await status('/prices?session=99')).toBe('hit');
      const letter = await api.get('/l?session=98', { headers: { 'Accept-Language': 'de' } });
      expect([letter.data, letter.cache.status]).toEqual(['letter de', 'hit']);
      expect(bench.origin.hits).toBe(asked);
      const alice = await api.get('/prices?session=3', { headers: { Authorization: 'alice' } });
      expect(alice.cache.status).toBe('miss');
      expect((await api.cache.urls()).filter((url) => url.includes('session=1'))).toEqual([]);
      expect(await api.cache.recreateKeys()).toBe(0);
    });

    test('what was kept out of the store cannot come back; what belongs to a user is nobody else’s', async () => {
      const strict = bench.client({
        store: stores.open(kind),
        namespace: aNamespace(),
        credentials: 'strict',
        storage: PATIENT,
      });
      await strict.get('/prices?api_key=1');
      await strict.get('/prices?a=1', { headers: { Authorization: 'alice' } });
      await until(async () => (await strict.cache.count()) > 0);
      const settings = strict.cache.settings as { credentials?: string; ignoredParameters?: string[] };
      settings.credentials = 'partition';
      settings.ignoredParameters = ['a'];
      await strict.cache.recreateKeys();
      expect((await strict.get('/prices?a=2')).cache.status).toBe('miss');
      await expect(strict.cache.recreateKeys({ refresh: 1 } as never)).rejects.toThrow('Option "refresh"');
    });
  });

  describe('copyFrom', () => {
    test('another cache, and back: what is newer stays', async () => {
      bench.origin.reply('/v', (req, res) => {
        res.writeHead(200, fresh({ vary: 'Accept-Language' })).end(String(req.headers['accept-language']));
      });
      const memory = bench.client();
      await memory.get('/users/1');
      await memory.get('/prices');
      await memory.get('/v', { headers: { 'Accept-Language': 'de' } });
      const asked = bench.origin.hits;
      expect(await api.cache.copyFrom(memory.cache)).toBe(3);
      expect((await api.get('/users/1')).data).toBe('/users/1');
      expect((await api.get('/v', { headers: { 'Accept-Language': 'de' } })).cache.status).toBe('hit');
      expect(bench.origin.hits).toBe(asked);
      expect(await memory.cache.copyFrom(api.cache)).toBe(0);
      expect(await api.cache.copyFrom(api.cache)).toBe(0);
    });

    test('a store that another cache has used, by its namespace', async () => {
      await fill('/users/1', '/users/2');
      if (kind === 'memory') {
        expect(await bench.client().cache.copyFrom(new Map())).toBe(0);
        return;
      }
      const store = stores.open(kind)!;
      const used = bench.client({ store, namespace: 'used', storage: PATIENT });
      await used.get('/short');
      await until(async () => (await used.cache.count()) === 1);
      const memory = bench.client();
      expect(await memory.cache.copyFrom(store, { namespace: 'unused' })).toBe(0);
      expect(await memory.cache.copyFrom(store, { namespace: 'used' })).toBe(1);
      expect((await memory.get('/short')).cache.status).toBe('hit');
    });

    test('after what was invalidated here, what is copied is true', async () => {
      const memory = bench.client();
      await memory.get('/users/1');
      await api.cache.delete({ urls: ['/users/1'] });
      expect(await api.cache.copyFrom(memory.cache)).toBe(1);
      expect(await status('/users/1')).toBe('hit');
    });
  });

  test('disable(fn) ends with fn, also when it throws, and nests', async () => {
    const inside = await api.cache.disable(async () => [
      await status('/prices'),
      await api.cache.disable(() => status('/prices')),
      await status('/prices'),
    ]);
    expect(inside).toEqual(['bypass', 'bypass', 'bypass']);
    await expect(api.cache.disable(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
    expect(await status('/prices')).toBe('hit');
  });

  test('explain tells what would happen, and asks nobody', async () => {
    await fill('/short');
    const asked = bench.origin.hits;
    const hit = await api.cache.explain('/prices');
    expect(hit).toMatchObject({ decision: 'serve', reason: 'fresh', entry: { status: 200 } });
    expect(hit.explain()).toMatch(
      /^The stored response would be served: .*RFC 9111 §4\.2.* fresh for another \d+ s\.$/,
    );
    bench.advance(10);
    const stale = await api.cache.explain({ url: '/short' });
    expect(stale).toMatchObject({ decision: 'revalidate', reason: 'stale' });
    expect(stale.explain()).toMatch(/confirm the stored response \(if-none-match\): .*has been stale for \d s\.$/);
    expect((await api.cache.explain('/none')).reason).toBe('no-entry');
    expect((await api.cache.explain({ url: '/none', cache: { onlyIfCached: true } })).decision).toBe('fail');
    expect((await api.cache.explain({ url: '/prices', method: 'post' })).reason).toBe('method');
    expect(await api.cache.disable(async () => (await api.cache.explain('/prices')).reason)).toBe('disabled');
    expect(bench.origin.hits).toBe(asked);
  });

  test('wrong criteria are errors that say what to write', async () => {
    const remove = (criteria: unknown) => api.cache.delete(criteria as object);
    await expect(remove('/a')).rejects.toThrow('Option "delete": got "/a", takes an object with keys, urls');
    await expect(remove({ url: ['/a'] })).rejects.toThrow('Option "delete.url"');
    await expect(remove({ urls: '/a' })).rejects.toThrow('Option "delete.urls": got "/a", takes a list of URLs');
    await expect(remove({ tags: [1] })).rejects.toThrow('"delete.tags"');
    await expect(remove({ pattern: 5 })).rejects.toThrow('takes a glob or a regular expression');
    await expect(remove({ olderThan: '10' })).rejects.toThrow("a duration such as '10m'");
    await expect(remove({ olderThan: -1 })).rejects.toThrow('"delete.olderThan"');
    await expect(api.cache.count({ keys: [] } as never)).rejects.toThrow('Option "filter.keys"');
    await expect(api.cache.copyFrom(5 as never)).rejects.toThrow('Option "copyFrom"');
    await expect(api.cache.copyFrom({})).rejects.toThrow('Option "store"');
    expect(() => api.cache.on('hitt' as never, () => {})).toThrow('Option "on": got "hitt", takes one of hit, stale');
  });

  test('close leaves a cache that goes on without its store', async () => {
    await api.cache.close();
    expect(await status('/prices')).toBe('miss');
    expect(await status('/prices')).toBe('miss');
    expect(await api.cache.count()).toBe(0);
    expect(await api.cache.delete({ tags: ['all'] })).toBe(0);
  });
});

describe('in a store that cannot iterate', () => {
  const bench = useBench('http');

  test('what names an entry works, and the rest says what works', async () => {
    bench.origin.reply('/a', { headers: fresh({ 'cache-tag': 't' }), body: 'a' });
    const api = bench.client({ store: unlistable() });
    await api.get('/a');
    expect(await api.cache.has('/a')).toBe(true);
    const { key } = (await api.cache.get('/a'))!;
    expect(await api.cache.delete({ urls: ['/a'] })).toBe(1);
    expect((await api.get('/a')).cache.status).toBe('miss');
    expect(await api.cache.delete({ requests: [{ url: '/a' }] })).toBe(1);
    await api.get('/a');
    expect(await api.cache.delete({ keys: [key] })).toBe(1);
    const message =
      'Option "store": got "a store without `iterator`", takes one that can be listed, for this; ' +
      'has, get, and delete by keys, urls and requests work without.';
    const calls: (() => Promise<unknown>)[] = [
      () => api.cache.count(),
      () => api.cache.urls(),
      () => all(api.cache.filter()),
      () => api.cache.clear(),
      () => api.cache.delete({ tags: ['t'] }),
      () => api.cache.delete({ pattern: '*' }),
      () => api.cache.delete({ expired: true }),
      () => api.cache.delete({ olderThan: 1 }),
      () => api.cache.delete({ invalid: true }),
      () => api.cache.resetExpiration(1),
      () => api.cache.recreateKeys(),
      () => bench.client().cache.copyFrom(api.cache),
    ];
    for (const call of calls) await expect(call()).rejects.toThrow(message);
  });
});
