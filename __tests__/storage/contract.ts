/** What every store must do, whatever it is. */
import { encodeRecord } from '../../lib/storage/codec.js';
import { bodyBytes } from '../../lib/storage/records.js';
import type { StoreRecord } from '../../lib/storage/records.js';
import type { StoreEvent } from '../../lib/storage/types.js';
import { aKey, anEntry, anEpoch, closeAll, collect, NOW, openStore, PATIENT, someVariants, until } from './fixtures.js';
import type { OpenedStore } from './fixtures.js';

/** A way around the cache, to what really lies in the store. */
export interface RawAccess {
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string): Promise<void>;
  names(): Promise<string[]>;
}

export interface Subject {
  readonly store: unknown;
  readonly raw?: RawAccess;
  /** False for a store that cannot be listed: then whatever needs that says so. */
  readonly lists?: boolean;
  /** False for a store that does not say whether there was anything to remove. */
  readonly counts?: boolean;
  readonly end?: () => Promise<void>;
}

const NAMESPACE = 'axios-http-cache';

function nameOf(name: string, namespace = NAMESPACE): string {
  return `${namespace}:v1:${aKey(name)}`;
}

/** One that knows no expiry gets it written into the value. */
const RAW = /^\{"v":1,"key":"axios-http-cache:v1:\{a\}digest",.*\}\nbody of a$/;

async function lookup({ store }: OpenedStore, ...names: string[]): Promise<readonly (StoreRecord | undefined)[]> {
  const { records, answered } = await store.lookup(names.map((name) => aKey(name)));
  expect(answered).toBe(true);
  return records;
}

function bytesIn(record: StoreRecord | undefined): Buffer | undefined {
  return record?.kind === 'entry' ? Buffer.from(bodyBytes(record.response.body)) : undefined;
}

function troubles(events: readonly StoreEvent[]): StoreEvent[] {
  return events.filter(({ type }) => type !== 'evicted');
}

export function describeStore(title: string, start: () => Promise<Subject>): void {
  describe(title, () => {
    let subject: Subject;
    let opened: OpenedStore;

    beforeEach(async () => {
      subject = await start();
      opened = openStore({ store: subject.store, storage: PATIENT });
    });
    afterEach(async () => {
      await closeAll();
      await subject.end?.();
    });

    const put = async (...records: StoreRecord[]): Promise<void> => {
      for (const record of records) expect(opened.store.put(record, 60)).toBe(true);
      await opened.store.flush();
    };

    test('what is put can be looked up, in the order that was asked for', async () => {
      await put(anEntry('a'), anEntry('b'), anEpoch, someVariants);
      expect(await lookup(opened, 'b', 'none', 'a')).toMatchObject([{ key: aKey('b') }, undefined, { key: aKey('a') }]);
      expect(await lookup(opened, 'epoch', 'variants')).toEqual([anEpoch, someVariants]);
      const [entry] = await lookup(opened, 'a');
      if (entry?.kind !== 'entry') throw new Error('no entry');
      const { body, ...facts } = entry.response;
      const { body: putBody, ...putFacts } = anEntry('a').response;
      expect(facts).toEqual(putFacts);
      expect(entry).toMatchObject({ epoch: '', tags: ['users', 'list'] });
      expect(bodyBytes(body)).toEqual(bodyBytes(putBody));
      expect(troubles(opened.events)).toEqual([]);
    });

    test('T45 every body comes back byte for byte', async () => {
      const bodies: Record<string, string | Uint8Array> = {
        toJSON: '{"toJSON":1}',
        proto: '{"__proto__":{"polluted":1}}',
        nested: '['.repeat(20_000) + ']'.repeat(20_000),
        marked: ':base64:aGk=',
        nul: 'a\0b\r\n\0',
        octets: Uint8Array.from({ length: 256 }, (_, octet) => octet),
        empty: '',
        one: Uint8Array.of(255),
        bom: '\ufeff{"a":1}',
        emoji: '😀é中',
        invalid: Uint8Array.of(0xed, 0xa0, 0x80, 0xc0),
        large: Uint8Array.from({ length: 1_000_000 }, (_, at) => (at * 31) % 251),
      };
      await put(...Object.entries(bodies).map(([name, body]) => anEntry(name, body)));
      for (const [name, body] of Object.entries(bodies)) {
        expect(bytesIn((await lookup(opened, name))[0])?.equals(Buffer.from(body as Uint8Array))).toBe(true);
      }
      await put(anEntry('text', { form: 'text', text: 'a\ud800\0' }));
      expect(await lookup(opened, 'text')).toMatchObject([{ response: { body: { form: 'text', text: 'a\ud800\0' } } }]);
    });

    test('a later record replaces an earlier one; a removed one is gone, and counted', async () => {
      await put(anEntry('a', 'one'), anEntry('b'));
      await put(anEntry('a', 'two'));
      expect(String(bytesIn((await lookup(opened, 'a'))[0]))).toBe('two');
      expect(await opened.store.remove([aKey('a'), aKey('never')])).toBe(subject.counts === false ? 0 : 1);
      expect(await lookup(opened, 'a', 'b')).toMatchObject([undefined, { key: aKey('b') }]);
    });

    test('a record leaves when its time is over, and stays when it has none', async () => {
      opened.store.put(anEntry('short'), 0.5);
      opened.store.put(anEntry('ever'), null);
      await opened.store.flush();
      expect(await lookup(opened, 'short', 'ever')).toMatchObject([{ kind: 'entry' }, { kind: 'entry' }]);
      await until(async () => (await lookup(opened, 'short'))[0] === undefined, 3_000);
      expect(await lookup(opened, 'ever')).toMatchObject([{ kind: 'entry' }]);
    });

    /** Whether it can be listed; asserts that one that cannot says so, whatever is asked for. */
    const lists = async (): Promise<boolean> => {
      if (subject.lists !== false) return true;
      const refusal = expect.objectContaining({ name: 'CacheConfigurationError' }) as Error;
      await expect(collect(opened.store.records())).rejects.toEqual(refusal);
      await expect(opened.store.clear()).rejects.toEqual(refusal);
      return false;
    };

    test('all records can be listed, and cleared', async () => {
      if (!(await lists())) return;
      const names = Array.from({ length: 700 }, (_, n) => `n${String(n)}`);
      await put(...names.map((name) => anEntry(name)));
      const listed = await collect(opened.store.records());
      expect(listed.map(({ key }) => key).sort()).toEqual(names.map((name) => aKey(name)).sort());
      expect(listed[0]).toMatchObject({ kind: 'entry', response: { status: 200 } });
      expect(await opened.store.clear()).toBe(700);
      expect(await collect(opened.store.records())).toEqual([]);
      expect(await lookup(opened, 'n1', 'n699')).toEqual([undefined, undefined]);
      expect(troubles(opened.events)).toEqual([]);
    });

    test('a listing sees what is still being written, and not what was removed', async () => {
      if (!(await lists())) return;
      await put(anEntry('a'), anEntry('b'));
      opened.store.put(anEntry('c'), 60);
      const removed = opened.store.remove([aKey('a')]);
      expect((await collect(opened.store.records())).map(({ key }) => key).sort()).toEqual([aKey('b'), aKey('c')]);
      expect(await removed).toBe(subject.counts === false ? 0 : 1);
    });

    test('two caches on one store see the same records', async () => {
      const other = openStore({ store: subject.store, storage: PATIENT });
      if (subject.store === undefined) return;
      await put(anEntry('a'));
      expect(await lookup(other, 'a')).toMatchObject([{ kind: 'entry' }]);
      await other.store.close();
      expect(await lookup(opened, 'a')).toMatchObject([{ kind: 'entry' }]);
    });

    test('T23 T76 namespaces are apart, whatever their names', async () => {
      const namespaces = ['a', 'a:v1', 'a::b', 'a*', '[ab]', 'keyv', 'keyv:a', '%'];
      const stores = namespaces.map((namespace) => openStore({ store: subject.store, storage: PATIENT, namespace }));
      for (const [at, { store }] of stores.entries()) {
        store.put(anEntry('same', namespaces[at]), 60);
        await store.flush();
      }
      for (const [at, cache] of stores.entries()) {
        expect(String(bytesIn((await lookup(cache, 'same'))[0]))).toBe(namespaces[at]);
        if (subject.lists !== false) expect(await collect(cache.store.records())).toHaveLength(1);
      }
      if (subject.lists === false) return;
      for (const [at, { store }] of stores.entries()) {
        expect(await store.clear()).toBe(1);
        const left = await Promise.all(stores.map(async (cache) => (await lookup(cache, 'same'))[0] !== undefined));
        expect(left).toEqual(namespaces.map((_, other) => other > at));
      }
    });

    test('lookups and writes at the same time do not get into each other’s way', async () => {
      await Promise.all(
        Array.from({ length: 200 }, async (_, n) => {
          const name = `p${String(n % 20)}`;
          opened.store.put(anEntry(name, name), 60);
          expect(String(bytesIn((await lookup(opened, name))[0]))).toBe(name);
        }),
      );
      await opened.store.flush();
      expect(troubles(opened.events)).toEqual([]);
    });

    test('a store that was closed answers nothing, takes nothing, and throws nothing', async () => {
      await put(anEntry('a'));
      await opened.store.close();
      expect(await opened.store.lookup([aKey('a')])).toEqual({ records: [undefined], answered: false });
      expect(opened.store.put(anEntry('a'), 60)).toBe(false);
      expect(await opened.store.remove([aKey('a')])).toBe(0);
      await opened.store.flush();
      if (!(await lists())) return;
      expect(await collect(opened.store.records())).toEqual([]);
      expect(await opened.store.clear()).toBe(0);
    });

    describe('seen from outside', () => {
      const rawAccess = (): RawAccess | undefined => subject.raw;

      test('keys are complete, values are text', async () => {
        const raw = rawAccess();
        if (raw === undefined) return;
        await put(anEntry('a'));
        expect(await raw.names()).toEqual([nameOf('a')]);
        expect(await raw.get(nameOf('a'))).toMatch(RAW);
      });

      test('T76 what belongs to others is never listed, counted or removed', async () => {
        const raw = rawAccess();
        if (raw === undefined || !(await lists())) return;
        const theirs = [
          'session:abc',
          'axios-http-cache',
          'axios-http-cache:v2:{a}digest',
          'axios-http-cache-2:v1:{a}d',
        ];
        for (const name of [...theirs, 'keyv::x', 'x::y', '{a}digest']) await raw.set(name, 'theirs');
        await put(anEntry('a'));
        expect(await collect(opened.store.records())).toHaveLength(1);
        expect(await opened.store.clear()).toBe(1);
        expect((await raw.names()).sort()).toEqual([...theirs, 'keyv::x', 'x::y', '{a}digest'].sort());
      });

      test('T63 T64 T65 what is odd is a miss with one event, and replaced by the next write', async () => {
        const raw = rawAccess();
        if (raw === undefined) return;
        await put(anEntry('good'), anEntry('other'));
        const good = (await raw.get(nameOf('good'))) ?? '';
        const otherVersion = good.replace('"v":1', '"v":999');
        for (const odd of ['null', '5', '[]', '{}', '"x"', good.slice(0, 100), `${good}x`, 'x'.repeat(1_000)]) {
          await raw.set(nameOf('good'), odd);
          expect(await lookup(opened, 'good')).toEqual([undefined]);
          expect(await raw.get(nameOf('good'))).toBe(odd);
        }
        await raw.set(nameOf('good'), (await raw.get(nameOf('other'))) ?? '');
        expect(await lookup(opened, 'good')).toEqual([undefined]);
        await raw.set(nameOf('good'), otherVersion);
        expect(await lookup(opened, 'good')).toEqual([undefined]);
        expect(await raw.get(nameOf('good'))).toBe(otherVersion);
        expect(opened.events.map((event) => 'cause' in event && event.cause)).toEqual([
          'incomplete',
          'length',
          'wrong-key',
        ]);
        await put(anEntry('good'));
        expect(await lookup(opened, 'good')).toMatchObject([{ kind: 'entry' }]);
      });

      test('T66 what says that it is due in 2099 is judged by its other facts', async () => {
        const raw = rawAccess();
        if (raw === undefined) return;
        await raw.set(nameOf('a'), encodeRecord(anEntry('a'), nameOf('a'), Date.UTC(2099, 0)));
        const [entry] = await lookup(opened, 'a');
        expect(entry).toEqual({
          ...anEntry('a'),
          response: expect.objectContaining({ receivedAt: NOW + 20 }) as object,
        });
      });
    });
  });
}
