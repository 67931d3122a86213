import { perform } from '../../lib/storage/guard.js';
import type { LookupResult } from '../../lib/storage/types.js';
import { FaultyStore } from './faulty.js';
import type { Fault } from './faulty.js';
import { aKey, anEntry, closeAll, openStore, until } from './fixtures.js';
import type { OpenedStore } from './fixtures.js';

afterEach(closeAll);

const fast = { timeout: 40, breaker: { failures: 3, probeEvery: 200 } };

async function lookup({ store }: OpenedStore, name = 'a'): Promise<LookupResult> {
  return store.lookup([aKey(name)]);
}

async function timed<T>(action: () => T | Promise<T>): Promise<{ result: T; ms: number }> {
  const start = performance.now();
  const result = await action();
  return { result, ms: performance.now() - start };
}

describe.each<[string, Fault]>([
  ['hangs', 'hang'],
  ['rejects', 'reject'],
  ['throws', 'throw'],
  ['is slower than the deadline', { delayMs: 300 }],
])('a store that %s', (_, fault) => {
  test('costs at most a deadline a lookup, then nothing, and reports each change once', async () => {
    const faulty = new FaultyStore();
    const opened = openStore({ store: faulty, storage: fast });
    await lookup(opened);
    faulty.fault = fault;
    for (let n = 0; n < 3; n += 1) {
      const { result, ms } = await timed(() => lookup(opened));
      expect(result).toEqual({ records: [undefined], answered: false });
      expect(ms).toBeLessThan(500);
    }
    expect(opened.store.figures().reading).toBe('open');
    for (let n = 0; n < 200; n += 1) {
      expect(opened.store.lookup([aKey('a')])).toEqual({ records: [undefined], answered: false });
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(opened.types()).toEqual(['degraded']);
    faulty.fault = 'none';
    await until(() => opened.store.figures().reading === 'closed', 1_000);
    expect(opened.events).toMatchObject([
      { type: 'degraded', breaker: 'read', cause: expect.any(Error) as Error },
      { type: 'recovered', breaker: 'read' },
    ]);
    expect(await lookup(opened)).toMatchObject({ answered: true });
  });
});

describe('the breakers', () => {
  test('many lookups at once each pay one deadline, and report once', async () => {
    const faulty = new FaultyStore();
    faulty.fault = 'hang';
    const opened = openStore({ store: faulty, storage: fast });
    const { ms } = await timed(() => Promise.all(Array.from({ length: 500 }, () => lookup(opened))));
    expect(ms).toBeLessThan(1_000);
    expect(opened.types()).toEqual(['degraded']);
  });

  test('a success in between starts the count anew', async () => {
    const faulty = new FaultyStore();
    const opened = openStore({ store: faulty, storage: fast });
    for (const fault of ['reject', 'reject', 'none', 'reject', 'reject', 'none'] as const) {
      faulty.fault = fault;
      await lookup(opened);
    }
    expect(opened.types()).toEqual([]);
  });

  test('one probe at a time, at the interval', async () => {
    const faulty = new FaultyStore();
    const opened = openStore({ store: faulty, storage: fast });
    faulty.fault = 'reject';
    for (let n = 0; n < 3; n += 1) await lookup(opened);
    const before = faulty.count('get');
    const lookups = setInterval(() => void lookup(opened), 2);
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    clearInterval(lookups);
    const probes = faulty.count('get') - before;
    expect(probes).toBeGreaterThanOrEqual(3);
    expect(probes).toBeLessThanOrEqual(6);
  });

  test('a full store: reads go on, removals too, writes are dropped and counted, one event', async () => {
    const faulty = new FaultyStore();
    const opened = openStore({ store: faulty, storage: fast });
    opened.store.put(anEntry('kept'), 60);
    await opened.store.flush();
    faulty.writing = 'reject';
    for (let n = 0; n < 20; n += 1) {
      opened.store.put(anEntry(String(n)), 60);
      await opened.store.flush();
    }
    expect(faulty.count('set')).toBe(4);
    expect(opened.store.figures()).toMatchObject({ reading: 'closed', writing: 'open', droppedWrites: 20 });
    // Not told before it is clear that it does answer.
    await until(() => opened.events.length === 2);
    expect(opened.events).toMatchObject([
      { type: 'not-stored', cause: 'store-failed' },
      { type: 'degraded', breaker: 'write' },
    ]);
    expect(await lookup(opened, 'kept')).toMatchObject({ answered: true, records: [{ kind: 'entry' }] });
    expect(await opened.store.remove([aKey('kept')])).toBe(1);
    faulty.writing = 'none';
    await until(() => opened.store.figures().writing === 'closed', 1_000);
    expect(opened.types()).toEqual(['not-stored', 'degraded', 'recovered']);
    expect(opened.store.put(anEntry('a'), 60)).toBe(true);
    // The probe left nothing behind.
    await until(() => faulty.values.size === 1);
  });

  test('a store that does not answer is not written to either: one pair of events for one outage', async () => {
    const faulty = new FaultyStore();
    const opened = openStore({ store: faulty, storage: fast });
    faulty.fault = 'hang';
    for (let n = 0; n < 6; n += 1) {
      await lookup(opened, String(n));
      opened.store.put(anEntry(String(n)), 60);
    }
    await opened.store.flush();
    faulty.fault = 'none';
    faulty.release();
    await until(() => opened.store.figures().reading === 'closed', 1_000);
    expect(opened.types().filter((type) => type !== 'not-stored')).toEqual(['degraded', 'recovered']);
  });

  test.each([3, 10])('%i writes and three removals hang, and then what is read: it is one outage', async (writes) => {
    const faulty = new FaultyStore();
    const opened = openStore({ store: faulty, storage: fast });
    faulty.fault = 'hang';
    for (let n = 0; n < writes; n += 1) opened.store.put(anEntry(String(n)), 60);
    const removal = opened.store.remove([aKey('x'), aKey('y'), aKey('z')]);
    if (writes === 10) for (let n = 0; n < 3; n += 1) void lookup(opened);
    await Promise.all([removal, opened.store.flush()]);
    await until(() => opened.store.figures().reading === 'open', 1_000);
    expect(opened.store.figures()).toMatchObject({ writing: 'closed', pendingWrites: 0, droppedWrites: writes });
    expect(await lookup(opened)).toMatchObject({ answered: false });
    faulty.fault = 'none';
    faulty.release();
    await until(() => opened.store.figures().reading === 'closed', 1_000);
    expect(opened.types().filter((type) => type !== 'not-stored')).toEqual(['degraded', 'recovered']);
    expect(opened.store.put(anEntry('a'), 60)).toBe(true);
    expect(await opened.store.remove([aKey('a')])).toBe(1);
  });

  test('removals from a store that is down end at once and are counted as none', async () => {
    const faulty = new FaultyStore();
    const opened = openStore({ store: faulty, storage: fast });
    faulty.fault = 'hang';
    for (let n = 0; n < 3; n += 1) await opened.store.remove([aKey('a')]);
    const { result, ms } = await timed(() => opened.store.remove([aKey('a'), aKey('b')]));
    expect(result).toBe(0);
    expect(ms).toBeLessThan(150);
    expect(opened.types()).toEqual([]);
  });

  test('after close there are no probes, and nothing is asked', async () => {
    const faulty = new FaultyStore();
    const opened = openStore({ store: faulty, storage: fast });
    faulty.fault = 'reject';
    for (let n = 0; n < 3; n += 1) await lookup(opened);
    await opened.store.close();
    await opened.store.close();
    const calls = faulty.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await lookup(opened)).toEqual({ records: [undefined], answered: false });
    expect(opened.store.put(anEntry('a'), 60)).toBe(false);
    expect(await opened.store.remove([aKey('a')])).toBe(0);
    expect(faulty.calls).toHaveLength(calls);
  });
});

describe('deadlines', () => {
  test('a store slower than usual but within its deadline works', async () => {
    const faulty = new FaultyStore();
    const opened = openStore({ store: faulty });
    opened.store.put(anEntry('a'), 60);
    await opened.store.flush();
    faulty.fault = { delayMs: 60 };
    for (let n = 0; n < 5; n += 1) expect(await lookup(opened)).toMatchObject({ records: [{ kind: 'entry' }] });
    expect(opened.types()).toEqual([]);
  });

  test('an event loop that was held up is not the fault of the store', async () => {
    const faulty = new FaultyStore();
    const opened = openStore({ store: faulty, storage: { timeout: 50 } });
    for (let n = 0; n < 5; n += 1) {
      faulty.fault = { delayMs: 10 };
      const found = lookup(opened);
      const end = performance.now() + 120;
      while (performance.now() < end);
      expect(await found).toMatchObject({ answered: true });
    }
    expect(opened.types()).toEqual([]);
  });

  test('nor when the answer takes a few turns of that loop, as that of a new connection does', async () => {
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    const get = async (): Promise<undefined> => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      for (let turns = 0; turns < 3; turns += 1) await turn();
      return undefined;
    };
    const opened = openStore({ store: { get, set: () => true, delete: () => true }, storage: { timeout: 50 } });
    const found = lookup(opened);
    const end = performance.now() + 120;
    while (performance.now() < end);
    expect(await found).toMatchObject({ answered: true });
  });

  test('all lookups of one request share one budget', async () => {
    const faulty = new FaultyStore();
    faulty.fault = { delayMs: 60 };
    const opened = openStore({ store: faulty, storage: { timeout: 100, budget: 130 } });
    const budget = opened.store.waitBudget();
    const { ms } = await timed(async () => {
      const answered = [];
      for (const name of ['a', 'b', 'c', 'd']) {
        answered.push((await opened.store.lookup([aKey(name)], budget)).answered);
      }
      expect(answered).toEqual([true, true, false, false]);
    });
    expect(ms).toBeLessThan(600);
    // It was the request that had no more time: the store is not to blame.
    expect(opened.store.figures().reading).toBe('closed');
  });

  test('what arrives late is ignored, and its rejection is handled', async () => {
    let fail: ((error: Error) => void) | undefined;
    const late = { get: () => new Promise((_, reject) => (fail = reject)), set: () => true, delete: () => true };
    const opened = openStore({ store: late, storage: fast });
    expect(await lookup(opened)).toMatchObject({ answered: false });
    fail?.(new Error('late'));
    await new Promise((resolve) => setTimeout(resolve, 20));
  });

  test('a store that answers at once needs no promise, and no timer', () => {
    const map = new Map<string, unknown>();
    const atOnce = {
      get: (key: string) => map.get(key),
      set: (key: string, value: unknown) => map.set(key, value),
      delete: (key: string) => map.delete(key),
    };
    const opened = openStore({ store: atOnce });
    const timers = jest.spyOn(globalThis, 'setTimeout');
    opened.store.put(anEntry('a'), 60);
    expect(map.size).toBe(1);
    expect(opened.store.lookup([aKey('a')])).toMatchObject({ answered: true, records: [{ kind: 'entry' }] });
    expect(timers).not.toHaveBeenCalled();
    timers.mockRestore();
  });

  test('no timer is left behind by an operation that succeeded', async () => {
    const opened = openStore({ store: new FaultyStore() });
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    for (let n = 0; n < 100; n += 1) await lookup(opened);
    expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout')).toHaveLength(before);
  });
});

test('an event loop that is held up is no fault of the store', async () => {
  let answered = 0;
  // Each step is heard in a turn of its own, as from a server.
  const answer = async (): Promise<string> => {
    for (let step = 0; step < 3; step += 1) await new Promise((resolve) => setTimeout(resolve, 2));
    answered += 1;
    return 'here';
  };
  const operations = Array.from({ length: 100 }, async () => perform(answer, 100));
  const until = performance.now() + 300;
  while (performance.now() < until);
  expect(answered).toBe(0);
  expect(await Promise.all(operations)).toEqual(Array(100).fill({ ok: true, value: 'here' }));
});

test('an operation that hangs is given up at its limit', async () => {
  const start = performance.now();
  expect(await perform(() => new Promise(() => undefined), 100)).toMatchObject({ ok: false });
  const took = performance.now() - start;
  expect(took).toBeGreaterThan(95);
  expect(took).toBeLessThan(3 * 100);
});

describe('listeners', () => {
  test('that throw harm nobody', async () => {
    const faulty = new FaultyStore();
    faulty.fault = 'reject';
    const opened = openStore({
      store: faulty,
      storage: fast,
      onEvent() {
        throw new Error('a listener');
      },
    });
    for (let n = 0; n < 5; n += 1) expect(await lookup(opened)).toMatchObject({ answered: false });
  });

  test('hear of a corrupt entry once a minute and kind', async () => {
    const faulty = new FaultyStore();
    const opened = openStore({ store: faulty });
    for (const [name, value] of Object.entries({ a: 'x', b: 'y', c: 5, d: null, e: '{"v":2,"x":1}\n' })) {
      faulty.values.set(`axios-http-cache:v1:${aKey(name)}`, value);
    }
    for (const name of ['a', 'b', 'a', 'c', 'd', 'e']) {
      expect(await lookup(opened, name)).toEqual({ records: [undefined], answered: true });
    }
    expect(opened.events).toEqual([
      { type: 'corrupt', key: aKey('a'), cause: 'incomplete' },
      { type: 'corrupt', key: aKey('c'), cause: 'not-text' },
    ]);
    // Nothing was deleted, and the next write replaces it.
    expect(faulty.values.size).toBe(5);
    opened.store.put(anEntry('a'), 60);
    await opened.store.flush();
    expect(await lookup(opened, 'a')).toMatchObject({ records: [{ kind: 'entry' }] });
  });
});
