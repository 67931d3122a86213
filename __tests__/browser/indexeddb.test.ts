/** The store of examples/browser: what outlives a reload, a restart and another tab, and what happens without it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { goTo, openProfile, useStage } from './stage.js';

const stage = useStage();

beforeEach(() => {
  stage.site.reply('/a', (_req, res, n) => {
    res.writeHead(200, { 'cache-control': 'no-store' }).end(`body ${String(n)}`);
  });
});

/**
 * Asks through a cache on the store; the origin's answers would be kept by nobody else. A busy machine is given more time
 * than a page would give it.
 */
function ask(page: Page, url = '/a', options: object = {}): Promise<string> {
  return page.evaluate(
    async ([url, options]) => {
      const { axios, cachePlugin, indexedDBStore } = window.lab;
      const storage = { timeout: 5_000, budget: 10_000 };
      const own = { cacheControl: 'ignore', expireAfter: '1h', storage } as const;
      const plugin = cachePlugin({ store: indexedDBStore(), ...own, ...options });
      const api = axios.create().use(plugin);
      const { data, cache } = await api.get(url);
      await api.cache.close();
      return `${cache.status}: ${String(data)}`;
    },
    [url, options] as const,
  );
}

test('survives a reload', async () => {
  const page = await stage.open();
  expect(await ask(page)).toBe('miss: body 1');
  await goTo(page, stage.site.url);
  expect(await ask(page)).toBe('hit: body 1');
  expect(stage.site.hitsFor('/a')).toBe(1);
});

test('survives the browser', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cache-profile-'));
  try {
    for (const expected of ['miss: body 1', 'hit: body 1']) {
      const context = await openProfile(folder);
      expect(await ask(await stage.open(context))).toBe(expected);
      await context.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('keeps bytes as they are, compressed and encrypted where that is asked for', async () => {
  const bytes = Uint8Array.from({ length: 50_000 }, (_, index) => (index % 7) * (index % 3));
  stage.site.reply('/bytes', { headers: { 'cache-control': 'max-age=60' }, body: bytes });
  const page = await stage.open();
  const seen = await page.evaluate(async () => {
    const { axios, cachePlugin, indexedDBStore } = window.lab;
    const secret = '0123456789abcdef'.repeat(4);
    const kinds = {
      plain: {},
      compressed: { compression: true },
      encrypted: { encryption: { keys: [{ id: 'k', secret }] } },
    };
    const storage = { timeout: 5_000, budget: 10_000 };
    const seen: Record<string, unknown> = {};
    for (const [name, options] of Object.entries(kinds)) {
      const store = indexedDBStore({ name });
      const api = axios.create().use(cachePlugin({ store, storage, ...options }));
      await api.get('/bytes', { responseType: 'arraybuffer' });
      await api.cache.close();
      const again = axios.create().use(cachePlugin({ store, storage, ...options }));
      const { data, cache } = await again.get<ArrayBuffer>('/bytes', { responseType: 'arraybuffer' });
      let size = 0;
      let text = '';
      for await (const [, value] of store.iterator()) {
        size += String(value).length;
        text += String(value);
      }
      seen[name] = { cache: cache.status, bytes: [...new Uint8Array(data)], size, showsUrl: text.includes('/bytes') };
    }
    return seen as Record<string, { cache: string; bytes: number[]; size: number; showsUrl: boolean }>;
  });
  for (const kind of ['plain', 'compressed', 'encrypted'])
    expect(seen[kind]).toMatchObject({ cache: 'hit', bytes: [...bytes] });
  expect(seen['plain']?.showsUrl).toBe(true);
  expect(seen['encrypted']?.showsUrl).toBe(false);
  expect(seen['compressed']!.size).toBeLessThan(seen['plain']!.size / 5);
});

test('a page without WebCrypto is told that it cannot encrypt', async () => {
  const page = await stage.open();
  // A secure context is one of https, or of this machine.
  await goTo(page, stage.site.url.replace('127.0.0.1', 'insecure.test'));
  const seen = await page.evaluate(() => {
    const { cachePlugin, CacheConfigurationError } = window.lab;
    try {
      cachePlugin({ encryption: { keys: [{ id: 'k', secret: '0123456789abcdef'.repeat(4) }] } });
      return 'no error';
    } catch (error) {
      return error instanceof CacheConfigurationError ? error.message : 'another error';
    }
  });
  expect(seen).toMatch(/encryption.*browsers have in secure contexts alone/s);
});

test('lists, counts and clears what is ours, and nothing else', async () => {
  stage.site.reply('/b', { headers: { 'cache-control': 'max-age=60' }, body: 'b' });
  const page = await stage.open();
  const seen = await page.evaluate(async () => {
    const { axios, cachePlugin, indexedDBStore } = window.lab;
    const store = indexedDBStore();
    await store.set('of somebody else', 1);
    const api = axios
      .create()
      .use(cachePlugin({ store, namespace: 'page', expireAfter: '1h', storage: { timeout: 5_000, budget: 10_000 } }));
    await Promise.all(Array.from({ length: 120 }, (_, i) => api.get(`/b?n=${String(i)}`)));
    const urls = await api.cache.urls();
    const removed = await api.cache.delete({ pattern: '*?n=11*' });
    const count = await api.cache.count();
    await api.cache.clear();
    return {
      urls: urls.length,
      removed,
      count,
      left: await api.cache.count(),
      other: await store.get('of somebody else'),
    };
  });
  // 11, and 110 to 119.
  expect(seen).toEqual({ urls: 120, removed: 11, count: 109, left: 0, other: 1 });
});

test('lets go of what is due, and of what is too much, the first due first', async () => {
  const page = await stage.open();
  const seen = await page.evaluate(async () => {
    const store = window.lab.indexedDBStore({ name: 'small', maxEntries: 50 });
    await store.set('short', 1, 2_000);
    const before = await store.get('short');
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    for (let i = 0; i < 101; i += 1) await store.set(`key ${String(i)}`, i, 1_000_000 - i * 1_000);
    const keys: string[] = [];
    for await (const [key] of store.iterator()) keys.push(key);
    return {
      before,
      after: await store.get('short'),
      many: await store.getMany(['key 0', 'key 100']),
      count: keys.length,
    };
  });
  expect(seen.before).toBe(1);
  expect(seen.after).toBeUndefined();
  expect(seen.many[0]).toBe(0);
  expect(seen.count).toBeLessThanOrEqual(52);
});

test('without room, the half that is due first makes room; what never fits is not stored, and requests go on', async () => {
  stage.site.reply('/big', { headers: { 'cache-control': 'max-age=60' }, body: 'x'.repeat(400_000) });
  const page = await stage.open();
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.overrideQuotaForOrigin', { origin: stage.site.url, quotaSize: 1_500_000 });
  const seen = await page.evaluate(async () => {
    const { axios, cachePlugin, indexedDBStore } = window.lab;
    const events: string[] = [];
    const storage = { timeout: 2_000, budget: 4_000 };
    const plugin = cachePlugin({ store: indexedDBStore(), storage, onEvent: ({ type }) => events.push(type) });
    const api = axios.create().use(plugin);
    const sizes: number[] = [];
    for (let i = 0; i < 8; i += 1) sizes.push((await api.get<string>(`/big?n=${String(i)}`)).data.length);
    await api.cache.close();
    return { sizes, misses: events.filter((type) => type === 'miss').length };
  });
  expect(seen).toEqual({ sizes: Array(8).fill(400_000), misses: 8 });
});

test.each([
  ['is missing', () => Object.defineProperty(window, 'indexedDB', { value: undefined })],
  [
    'is forbidden',
    () => {
      IDBFactory.prototype.open = () => {
        throw new DOMException('The operation is insecure.', 'SecurityError');
      };
    },
  ],
])('where IndexedDB %s, requests go on without it', async (_how, script) => {
  const context = await stage.context();
  await context.addInitScript(script);
  const page = await stage.open(context);
  const seen = await page.evaluate(async () => {
    const { axios, cachePlugin, indexedDBStore } = window.lab;
    const causes: string[] = [];
    const api = axios.create().use(cachePlugin({ store: indexedDBStore(), cacheControl: 'ignore', expireAfter: '1h' }));
    api.cache.on('degraded', ({ breaker, cause }) =>
      causes.push(`${breaker} ${cause instanceof Error ? cause.name : ''}`),
    );
    const bodies: unknown[] = [];
    for (let i = 0; i < 5; i += 1) bodies.push((await api.get('/a')).data);
    return { bodies, causes };
  });
  expect(seen.bodies).toEqual(['body 1', 'body 2', 'body 3', 'body 4', 'body 5']);
  expect(seen.causes).toHaveLength(1);
  expect(seen.causes[0]).toMatch(/^read /);
});

describe('two tabs of one origin', () => {
  const tab = (page: Page): Promise<void> =>
    page.evaluate(() => {
      const { axios, cachePlugin, indexedDBStore } = window.lab;
      const storage = { timeout: 5_000, budget: 10_000 };
      const own = { cacheControl: 'ignore', expireAfter: '1h', storage } as const;
      const plugin = cachePlugin({ store: indexedDBStore(), ...own });
      Object.assign(window, { api: axios.create({ adapter: 'fetch' }).use(plugin) });
    });
  const get = (page: Page): Promise<string> =>
    page.evaluate(async () => {
      const { api } = window as unknown as { api: ReturnType<typeof window.lab.axios.create> };
      const { data, cache } = await api.get('/a');
      // What is written is written behind it.
      await new Promise((resolve) => setTimeout(resolve, 100));
      return `${cache.status}: ${String(data)}`;
    });

  test.each([
    ['a deletion', "api.cache.delete({ urls: ['/a'] })"],
    ['a POST', "api.post('/a')"],
    ['clear()', 'api.cache.clear()'],
  ])('what one stores serves the other, and %s in one is seen in the other', async (_what, code) => {
    const context = await stage.context();
    const [one, other] = [await stage.open(context), await stage.open(context)];
    await Promise.all([tab(one), tab(other)]);
    expect(await get(one)).toBe('miss: body 1');
    expect(await get(other)).toBe('hit: body 1');
    await one.evaluate(code);
    expect(await get(other)).toMatch(/^miss: body [23]$/);
    expect(await get(one)).toMatch(/^hit: body [23]$/);
  });
});
