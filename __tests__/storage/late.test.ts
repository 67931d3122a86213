/** A store that comes later, as bundlers for browsers make it: the contract of every store, and what happens meanwhile. */
import { ObjectStore } from '../../lib/storage/object-store.js';
import { LateStore } from '../../lib/storage/late.js';
import { DEFAULT_STORAGE } from '../../lib/storage/limits.js';
import { memoryStore } from '../../lib/storage/memory.js';
import { createReports } from '../../lib/storage/reports.js';
import type { RecordStore, StoreEvent } from '../../lib/storage/types.js';
import { describeStore } from './contract.js';
import { aKey, anEntry, anEpoch, closeAll, collect, openStore } from './fixtures.js';

// What the field `browser` of package.json tells a bundler.
jest.mock('../../lib/storage/seldom.js', () => jest.requireActual<object>('../../lib/storage/seldom-browser.js'));

afterEach(closeAll);

describeStore('a Map, later', async () => ({ store: new Map<string, unknown>() }));
describeStore('an object with get, set and delete, later', async () => {
  const map = new Map<string, unknown>();
  return {
    store: {
      get: async (name: string) => map.get(name),
      set: async (name: string, value: unknown) => void map.set(name, value),
      delete: async (name: string) => map.delete(name),
    },
    lists: false,
  };
});

test('what is no store is an error at once', () => {
  expect(() => openStore({ store: { get: 1 } })).toThrow(/Option "store"/);
});

function anyStore(): RecordStore {
  const settings = DEFAULT_STORAGE;
  const parts = { namespace: 'n', prefix: '', maxEntryBytes: 1_000_000, settings, reports: createReports() };
  return new ObjectStore({ ...parts, backend: memoryStore(), isOurs: true });
}

function late(settings = DEFAULT_STORAGE) {
  const events: StoreEvent[] = [];
  let come: (store: RecordStore) => void = () => undefined;
  let fail: (cause: Error) => void = () => undefined;
  const loading = new Promise<RecordStore>((resolve, reject) => {
    come = resolve;
    fail = reject;
  });
  const store = new LateStore(
    settings,
    createReports((event) => events.push(event)),
    () => loading,
  );
  return { store, events, come: () => come(anyStore()), fail };
}

test('a lookup waits for it, and what was put meanwhile is there', async () => {
  const { store, come } = late();
  expect(store.put(anEntry('a'), 60)).toBe(true);
  const looked = store.lookup([aKey('a')]);
  come();
  expect((await looked).records).toMatchObject([{ key: aKey('a') }]);
  // From then on at once, as the store does.
  expect(store.lookup([aKey('a')])).not.toBeInstanceOf(Promise);
  expect(store.peek(aKey('a'))).toMatchObject({ key: aKey('a') });
  expect(store.figures().entries).toBe(1);
});

test('an epoch that was raised meanwhile is raised before anybody looks', async () => {
  const { store, come } = late();
  const raised = store.raise([anEpoch.key]);
  const looked = store.lookup([anEpoch.key]);
  come();
  expect(await raised).toBe(true);
  expect((await looked).records[0]?.epoch).toMatch(/^r/);
});

test('a lookup waits no longer than its budget, and has used it up', async () => {
  const { store } = late({ ...DEFAULT_STORAGE, budget: 20 });
  const budget = store.waitBudget();
  const { answered, records } = await store.lookup([aKey('a')], budget);
  expect({ answered, records }).toEqual({ answered: false, records: [undefined] });
  expect(budget.left).toBeLessThanOrEqual(1);
  // Nobody else waits for it.
  expect(store.lookup([aKey('a')])).toEqual({ answered: false, records: [undefined] });
});

test('what waits to be written is bounded in bytes', () => {
  const { store } = late({ ...DEFAULT_STORAGE, maxPendingBytes: 1_000 });
  expect(store.put(anEntry('a', 'x'.repeat(800)), 60)).toBe(true);
  expect(store.put(anEntry('b', 'x'.repeat(800)), 60)).toBe(false);
  expect(store.figures()).toMatchObject({ pendingWrites: 1, pendingBytes: 800, droppedWrites: 1 });
});

test('what was asked for meanwhile is done in order', async () => {
  const { store, come } = late();
  store.put(anEntry('a', 'old'), 60);
  const removed = store.remove([aKey('a')]);
  store.put(anEntry('a', 'new'), 60);
  const looked = store.lookup([aKey('a')]);
  come();
  expect(await removed).toBe(1);
  expect((await looked).records).toMatchObject([{ response: { body: { text: 'new' } } }]);
});

test('one that never comes is told once, and nobody waits for it any more', async () => {
  const { store, events, fail } = late();
  fail(new Error('no such file'));
  expect(await store.lookup([aKey('a')])).toEqual({ answered: false, records: [undefined] });
  expect(store.put(anEntry('a'), 60)).toBe(false);
  expect(store.lookup([aKey('a')])).toEqual({ answered: false, records: [undefined] });
  expect(await store.raise([anEpoch.key])).toBe(false);
  expect(await store.remove([aKey('a')])).toBe(0);
  expect(await store.clear()).toBe(0);
  expect(await collect(store.records())).toEqual([]);
  await store.flush();
  await store.close();
  expect(store.figures()).toMatchObject({ reading: 'open', writing: 'open', pendingWrites: 0, droppedWrites: 1 });
  expect(events).toMatchObject([{ type: 'error', operation: 'load' }, { type: 'not-stored' }]);
});
