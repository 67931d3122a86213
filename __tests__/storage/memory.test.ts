import { mapStore } from '../../lib/storage/map.js';
import { memoryStore, sizeOf } from '../../lib/storage/memory.js';
import { bodyBytes, bodyText } from '../../lib/storage/records.js';
import type { EntryRecord } from '../../lib/storage/records.js';
import { aKey, anEntry, closeAll, collect, openStore, until } from './fixtures.js';

afterEach(closeAll);

const KB = 1_024;

function bytesOf(store: { figures?: () => { bytes: number } }): number {
  return store.figures?.().bytes ?? Number.NaN;
}

/** What must have been counted, by looking at every record again. */
function recount(store: ReturnType<typeof memoryStore>, names: readonly string[]): number {
  return names.reduce((sum, name) => {
    const record = store.get(aKey(name));
    return record === undefined ? sum : sum + sizeOf(aKey(name), record);
  }, 0);
}

describe('bounds', () => {
  test('the bytes never exceed the bound, and those used last stay', () => {
    const store = memoryStore({ maxBytes: 100 * KB });
    for (let n = 0; n < 100; n += 1) {
      store.set(aKey(String(n)), anEntry(String(n), new Uint8Array(10 * KB)));
      store.get(aKey('0'));
      expect(bytesOf(store)).toBeLessThanOrEqual(100 * KB);
    }
    expect(store.get(aKey('0'))).toBeDefined();
    expect(store.get(aKey('50'))).toBeUndefined();
    expect(store.get(aKey('99'))).toBeDefined();
  });

  test('maxEntries bounds their number', () => {
    const store = memoryStore({ maxEntries: 3 });
    for (const name of ['a', 'b', 'c', 'd']) store.set(aKey(name), anEntry(name));
    expect(store.figures?.().entries).toBe(3);
    expect(store.get(aKey('a'))).toBeUndefined();
  });

  test('the count is exact through replacing, growing, removing and evicting', () => {
    const store = memoryStore({ maxBytes: 200 * KB });
    const names = Array.from({ length: 60 }, (_, n) => String(n));
    for (let round = 0; round < 2_000; round += 1) {
      const name = names[(round * 7) % 60] ?? '';
      if (round % 11 === 0) store.delete(aKey(name));
      else if (round % 3 === 0) store.set(aKey(name), anEntry(name, 'x'.repeat((round * 37) % 9_000)));
      const record = store.get(aKey(name)) as EntryRecord | undefined;
      if (record !== undefined && round % 5 === 0) bodyBytes(record.response.body);
      expect(bytesOf(store)).toBeLessThanOrEqual(200 * KB);
    }
    expect(bytesOf(store)).toBe(recount(store, names));
    for (const name of names) store.delete(aKey(name));
    expect(bytesOf(store)).toBe(0);
  });

  test('the other form of a body is counted once it is there, and makes room for itself', () => {
    const store = memoryStore({ maxBytes: 160 * KB });
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
    for (const name of names) store.set(aKey(name), anEntry(name, 'x'.repeat(14 * KB)));
    expect(bytesOf(store)).toBeGreaterThan(150 * KB);
    bodyBytes((store.get(aKey('j')) as EntryRecord).response.body);
    expect(store.get(aKey('a'))).toBeUndefined();
    expect(bytesOf(store)).toBeLessThanOrEqual(160 * KB);
    bodyBytes((store.get(aKey('b')) as EntryRecord).response.body);
    expect(bytesOf(store)).toBe(recount(store, names));
  });

  test('a body that grows after its record was replaced changes nothing', () => {
    const store = memoryStore();
    store.set(aKey('a'), anEntry('a', 'old'));
    const old = store.get(aKey('a')) as EntryRecord;
    store.set(aKey('a'), anEntry('a', 'new'));
    const before = bytesOf(store);
    expect(bodyText(old.response.body)).toBe('old');
    expect(bodyBytes(old.response.body)).toHaveLength(3);
    expect(bytesOf(store)).toBe(before);
    expect(bodyText((store.get(aKey('a')) as EntryRecord).response.body)).toBe('new');
  });

  test('what is larger than all the room is refused, and what was there before is gone', () => {
    const { store, events } = openStore({ maxBytes: 20 * KB });
    store.put(anEntry('a', 'small'), 60);
    expect(store.put(anEntry('a', new Uint8Array(30 * KB)), 60)).toBe(false);
    expect(store.lookup([aKey('a')])).toEqual({ records: [undefined], answered: true });
    expect(events).toEqual([{ type: 'not-stored', key: aKey('a'), cause: 'too-large' }]);
  });

  test('maxEntryBytes is the largest body, to the octet', () => {
    const { store } = openStore({ maxEntryBytes: 6 });
    expect(store.put(anEntry('a', 'sixsix'), 60)).toBe(true);
    expect(store.put(anEntry('b', 'seven77'), 60)).toBe(false);
    expect(store.put(anEntry('c', { form: 'text', text: 'äöü' }), 60)).toBe(true);
    expect(store.put(anEntry('d', { form: 'text', text: 'äöüä' }), 60)).toBe(false);
    expect(store.put(anEntry('e', { form: 'text', text: '中中' }), 60)).toBe(true);
  });

  test('a body that is a window on shared memory gets memory of its own', () => {
    const store = memoryStore();
    // No text, whatever its type says.
    const pool = new Uint8Array(8 * KB).fill(0xff);
    store.set(aKey('a'), anEntry('a', pool.subarray(0, 10)));
    pool.fill(2);
    const { bytes, text } = (store.get(aKey('a')) as EntryRecord).response.body;
    expect(text).toBeUndefined();
    expect(bytes?.buffer.byteLength).toBe(10);
    expect(bytes?.[0]).toBe(0xff);
  });
});

describe('expiry', () => {
  test('T87 100,000 entries leave by themselves, on one timer, without holding up the event loop', async () => {
    const store = memoryStore({ maxBytes: 1e9 });
    const { setTimeout: original } = globalThis;
    let timers = 0;
    const spy = jest.spyOn(globalThis, 'setTimeout').mockImplementation((...args: Parameters<typeof setTimeout>) => {
      timers += 1;
      return original(...args);
    });
    const record = anEntry('a');
    for (let n = 0; n < 100_000; n += 1) store.set(`{${String(n)}}`, record, 500 + (n % 500));
    spy.mockRestore();
    expect(timers).toBe(1);
    expect(store.figures?.().entries).toBe(100_000);
    const filledAt = performance.now();
    let longest = 0;
    let last = performance.now();
    const lag = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 1);
    await until(() => store.figures?.().entries === 0);
    clearInterval(lag);
    expect(performance.now() - filledAt).toBeLessThan(3 * 2_000);
    expect(longest).toBeLessThan(500);
    expect(bytesOf(store)).toBe(0);
  });

  test('an expired record is gone at once for whoever asks', async () => {
    const { store, events } = openStore();
    store.put(anEntry('a'), 0.05);
    store.put(anEntry('b'), null);
    await new Promise((resolve) => setTimeout(resolve, 70));
    expect(store.lookup([aKey('a'), aKey('b')])).toMatchObject({ records: [undefined, { kind: 'entry' }] });
    expect(events).toEqual([{ type: 'evicted', key: aKey('a'), url: 'https://api.example.com/a', cause: 'expired' }]);
  });

  test('a record that was replaced lives as long as the new one', async () => {
    const { store } = openStore();
    store.put(anEntry('a', 'old'), 0.1);
    store.put(anEntry('a', 'new'), 60);
    store.put(anEntry('b', 'old'), 60);
    store.put(anEntry('b', 'new'), 0.1);
    await until(() => store.figures().entries === 1);
    expect(store.lookup([aKey('a')])).toMatchObject({ records: [{ kind: 'entry' }] });
  });

  test('no time at all is refused; for ever is for ever', () => {
    const { store } = openStore();
    for (const keepFor of [0, -1, Number.NaN, Number.NEGATIVE_INFINITY]) {
      expect(store.put(anEntry('a'), keepFor)).toBe(false);
    }
    for (const keepFor of [null, Number.POSITIVE_INFINITY, 1e12, 0.000_1]) {
      expect(store.put(anEntry('a'), keepFor)).toBe(true);
    }
  });
});

describe('records', () => {
  test('are answered at once, as one object that everybody gets', () => {
    const { store } = openStore();
    store.put(anEntry('a'), 60);
    const first = store.lookup([aKey('a')]);
    expect(first).not.toBeInstanceOf(Promise);
    expect(first).toMatchObject({ answered: true });
    const second = store.lookup([aKey('a')]);
    if (first instanceof Promise || second instanceof Promise) throw new Error('a promise');
    expect(second.records[0]).toBe(first.records[0]);
  });

  test('say when they have to leave, with their URL', () => {
    const { store, events } = openStore({ maxEntries: 1 });
    store.put(anEntry('a'), 60);
    store.put(anEntry('b'), 60);
    expect(events).toEqual([{ type: 'evicted', key: aKey('a'), url: 'https://api.example.com/a', cause: 'size' }]);
  });

  test('listing them does not count as a use', async () => {
    const { store } = openStore({ maxEntries: 3 });
    for (const name of ['a', 'b', 'c']) store.put(anEntry(name), 60);
    await collect(store.records());
    store.put(anEntry('d'), 60);
    expect(store.lookup([aKey('a'), aKey('b')])).toMatchObject({ records: [undefined, { kind: 'entry' }] });
  });

  test('100,000 of them are cleared without holding up the event loop', async () => {
    const { store } = openStore({ maxBytes: 1e9 });
    const record = anEntry('a');
    for (let n = 0; n < 100_000; n += 1) store.put({ ...record, key: `{${String(n)}}` }, 60);
    let longest = 0;
    let last = performance.now();
    const lag = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 1);
    expect(await store.clear()).toBe(100_000);
    clearInterval(lag);
    expect(longest).toBeLessThan(500);
    expect(store.figures()).toMatchObject({ entries: 0, bytes: 0 });
  });

  test('are bodies in both forms', () => {
    const store = memoryStore();
    store.set(aKey('a'), anEntry('a', { form: 'value', text: '{"ä":1}' }));
    const { body } = (store.get(aKey('a')) as EntryRecord).response;
    expect(new TextDecoder().decode(bodyBytes(body))).toBe('{"ä":1}');
    expect([body.form, body.text]).toEqual(['value', '{"ä":1}']);
  });
});

describe('a Map', () => {
  test('is bounded like the memory store, as far as it is ours', async () => {
    const map = new Map<string, unknown>([['theirs', 'x'.repeat(100 * KB)]]);
    const { store, events } = openStore({ store: map, maxBytes: 50 * KB });
    for (let n = 0; n < 100; n += 1) store.put(anEntry(String(n), 'x'.repeat(5 * KB)), 60);
    expect(map.size).toBeLessThan(12);
    expect(map.get('theirs')).toHaveLength(100 * KB);
    expect(events.every(({ type }) => type === 'evicted')).toBe(true);
    expect(events[0]).toMatchObject({ key: aKey('0'), cause: 'size' });
    const ours = map.size - 1;
    expect(ours).toBeGreaterThan(3);
    expect(await store.clear()).toBe(ours);
    expect([...map.keys()]).toEqual(['theirs']);
  });

  test('holds text, which leaves when it is due', async () => {
    const map = new Map<string, unknown>();
    const { store } = openStore({ store: map });
    store.put(anEntry('a'), 0.2);
    expect([...map.keys()]).toEqual([`axios-http-cache:v1:${aKey('a')}`]);
    expect(typeof [...map.values()][0]).toBe('string');
    await until(() => map.size === 0, 2_500);
  });

  test('that was emptied by somebody else is empty', () => {
    const map = new Map();
    const { store } = openStore({ store: map });
    store.put(anEntry('a'), 60);
    map.clear();
    expect(store.lookup([aKey('a')])).toEqual({ records: [undefined], answered: true });
    expect(store.figures().entries).toBe(0);
  });

  test('has one list of what is in it, however many caches use it', () => {
    const map = new Map();
    expect(mapStore(map)).toBe(mapStore(map));
    expect(mapStore(map)).not.toBe(mapStore(new Map()));
  });
});

test('an entry that was confirmed keeps what callers made of its body, counted once', () => {
  const store = memoryStore();
  const entry = anEntry('a', '{"a":1}');
  store.set('a', entry);
  const kept = store.get('a') as EntryRecord;
  const { bytes: before = 0 } = store.figures?.() ?? {};
  kept.response.body.parsed = { value: { a: 1 }, bytes: 5_000, isFrozen: false };
  store.set('a', { ...kept, response: { ...kept.response, receivedAt: kept.response.receivedAt + 1 } });
  const confirmed = store.get('a') as EntryRecord;
  expect(confirmed).not.toBe(kept);
  expect(confirmed.response.body.parsed).toBe(kept.response.body.parsed);
  expect(store.figures?.()).toEqual({ entries: 1, bytes: before + 5_000 });
  confirmed.response.body.parsed = undefined;
  expect(store.figures?.()).toEqual({ entries: 1, bytes: before });
});
