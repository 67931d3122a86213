/**
 * A store in IndexedDB: what a page has cached is still there after a reload, and for every tab of the same origin.
 *
 *   const api = axios.create().use(cachePlugin({ store: indexedDBStore() }));
 *
 * It rejects what fails (private mode, no room left, a browser that has taken the data away): the cache then goes on
 * without it. It takes the form of a Keyv storage adapter, with lifetimes of its own.
 */
import { openDB } from 'idb';
import type { DBSchema, IDBPDatabase } from 'idb';

interface Row {
  readonly value: unknown;
  /** Epoch milliseconds; `Infinity`: never. */
  readonly due: number;
}

interface Schema extends DBSchema {
  entries: { key: string; value: Row; indexes: { due: number } };
}

type Database = IDBPDatabase<Schema>;

export interface IndexedDBStoreOptions {
  /**
   * The name of the database.
   * @default 'axios-http-cache'
   */
  readonly name?: string;
  /**
   * Beyond so many entries, those that are due first leave.
   * @default 2000
   */
  readonly maxEntries?: number;
}

/** Rows that are read at once. */
const BATCH = 50;
/** Writes between two looks for what is due, or too much. */
const TIDY_EVERY = 100;

/** A store for `cachePlugin({ store })`. The database is opened when it is first asked for something. */
export function indexedDBStore({ name = 'axios-http-cache', maxEntries = 2_000 }: IndexedDBStoreOptions = {}) {
  let opening: Promise<Database> | undefined;
  let writes = 0;

  const forget = (): void => {
    opening = undefined;
  };
  const database = (): Promise<Database> => {
    opening ??= open(name, forget).catch((error: unknown) => {
      forget();
      throw error;
    });
    return opening;
  };
  const write = async (key: string, row: Row): Promise<void> => {
    const transaction = (await database()).transaction('entries', 'readwrite', { durability: 'relaxed' });
    await Promise.all([transaction.store.put(row, key), transaction.done]);
  };

  return {
    /** Values leave by themselves. */
    ttlSupport: true,

    async get(key: string): Promise<unknown> {
      return valueOf(await (await database()).get('entries', key));
    },

    async getMany(keys: readonly string[]): Promise<unknown[]> {
      const { store } = (await database()).transaction('entries');
      return (await Promise.all(keys.map((key) => store.get(key)))).map(valueOf);
    },

    async set(key: string, value: unknown, ttl?: number): Promise<boolean> {
      const row = { value, due: ttl === undefined ? Infinity : Date.now() + ttl };
      try {
        await write(key, row);
      } catch (error) {
        if (!isFull(error)) throw error;
        await tidy(await database(), Math.floor((await (await database()).count('entries')) / 2));
        await write(key, row);
      }
      writes += 1;
      if (writes % TIDY_EVERY === 1) await tidy(await database(), maxEntries);
      return true;
    },

    async delete(key: string): Promise<boolean> {
      await (await database()).delete('entries', key);
      return true;
    },

    async deleteMany(keys: readonly string[]): Promise<boolean> {
      const { store, done } = (await database()).transaction('entries', 'readwrite');
      await Promise.all([...keys.map((key) => store.delete(key)), done]);
      return true;
    },

    /** What begins with the namespace, a batch at a time: no transaction stays open while it is looked at. */
    async *iterator(namespace = ''): AsyncGenerator<[string, unknown]> {
      let range = IDBKeyRange.bound(namespace, `${namespace}\uffff`);
      for (;;) {
        const { store } = (await database()).transaction('entries');
        const [keys, rows] = await Promise.all([store.getAllKeys(range, BATCH), store.getAll(range, BATCH)]);
        for (const [at, key] of keys.entries()) {
          const value = valueOf(rows[at]);
          if (value !== undefined) yield [key, value];
        }
        const last = keys.at(-1);
        if (last === undefined || keys.length < BATCH) return;
        range = IDBKeyRange.bound(last, `${namespace}\uffff`, true);
      }
    },

    /** Removes all there is, whichever cache it is of. */
    async clear(): Promise<void> {
      await (await database()).clear('entries');
    },

    async disconnect(): Promise<void> {
      const open = opening;
      forget();
      (await open)?.close();
    },
  };
}

function open(name: string, onClosed: () => void): Promise<Database> {
  return openDB<Schema>(name, 1, {
    upgrade(db) {
      db.createObjectStore('entries').createIndex('due', 'due');
    },
    // Another tab wants to delete the database, or to bring it to a later form.
    blocking(_current, _blocked, event) {
      onClosed();
      (event.target as IDBDatabase).close();
    },
    // The browser has taken it away, or the user has.
    terminated: onClosed,
  });
}

function valueOf(row: Row | undefined): unknown {
  return row !== undefined && row.due > Date.now() ? row.value : undefined;
}

function isFull(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'QuotaExceededError';
}

/**
 * Removes what is due, and of the rest what is due first, until no more than `most` are left. In this order, since a mark
 * that says that something is invalid is due later than all it speaks of.
 */
async function tidy(db: Database, most: number): Promise<void> {
  const transaction = db.transaction('entries', 'readwrite', { durability: 'relaxed' });
  const index = transaction.store.index('due');
  const overdue = await index.getAllKeys(IDBKeyRange.upperBound(Date.now()));
  await Promise.all(overdue.map((key) => transaction.store.delete(key)));
  const surplus = Math.max(0, (await transaction.store.count()) - most);
  const first = surplus === 0 ? [] : await index.getAllKeys(null, surplus);
  await Promise.all(first.map((key) => transaction.store.delete(key)));
  await transaction.done;
}
