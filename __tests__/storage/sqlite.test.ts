/** What is done for a file of SQLite beyond the contract of all stores. */
import { setTimeout as sleep } from 'node:timers/promises';
import { KeyvSqlite } from '@keyv/sqlite';
import { aFolder } from './embedded.js';
import type { Folder } from './embedded.js';
import { aKey, anEntry, closeAll, collect, openStore, PATIENT, until } from './fixtures.js';

const nameOf = (name: string): string => `axios-http-cache:v1:${aKey(name)}`;
let folder: Folder;
let adapter: KeyvSqlite;

beforeEach(async () => {
  folder = await aFolder();
  adapter = new KeyvSqlite({ uri: `sqlite://${folder.file('cache.sqlite')}`, table: 'pages' });
  await adapter.query('PRAGMA synchronous = OFF');
});
afterEach(async () => {
  await closeAll();
  await adapter.disconnect();
  await folder.remove();
});

test('a lookup does not wait for the writes before it', async () => {
  const { store } = openStore({ store: adapter, storage: PATIENT });
  store.put(anEntry('a'), 60);
  await store.flush();
  for (let n = 0; n < 200; n += 1) store.put(anEntry(`w${String(n)}`, 'x'.repeat(20_000)), 60);
  expect(await store.lookup([aKey('a')])).toMatchObject({ answered: true, records: [{ key: aKey('a') }] });
  expect(store.figures().pendingWrites).toBeGreaterThan(100);
  await store.flush();
  expect(store.figures()).toMatchObject({ pendingWrites: 0, droppedWrites: 0 });
});

test('two caches on one file get their statements in one line', async () => {
  let underWay = 0;
  let most = 0;
  const query = adapter.query.bind(adapter);
  adapter.query = async (...statement) => {
    underWay += 1;
    most = Math.max(most, underWay);
    const rows: unknown = await query(...statement);
    underWay -= 1;
    return rows;
  };
  const stores = [1, 2].map(() => openStore({ store: adapter, storage: PATIENT }).store);
  await sleep(100);
  most = 0;
  for (let n = 0; n < 20; n += 1) for (const store of stores) store.put(anEntry(String(n)), 60);
  const names = Array.from({ length: 20 }, (_, n) => aKey(`x${String(n)}`));
  await Promise.all(stores.flatMap((store) => names.map(async (name) => store.lookup([name]))));
  await Promise.all(stores.map((store) => store.flush()));
  expect(most).toBe(1);
});

test('a write takes as long as the disk does', async () => {
  const set = adapter.set.bind(adapter);
  adapter.set = async (key, value) => {
    await sleep(300);
    return set(key, value) as Promise<unknown>;
  };
  const { store, events } = openStore({ store: adapter, storage: { timeout: 100 } });
  store.put(anEntry('a'), 60);
  await store.flush();
  expect(store.figures()).toMatchObject({ pendingWrites: 0, droppedWrites: 0 });
  expect(events).toEqual([]);
});

test('values are not read to be removed, and the number that were there is exact', async () => {
  const { store } = openStore({ store: adapter, storage: PATIENT });
  for (let n = 0; n < 1_200; n += 1) await adapter.set(nameOf(String(n).padStart(4, '0')), 'x');
  const statements: string[] = [];
  const query = adapter.query.bind(adapter);
  adapter.query = (statement, ...parameters) => {
    statements.push(statement);
    return query(statement, ...parameters);
  };
  expect(await store.remove([aKey('0001'), aKey('none')])).toBe(1);
  expect(await store.clear()).toBe(1_199);
  expect(statements.filter((statement) => statement.includes('*'))).toEqual([]);
  expect(await query('SELECT count(*) AS n FROM pages')).toEqual([{ n: 0 }]);
});

test.each([
  ['nothing', 'NULL', []],
  ['a number', '5', ['corrupt']],
  ['octets', "x'00ff'", ['corrupt']],
  ['text with a NUL', '\'{"v":1,\' || char(0)', ['corrupt']],
])('T63 a row that holds %s is a miss, and replaced by the next write', async (_, value, expected) => {
  const { store, types } = openStore({ store: adapter, storage: PATIENT });
  await adapter.query(`INSERT INTO pages (key, value) VALUES (?, ${value})`, nameOf('a'));
  expect(await store.lookup([aKey('a')])).toEqual({ answered: true, records: [undefined] });
  expect(types()).toEqual(expected);
  store.put(anEntry('a'), 60);
  await store.flush();
  expect(await store.lookup([aKey('a')])).toMatchObject({ records: [{ key: aKey('a') }] });
});

test('a listing misses nothing while entries are removed', async () => {
  const { store } = openStore({ store: adapter, storage: PATIENT });
  for (let n = 0; n < 1_200; n += 1) store.put(anEntry(String(n)), 60);
  await store.flush();
  const seen = new Set<string>();
  for await (const { key } of store.records()) {
    seen.add(key);
    await adapter.delete(`axios-http-cache:v1:${key}`);
  }
  expect(seen.size).toBe(1_200);
  expect(await collect(store.records())).toEqual([]);
});

test('one whose table has an odd name is taken as any adapter', async () => {
  const queries = jest.fn(async () => []);
  const values = new Map<string, unknown>();
  const odd = {
    ttlSupport: false,
    opts: { dialect: 'sqlite', table: 'keyv; DROP TABLE users' },
    query: queries,
    get: async (key: string) => values.get(key),
    getMany: async (keys: string[]) => keys.map((key) => values.get(key)),
    set: async (key: string, value: unknown) => void values.set(key, value),
    delete: async (key: string) => values.delete(key),
  };
  const { store } = openStore({ store: odd });
  store.put(anEntry('a'), 60);
  await until(() => values.has(nameOf('a')));
  expect(await store.remove([aKey('a')])).toBe(1);
  expect(queries).not.toHaveBeenCalled();
});
