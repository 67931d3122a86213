/** Stores that forget nothing: each record says itself when its time is over. */
import { encodeRecord } from '../../lib/storage/codec.js';
import { aKey, anEntry, anEpoch, closeAll, collect, openStore, PATIENT, until } from './fixtures.js';
import { sqliteSubject, transactional } from './embedded.js';
import type { RawAccess, Subject } from './contract.js';

const DAY = 86_400_000;
const nameOf = (name: string): string => `axios-http-cache:v1:${aKey(name)}`;

describe.each<[string, () => Promise<Subject>]>([
  ['an adapter without expiry', async () => transactional()],
  ['KeyvSqlite', () => sqliteSubject((adapter) => adapter)],
])('%s', (_, start) => {
  let subject: Subject;
  const raw = (): RawAccess => {
    if (subject.raw === undefined) throw new Error('no raw access');
    return subject.raw;
  };
  const opened = () => openStore({ store: subject.store, storage: PATIENT });
  /** A record that was due so many milliseconds ago. */
  const leave = (name: string, overdueBy: number): Promise<void> =>
    raw().set(nameOf(name), encodeRecord(anEntry(name), nameOf(name), Date.now() - overdueBy));

  beforeEach(async () => {
    subject = await start();
  });
  afterEach(async () => {
    await closeAll();
    await subject.end?.();
  });

  test('what is overdue is a miss without a word', async () => {
    await leave('a', 1);
    await leave('b', -60_000);
    const { store, events } = opened();
    expect(await store.lookup([aKey('a'), aKey('b')])).toMatchObject({ records: [undefined, { key: aKey('b') }] });
    expect(events).toEqual([]);
  });

  test('a lookup removes what has been overdue for a day, and nothing that another clock may still want', async () => {
    await leave('old', DAY + 1_000);
    await leave('recent', DAY - 60_000);
    const { store } = opened();
    await store.lookup([aKey('old'), aKey('recent')]);
    await until(async () => (await raw().names()).length === 1);
    await store.flush();
    expect(await raw().names()).toEqual([nameOf('recent')]);
  });

  test('a listing passes over what is overdue, and leaves none of it behind that is old', async () => {
    for (let n = 0; n < 30; n += 1) await leave(`old${String(n)}`, 2 * DAY);
    await leave('recent', 1_000);
    await leave('fresh', -60_000);
    const { store, events } = opened();
    expect((await collect(store.records())).map(({ key }) => key)).toEqual([aKey('fresh')]);
    expect((await raw().names()).sort()).toEqual([nameOf('fresh'), nameOf('recent')]);
    expect(events).toEqual([]);
  });

  test('what is on its way when an old one is found is not removed with it', async () => {
    await leave('a', 2 * DAY);
    const { store } = opened();
    const lookup = store.lookup([aKey('a')]);
    store.put(anEntry('a', 'new'), 60);
    await lookup;
    await store.flush();
    expect(await raw().get(nameOf('a'))).toContain('\nnew');
  });

  test('an epoch is never overdue, and what has no end says none', async () => {
    const { store } = opened();
    store.put(anEpoch, 60);
    store.put(anEntry('ever'), null);
    store.put(anEntry('a'), 60);
    await store.flush();
    expect(await raw().get(nameOf('epoch'))).not.toContain('dueAt');
    expect(await raw().get(nameOf('ever'))).not.toContain('dueAt');
    const [, dueAt] = /"dueAt":(\d+)/.exec((await raw().get(nameOf('a'))) ?? '') ?? [];
    expect(Number(dueAt) - Date.now()).toBeGreaterThan(50_000);
    expect(Number(dueAt) - Date.now()).toBeLessThanOrEqual(60_000);
  });
});

test('stores that forget by themselves are left to it: their clock counts, not ours', async () => {
  const map = new Map<string, unknown>();
  const expiring = {
    ttlSupport: true,
    get: (key: string) => map.get(key),
    set: (key: string, value: unknown) => void map.set(key, value),
    delete: (key: string) => map.delete(key),
  };
  for (const store of [expiring, map]) {
    map.set(nameOf('a'), encodeRecord(anEntry('a'), nameOf('a'), Date.now() - 2 * DAY));
    const opened = openStore({ store });
    expect(await opened.store.lookup([aKey('a')])).toMatchObject({ records: [{ key: aKey('a') }] });
    opened.store.put(anEntry('b'), 60);
    expect(map.get(nameOf('b'))).not.toContain('dueAt');
  }
  await closeAll();
});
