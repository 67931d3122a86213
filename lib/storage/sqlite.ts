/**
 * How is a file of SQLite used, which the adapter of Keyv opened?
 *
 * Values are read and written by the adapter; names are listed and removed by statements of our own, over its connection.
 * Its listing takes time in the square of the entries and skips some where others are removed meanwhile, and it reads
 * every value that it removes. It has no expiry, and ends the process where a file that cannot be opened is not used at
 * once.
 */
import type { Backend } from './backend.js';
import { Turns } from './turns.js';
import type { StorageAdapter } from './types.js';

/** The adapter of Keyv for SQLite, as far as it is used. */
export interface SqliteAdapter extends StorageAdapter {
  readonly ttlSupport: false;
  readonly opts: { readonly dialect: 'sqlite'; readonly table: string };
  getMany(keys: string[]): Promise<readonly unknown[]>;
  query(statement: string, ...parameters: unknown[]): Promise<readonly { readonly key: string }[]>;
}

const PAGE = 500;

/** Whether it is that adapter, by its shape. */
export function isSqlite(adapter: StorageAdapter): adapter is SqliteAdapter {
  const { opts, query, getMany, ttlSupport } = adapter as Partial<Record<keyof SqliteAdapter, unknown>>;
  if (typeof query !== 'function' || typeof getMany !== 'function' || ttlSupport !== false) return false;
  if (typeof opts !== 'object' || opts === null || !('dialect' in opts) || !('table' in opts)) return false;
  // The name becomes part of statements.
  return opts.dialect === 'sqlite' && typeof opts.table === 'string' && /^\w+$/.test(opts.table);
}

const turnsOf = new WeakMap<object, Turns>();

/** The file as a store. */
export function sqliteBackend(adapter: SqliteAdapter, lastError: () => unknown): Backend {
  const turns = turnsOf.get(adapter) ?? new Turns();
  turnsOf.set(adapter, turns);
  const { table } = adapter.opts;
  const removal = `DELETE FROM ${table} WHERE key IN (SELECT value FROM json_each(?)) RETURNING key`;
  const removeAll = (keys: readonly string[]): Promise<number> =>
    turns.other(async () => (await adapter.query(removal, JSON.stringify(keys))).length);
  // Whether it could be opened is asked for at once: an answer that nobody waits for would end the process.
  adapter.query('SELECT 1 AS key').catch(() => undefined);
  return {
    longTtl: true,
    concurrency: 2,
    writeSlack: 1_000,
    get: (key) => turns.read(() => adapter.get(key)),
    getMany: (keys) => turns.read(() => adapter.getMany(keys)),
    set: (key, value) => turns.other(() => adapter.set(key, value)),
    delete: (key) => removeAll([key]),
    deleteMany: removeAll,
    names: (prefix) => namesIn(adapter, turns, prefix),
    lastError,
  };
}

// By key, not by position: nothing is skipped where others come and go.
async function* namesIn(adapter: SqliteAdapter, turns: Turns, prefix: string): AsyncGenerator<readonly string[]> {
  const end = `${prefix}\u{10ffff}`;
  const page = `SELECT key FROM ${adapter.opts.table} WHERE key > ? AND key < ? ORDER BY key LIMIT ${PAGE}`;
  for (let last: string | undefined = prefix; last !== undefined;) {
    const after: string = last;
    const names = (await turns.other(() => adapter.query(page, after, end))).map(({ key }) => key);
    yield names;
    last = names.length < PAGE ? undefined : names.at(-1);
  }
}
