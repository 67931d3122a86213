/** `localStorage` and its like as a store: kept over a reload, bounded by a quota, and nobody else's. */
import axios from 'axios';
import { cachePlugin } from 'axios-http-cache';
import { buildWebStorage, fromAxiosCacheInterceptor } from 'axios-http-cache/migrate';
import { startOrigin } from '../helpers/origin.js';
import type { Origin } from '../helpers/origin.js';

/** What the web platform calls Storage, with a quota in characters. */
class MemoryWebStorage implements Storage {
  readonly #items = new Map<string, string>();

  constructor(readonly quota = Infinity) {}

  get length(): number {
    return this.#items.size;
  }

  get names(): string[] {
    return [...this.#items.keys()];
  }

  getItem(name: string): string | null {
    return this.#items.get(name) ?? null;
  }

  setItem(name: string, value: string): void {
    const others = this.names.filter((other) => other !== name);
    const used = others.reduce((sum, other) => sum + other.length + (this.getItem(other)?.length ?? 0), 0);
    if (used + name.length + value.length > this.quota) throw new DOMException('full', 'QuotaExceededError');
    this.#items.set(name, value);
  }

  removeItem(name: string): void {
    this.#items.delete(name);
  }

  key(at: number): string | null {
    return this.names[at] ?? null;
  }

  clear(): void {
    this.#items.clear();
  }
}

let origin: Origin;
beforeEach(async () => {
  origin = await startOrigin((req, res) => res.end(`${String(req.url)} ${'x'.repeat(200)}`));
});
afterEach(() => origin.close());

/** A page that has just been loaded. */
const page = (storage: Storage, prefix?: string) =>
  axios
    .create({ baseURL: origin.url })
    .use(cachePlugin(fromAxiosCacheInterceptor({ storage: buildWebStorage(storage, prefix), ttl: 900_000 })));

test('what one page stored, the next one finds', async () => {
  const storage = new MemoryWebStorage();
  const first = page(storage, 'my-app:');
  await first.get('/users');
  await first.cache.close();
  expect(storage.names.every((name) => name.startsWith('my-app:'))).toBe(true);
  const second = page(storage, 'my-app:');
  expect((await second.get('/users')).cache.status).toBe('hit');
  expect(await second.cache.count()).toBe(1);
  expect(await second.cache.delete({ urls: ['/users'] })).toBe(1);
  expect((await second.get('/users')).cache.status).toBe('miss');
  expect((await page(storage, 'another:').get('/users')).cache.status).toBe('miss');
});

test('where it is full, entries of ours make room, and nothing else does', async () => {
  const storage = new MemoryWebStorage(3_000);
  storage.setItem('session', 's'.repeat(500));
  const api = page(storage);
  for (const path of ['/a', '/b', '/c', '/d', '/e', '/f', '/g', '/h']) await api.get(path);
  await api.cache.close();
  expect(storage.getItem('session')).toHaveLength(500);
  const stored = await page(storage).cache.urls();
  expect(stored.length).toBeGreaterThan(0);
  expect(stored.length).toBeLessThan(8);
  expect(stored).toContain(`${origin.url}/h`);
});

test('what does not fit at all is not stored, and the request is none the worse for it', async () => {
  const api = page(new MemoryWebStorage(50));
  expect((await api.get('/a')).status).toBe(200);
  await api.cache.close();
});

test('both spellings of the documentation; what is no storage is an error', () => {
  const storage = new MemoryWebStorage();
  const day = 86_400_000;
  expect(buildWebStorage(storage, { prefix: 'p:', maxStaleAge: day }).migrated.keepForValidation).toBe(86_400);
  expect(buildWebStorage(storage, 'p:', day).migrated.keepForValidation).toBe(86_400);
  expect(() => buildWebStorage({} as Storage)).toThrow('localStorage');
});
