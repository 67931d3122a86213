/** A process sees its own writes, also one that ends while another key of the same lookup is being asked for. */
import { createRecordStore } from '../../lib/storage/store.js';
import { FaultyStore } from './faulty.js';
import { aKey, anEntry, openStore, PATIENT } from './fixtures.js';
import type { StoreRecord } from '../../lib/storage/records.js';

const epoch = (key: string): StoreRecord => ({ kind: 'epoch', key, epoch: `of ${key}` });
const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

function slowStore(writeTurns: number, readTurns: number) {
  const held = new Map<string, unknown>();
  return {
    get: async (key: string) => {
      const value = held.get(key);
      await turns(readTurns);
      return value;
    },
    set: async (key: string, value: unknown) => {
      await turns(writeTurns);
      held.set(key, value);
    },
    delete: async (key: string) => held.delete(key),
  };
}

test.each([
  ['the write ends during the read', 2, 6],
  ['the read ends during the write', 6, 2],
])('%s', async (_name, writeTurns, readTurns) => {
  const store = createRecordStore({ store: slowStore(writeTurns, readTurns) });
  store.put(epoch('{a}one'), 60);
  const { records, answered } = await store.lookup(['{a}one', '{a}other']);
  expect(answered).toBe(true);
  expect(records[0]).toMatchObject({ epoch: 'of {a}one' });
  await store.close();
});

test('what is removed during the read is gone', async () => {
  const store = createRecordStore({ store: slowStore(1, 8) });
  store.put(epoch('{a}one'), 60);
  const looking = store.lookup(['{a}one', '{a}other']);
  await turns(1);
  await store.remove(['{a}one']);
  expect((await looking).records[0]).toBeUndefined();
  await store.close();
});

test('while the store cannot be asked, nobody knows what has been invalidated elsewhere', async () => {
  const faulty = new FaultyStore();
  const store = createRecordStore({ store: faulty, storage: { timeout: 200 } });
  faulty.writing = 'hang';
  store.put(anEntry('a'), 60);
  expect(await store.lookup([aKey('a'), aKey('b')])).toMatchObject({
    answered: true,
    records: [{ kind: 'entry' }, undefined],
  });
  faulty.reading = 'reject';
  expect(await store.lookup([aKey('a'), aKey('b')])).toEqual({ answered: false, records: [undefined, undefined] });
  await store.close();
});

test('text that would not be read back for its length is not written', async () => {
  const opened = openStore({ store: new Map(), maxEntryBytes: 300_000, storage: PATIENT });
  // Each of these characters is six as JSON.
  opened.store.put(anEntry('nul', { form: 'text', text: '\0'.repeat(250_000) }), 60);
  await opened.store.flush();
  expect(opened.types()).toEqual(['error', 'not-stored']);
  expect((await opened.store.lookup([aKey('nul')])).records).toEqual([undefined]);
  expect(opened.types()).toEqual(['error', 'not-stored']);
});
