import KeyvRedis, { createClient, createKeyv } from '@keyv/redis';
import { Keyv } from 'keyv';
import { isSharedStore } from '../../lib/storage/shape.js';
import { adapterOf } from '../../lib/storage/adapter.js';
import { memoryStore } from '../../lib/storage/memory.js';
import { redisStore } from '../../lib/storage/redis.js';
import { startRedis } from '../helpers/redis-server.js';
import type { RedisServer } from '../helpers/redis-server.js';
import { describeStore } from './contract.js';
import type { RawAccess, Subject } from './contract.js';
import { enveloping, fileSubject, minimal, sqliteSubject, transactional } from './embedded.js';
import { aKey, anEntry, closeAll, collect, openStore, PATIENT } from './fixtures.js';

const newClient = (url: string) => createClient({ url });

function rawMap(map: Map<string, unknown>): RawAccess {
  const text = (value: unknown): string | undefined =>
    typeof value === 'object' && value !== null && 'value' in value
      ? String(value.value)
      : (value as string | undefined);
  return {
    get: async (name) => text(map.get(name)),
    set: async (name, value) => void map.set(name, value),
    names: async () => [...map.keys()],
  };
}

describeStore('the memory store', async () => ({ store: undefined }));
describeStore('a memory store of the caller', async () => ({ store: memoryStore() }));
describeStore('a Map', async () => {
  const map = new Map<string, unknown>();
  return { store: map, raw: rawMap(map) };
});
describeStore('Keyv over a Map', async () => {
  const map = new Map<string, unknown>();
  return { store: new Keyv({ store: map, namespace: 'theirs' }), raw: rawMap(map) };
});
describeStore('an object with get, set, delete and iterator', async () => {
  const map = new Map<string, unknown>();
  const timers = new Set<NodeJS.Timeout>();
  const store = {
    get: async (key: string) => map.get(key),
    set: async (key: string, value: unknown, ttl?: number) => {
      if (ttl !== undefined) timers.add(setTimeout(() => map.delete(key), ttl));
      map.set(key, value);
    },
    delete: async (key: string) => map.delete(key),
    iterator: async function* () {
      yield* [...map];
    },
  };
  const end = async (): Promise<void> => timers.forEach((timer) => clearTimeout(timer));
  return { store, raw: rawMap(map), end };
});

describeStore('an adapter that lists by position, as databases do', async () => {
  const map = new Map<string, unknown>();
  const store = {
    get: async (key: string) => map.get(key),
    set: async (key: string, value: unknown, ttl?: number) => {
      map.set(key, value);
      if (ttl !== undefined && ttl < 1_000) setTimeout(() => map.delete(key), ttl);
    },
    delete: async (key: string) => map.delete(key),
    deleteMany: async (keys: string[]) => keys.map((key) => map.delete(key)).some(Boolean),
    getMany: async (keys: string[]) => keys.map((key) => map.get(key)),
    iterator: async function* (namespace?: string) {
      for (let at = 0; at < map.size; at += 1) {
        await Promise.resolve();
        const entry = [...map].filter(([key]) => key.startsWith(`${namespace ?? ''}:`))[at];
        if (entry !== undefined) yield entry;
      }
    },
  };
  return { store, raw: rawMap(map) };
});

describeStore('an adapter as one over IndexedDB', async () => transactional());
describeStore('the least that is a store', async () => minimal());
describeStore('an adapter that gives back what Keyv would', async () => enveloping());
describeStore('KeyvSqlite', () => sqliteSubject((adapter) => adapter));
describeStore('Keyv over KeyvSqlite', () => sqliteSubject((adapter) => new Keyv({ store: adapter, namespace: 'svc' })));
describeStore('KeyvFile, one file', () => fileSubject(false, (adapter) => adapter));
describeStore('KeyvFile, a file for each entry', () => fileSubject(true, (adapter) => adapter));
describeStore('Keyv over KeyvFile', () => fileSubject(false, (adapter) => new Keyv({ store: adapter as never })));

describe('over a real Redis', () => {
  let server: RedisServer;
  let client: ReturnType<typeof newClient>;

  beforeAll(async () => {
    server = await startRedis();
    client = newClient(server.url);
    await client.connect();
  });
  afterAll(async () => {
    client.destroy();
    await server.stop();
  });

  const over = (make: () => { store: unknown; end?: () => Promise<void> }) => async (): Promise<Subject> => {
    await client.flushAll();
    const raw: RawAccess = {
      get: async (name) => (await client.get(name)) ?? undefined,
      set: async (name, value) => {
        await client.set(name, value);
      },
      names: () => client.keys('*'),
    };
    return { ...make(), raw };
  };
  const ended = (adapter: KeyvRedis<unknown>): Promise<void> => adapter.disconnect();

  describeStore(
    'Keyv over KeyvRedis',
    over(() => {
      const adapter = new KeyvRedis(server.url);
      return { store: new Keyv(adapter), end: () => ended(adapter) };
    }),
  );
  describeStore(
    'createKeyv with a namespace of its own',
    over(() => {
      const store = createKeyv(server.url, { namespace: 'svc' });
      return { store, end: () => store.disconnect() };
    }),
  );
  describeStore(
    'KeyvRedis',
    over(() => {
      const adapter = new KeyvRedis(server.url, { namespace: 'svc' });
      return { store: adapter, end: () => ended(adapter) };
    }),
  );
  describeStore(
    'redisStore(url)',
    over(() => ({ store: redisStore(server.url) })),
  );
  describeStore(
    'redisStore(options)',
    over(() => ({ store: redisStore({ socket: { host: '127.0.0.1', port: server.port }, database: 0 }) })),
  );
  describeStore(
    'redisStore(client)',
    over(() => {
      const theirs = newClient(server.url);
      return { store: redisStore(theirs) };
    }),
  );
  describeStore(
    'redisStore(KeyvRedis)',
    over(() => {
      const adapter = new KeyvRedis(server.url, { namespace: 'svc', keyPrefixSeparator: '--' });
      return { store: redisStore(adapter), end: () => ended(adapter) };
    }),
  );

  test('the caller’s own Keyv goes on as before', async () => {
    const adapter = new KeyvRedis(server.url, { namespace: 'svc' });
    const keyv = new Keyv({ store: adapter, namespace: 'svc', useKeyPrefix: false });
    await keyv.set('session', { user: 1 });
    const { store } = openStore({ store: keyv, storage: PATIENT });
    store.put(anEntry('a'), 60);
    await store.flush();
    expect(await keyv.get('session')).toEqual({ user: 1 });
    expect([adapter.namespace, adapter.keyPrefixSeparator, adapter.throwOnErrors]).toEqual(['svc', '::', false]);
    expect(await client.get('svc::session')).toBe('{"value":{"user":1}}');
    await keyv.clear();
    // What the caller clears is what is the caller's.
    expect(await store.lookup([aKey('a')])).toMatchObject({ records: [{ kind: 'entry' }] });
    await closeAll();
    await adapter.disconnect();
  });

  test('one listener for errors per store, however many caches use it', async () => {
    const adapter = new KeyvRedis(server.url);
    const keyv = new Keyv(adapter);
    const before = [adapter.listenerCount('error'), keyv.listeners('error').length];
    for (let n = 0; n < 20; n += 1) openStore({ store: keyv });
    expect([adapter.listenerCount('error'), keyv.listeners('error').length]).toEqual(before.map((n) => n + 1));
    await closeAll();
    await adapter.disconnect();
  });
});

describe('stores by shape', () => {
  afterEach(closeAll);

  test.each<[string, unknown]>([
    ['nothing', null],
    ['text', 'redis://localhost'],
    ['an object', {}],
    ['a Set', new Set()],
    ['half a store', { get: () => 1, set: () => 2 }],
    ['a store of fields', { get: 1, set: 2, delete: 3 }],
  ])('%s is none', (_, store) => {
    expect(() => openStore({ store })).toThrow(
      expect.objectContaining({
        name: 'CacheConfigurationError',
        message: expect.stringContaining('"store"') as string,
      }),
    );
  });

  test('a Keyv of any major is opened down to its adapter', async () => {
    const map = new Map<string, unknown>();
    const keyv4 = { opts: { namespace: 'keyv', serialize: String, store: map }, get() {}, set() {}, delete() {} };
    const memory6 = { get() {}, set() {}, delete() {}, store: map, namespaceSeparator: '::', capabilities: {} };
    const keyv6 = { get() {}, set() {}, delete() {}, store: memory6, serialization: undefined };
    for (const [at, keyv] of [keyv4, keyv6, memory6].entries()) {
      const { store } = openStore({ store: keyv });
      store.put(anEntry(String(at)), 60);
      await store.flush();
      expect([...map.keys()]).toContain(`axios-http-cache:v1:${aKey(String(at))}`);
    }
  });

  test('an adapter around another store is not opened', () => {
    const inner = new Map();
    const encrypting = { get: () => undefined, set: jest.fn(), delete: () => true, store: inner };
    const { store } = openStore({ store: encrypting });
    store.put(anEntry('a'), 60);
    expect(encrypting.set).toHaveBeenCalledTimes(1);
    expect(inner.size).toBe(0);
  });

  test('an adapter of Keyv 6 is told the moment, any other the time that is left', async () => {
    const calls: unknown[][] = [];
    const six = {
      capabilities: { expires: true },
      get: () => undefined,
      set: (...call: unknown[]) => void calls.push(call),
      delete: () => true,
    };
    const { store } = openStore({ store: six });
    const before = Date.now();
    store.put(anEntry('a'), 60);
    store.put(anEntry('b'), null);
    expect(calls[0]?.[2]).toBeGreaterThanOrEqual(before + 60_000);
    expect(calls[1]?.[2]).toBeUndefined();
  });

  test('one that fails to list by namespace is asked for everything; one that fails later has failed', async () => {
    const map = new Map<string, unknown>([['theirs', 'x']]);
    let failsAfter = 0;
    const adapter = {
      get: (key: string) => map.get(key),
      set: (key: string, value: unknown) => void map.set(key, value),
      delete: (key: string) => map.delete(key),
      async *iterator(namespace?: string) {
        let listed = 0;
        for (const entry of map) {
          if (namespace !== undefined && listed === failsAfter) throw new TypeError('keys.filter is not a function');
          listed += 1;
          yield entry;
        }
      },
    };
    const { store, events } = openStore({ store: adapter });
    store.put(anEntry('a'), 60);
    expect((await collect(store.records())).map(({ key }) => key)).toEqual([aKey('a')]);
    expect(events).toEqual([]);
    failsAfter = 1;
    expect(await collect(store.records())).toEqual([]);
    expect(events).toMatchObject([{ type: 'error', operation: 'list' }]);
  });

  test('what a Keyv lists of its own Map stays readable to it', async () => {
    const keyv = new Keyv({ store: new Map(), namespace: 'theirs' });
    await keyv.set('a', 1);
    const { store } = openStore({ store: keyv });
    store.put(anEntry('x'), 60);
    const listed: unknown[] = [];
    for await (const entry of keyv.iterator?.(undefined) ?? []) listed.push(entry);
    expect(listed).toEqual([['a', 1]]);
    expect(await keyv.get('a')).toBe(1);
  });

  test('the memory store is a Keyv adapter too', async () => {
    const keyv = new Keyv({ store: memoryStore() });
    await keyv.set('a', { b: 1 }, 50);
    expect(await keyv.get('a')).toEqual({ b: 1 });
    await keyv.clear();
    expect(await keyv.get('a')).toBeUndefined();
    // And is found again under its Keyv.
    expect(adapterOf(keyv).holdsRecords).toBe(true);
  });

  test('only a Redis store says by itself that it is shared', () => {
    expect(isSharedStore(redisStore('redis://127.0.0.1:1'))).toBe(true);
    expect([new Map(), new Keyv(), memoryStore(), undefined, 5].map((store) => isSharedStore(store))).not.toContain(
      true,
    );
    expect(adapterOf(redisStore()).fenced).toBeDefined();
  });
});
