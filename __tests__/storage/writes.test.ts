import { FaultyStore } from './faulty.js';
import { aKey, anEntry, closeAll, collect, fields, openStore } from './fixtures.js';
import { bodyText } from '../../lib/storage/records.js';
import type { OpenedStore } from './fixtures.js';

afterEach(closeAll);

const patient = { timeout: 2_000 };

/** The text that a lookup finds, or nothing. */
async function found({ store }: OpenedStore, name: string): Promise<string | undefined> {
  const { records } = await store.lookup([aKey(name)]);
  const [record] = records;
  return record?.kind === 'entry' ? bodyText(record.response.body) : undefined;
}

function stored(faulty: FaultyStore, name: string): string {
  return String(faulty.values.get(`axios-http-cache:v1:${aKey(name)}`)).split('\n')[1] ?? '';
}

describe('pending writes', () => {
  test('are visible to this process at once, without asking the store', async () => {
    const faulty = new FaultyStore();
    faulty.writing = 'hang';
    const opened = openStore({ store: faulty, storage: patient });
    expect(opened.store.put(anEntry('a', 'new'), 60)).toBe(true);
    expect(opened.store.lookup([aKey('a')])).toMatchObject({ answered: true, records: [{ kind: 'entry' }] });
    expect(faulty.count('get')).toBe(0);
    expect(opened.store.figures()).toMatchObject({ pendingWrites: 1 });
    faulty.release();
    await opened.store.flush();
    expect(opened.store.figures()).toMatchObject({ pendingWrites: 0, pendingBytes: 0 });
    expect(await found(opened, 'a')).toBe('new');
  });

  test('keep their order per key, and the last one wins', async () => {
    const faulty = new FaultyStore();
    faulty.writing = 'hang';
    const opened = openStore({ store: faulty, storage: patient });
    for (const text of ['one', 'two', 'three']) opened.store.put(anEntry('a', text), 60);
    expect(await found(opened, 'a')).toBe('three');
    expect(opened.store.figures().pendingWrites).toBe(2);
    faulty.writing = 'none';
    faulty.release();
    await opened.store.flush();
    expect(faulty.count('set')).toBe(2);
    expect(stored(faulty, 'a')).toBe('three');
  });

  test('are bounded in bytes; the surplus is dropped and counted, with one event', async () => {
    const faulty = new FaultyStore();
    faulty.writing = 'hang';
    const opened = openStore({ store: faulty, storage: { ...patient, maxPendingBytes: 1_000_000 } });
    const body = new Uint8Array(100_000);
    const taken = Array.from({ length: 50 }, (_, n) => opened.store.put(anEntry(String(n), body), 60));
    expect(taken.filter(Boolean)).toHaveLength(9);
    expect(opened.store.figures()).toMatchObject({ pendingWrites: 9, droppedWrites: 41 });
    expect(opened.store.figures().pendingBytes).toBeLessThanOrEqual(1_000_000);
    expect(opened.events).toEqual([{ type: 'not-stored', key: aKey('9'), cause: 'queue-full' }]);
    faulty.writing = 'none';
    faulty.release();
    await opened.store.flush();
    expect(faulty.values.size).toBe(9);
    expect(opened.store.put(anEntry('again', body), 60)).toBe(true);
  });

  test('T88 20,000 writes to a store that hangs hold no more than their bound', async () => {
    const faulty = new FaultyStore();
    faulty.fault = 'hang';
    const opened = openStore({ store: faulty });
    const body = new Uint8Array(100_000);
    for (let n = 0; n < 20_000; n += 1) {
      opened.store.put(anEntry(String(n), body), 60);
      expect(opened.store.figures().pendingBytes).toBeLessThanOrEqual(16_777_216);
    }
    await opened.store.flush();
    expect(opened.store.figures()).toMatchObject({ pendingBytes: 0, droppedWrites: 20_000, reading: 'open' });
    // Only so many were ever sent.
    expect(faulty.count('set')).toBeLessThanOrEqual(64);
  });

  test('a few hundred at once all arrive, no more than 32 under way', async () => {
    const faulty = new FaultyStore();
    faulty.writing = { delayMs: 1 };
    const opened = openStore({ store: faulty, storage: patient });
    for (let n = 0; n < 300; n += 1) opened.store.put(anEntry(String(n)), 60);
    expect(faulty.count('set')).toBe(32);
    await opened.store.flush();
    expect(faulty.values.size).toBe(300);
  });

  test('that failed are gone from here as well', async () => {
    const faulty = new FaultyStore();
    faulty.writing = 'reject';
    const opened = openStore({ store: faulty });
    opened.store.put(anEntry('a'), 60);
    await opened.store.flush();
    expect(await found(opened, 'a')).toBeUndefined();
  });

  test('that are too large leave nothing older behind', async () => {
    const faulty = new FaultyStore();
    const opened = openStore({ store: faulty, maxEntryBytes: 10 });
    opened.store.put(anEntry('a', 'old'), 60);
    await opened.store.flush();
    expect(opened.store.put(anEntry('a', 'much too large'), 60)).toBe(false);
    expect(await found(opened, 'a')).toBeUndefined();
    await opened.store.flush();
    expect(faulty.values.size).toBe(0);
    expect(opened.types()).toEqual(['not-stored']);
  });

  test('whose fields nobody could read back are reported and not sent', async () => {
    const faulty = new FaultyStore();
    const opened = openStore({ store: faulty });
    opened.store.put(anEntry('a', 'x', { headers: fields({ etag: '"1"\r\nx: y' }) }), 60);
    await opened.store.flush();
    expect(faulty.count('set')).toBe(0);
    expect(opened.events[0]).toMatchObject({ type: 'error', operation: 'encode' });
    expect(opened.store.figures().writing).toBe('closed');
  });

  test.each<[number | null, string]>([
    [60, ' 60000'],
    [0.0001, ' 1'],
    [1.0005, ' 1001'],
    [1e9, ' 2147483647'],
    [null, ''],
    [Number.POSITIVE_INFINITY, ''],
  ])('a lifetime of %p seconds is the ttl "%s"', async (keepFor, ttl) => {
    const faulty = new FaultyStore();
    const { store } = openStore({ store: faulty });
    expect(store.put(anEntry('a'), keepFor)).toBe(true);
    await store.flush();
    expect(faulty.calls).toEqual([`set axios-http-cache:v1:${aKey('a')}${ttl}`]);
  });

  test.each([0, -5, Number.NaN])('a lifetime of %p seconds is not written', async (keepFor) => {
    const faulty = new FaultyStore();
    const { store } = openStore({ store: faulty });
    expect(store.put(anEntry('a'), keepFor)).toBe(false);
    await store.flush();
    expect(faulty.calls).toEqual([]);
  });
});

describe('removals', () => {
  test('take out what waits, and follow what is under way', async () => {
    const faulty = new FaultyStore();
    faulty.writing = 'hang';
    const opened = openStore({ store: faulty, storage: patient });
    opened.store.put(anEntry('a', 'one'), 60);
    opened.store.put(anEntry('a', 'two'), 60);
    const removed = opened.store.remove([aKey('a')]);
    expect(await found(opened, 'a')).toBeUndefined();
    expect(faulty.count('delete')).toBe(0);
    faulty.release();
    expect(await removed).toBe(1);
    expect(faulty.calls.map((call) => call.split(' ')[0])).toEqual(['set', 'delete']);
    expect(faulty.values.size).toBe(0);
  });

  test('are not undone by a write that came later and fails', async () => {
    const faulty = new FaultyStore();
    const opened = openStore({ store: faulty, storage: patient });
    opened.store.put(anEntry('a', 'old'), 60);
    await opened.store.flush();
    faulty.removing = { delayMs: 20 };
    const removed = opened.store.remove([aKey('a')]);
    faulty.writing = 'reject';
    opened.store.put(anEntry('a', 'new'), 60);
    expect(await found(opened, 'a')).toBe('new');
    expect(await removed).toBe(1);
    await opened.store.flush();
    expect(await found(opened, 'a')).toBeUndefined();
  });

  test('outrank the answer to a lookup that was under way', async () => {
    const faulty = new FaultyStore();
    const opened = openStore({ store: faulty });
    opened.store.put(anEntry('a', 'old'), 60);
    await opened.store.flush();
    const { get } = faulty;
    faulty.get = (key) => get.call(faulty, key).then((value) => new Promise((r) => setTimeout(() => r(value), 50)));
    const early = found(opened, 'a');
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await opened.store.remove([aKey('a')])).toBe(1);
    expect(await early).toBeUndefined();
  });

  test('count what was there, each once', async () => {
    const { store } = openStore({ store: new FaultyStore() });
    for (const name of ['a', 'b']) store.put(anEntry(name), 60);
    await store.flush();
    store.put(anEntry('c'), 60);
    expect(await store.remove([aKey('a'), aKey('c'), aKey('never')])).toBe(2);
    expect(await store.remove([aKey('a')])).toBe(0);
  });

  test('any sequence of writes and removals ends as the last of them says', async () => {
    const faulty = new FaultyStore();
    faulty.writing = { delayMs: 1 };
    const opened = openStore({ store: faulty, storage: patient });
    let seed = 42;
    const random = (n: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % n;
    const truth = new Map<string, string>();
    const removals: Promise<number>[] = [];
    for (let step = 0; step < 2_000; step += 1) {
      const name = String(random(20));
      if (random(3) === 0) {
        truth.delete(name);
        removals.push(opened.store.remove([aKey(name)]));
      } else {
        truth.set(name, String(step));
        expect(opened.store.put(anEntry(name, String(step)), 60)).toBe(true);
      }
      expect(await found(opened, name)).toBe(truth.get(name));
      if (random(10) === 0) await new Promise((resolve) => setTimeout(resolve, random(3)));
    }
    await Promise.all(removals);
    await opened.store.flush();
    for (let n = 0; n < 20; n += 1) expect(await found(opened, String(n))).toBe(truth.get(String(n)));
    expect(faulty.values.size).toBe(truth.size);
  });
});

describe('a store that cannot be listed', () => {
  test('says so', async () => {
    const { store } = openStore({ store: new FaultyStore() });
    await expect(collect(store.records())).rejects.toThrow('Option "store"');
    await expect(store.clear()).rejects.toThrow('Option "store"');
  });
});

describe('close', () => {
  test('waits for what is pending, but not for ever', async () => {
    const faulty = new FaultyStore();
    faulty.writing = { delayMs: 30 };
    const opened = openStore({ store: faulty, storage: patient });
    opened.store.put(anEntry('a'), 60);
    await opened.store.close();
    expect(faulty.values.size).toBe(1);

    const stuck = new FaultyStore();
    stuck.writing = 'hang';
    const other = openStore({ store: stuck, storage: patient });
    other.store.put(anEntry('a'), 60);
    const start = performance.now();
    await other.store.close();
    expect(performance.now() - start).toBeLessThan(800);
    stuck.release();
  });
});
