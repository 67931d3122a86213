/** Stores that need no server: files of SQLite and of keyv-file in folders of their own, and adapters as others write them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyvSqlite } from '@keyv/sqlite';
import { KeyvFile } from 'keyv-file';
import type { RawAccess, Subject } from './contract.js';

export interface Folder {
  file(name: string): string;
  remove(): Promise<void>;
}

export async function aFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'axios-http-cache-files-'));
  return { file: (name) => join(path, name), remove: () => rm(path, { recursive: true, force: true }) };
}

interface Row {
  readonly key: string;
  readonly value: string;
}

function rawSqlite(adapter: KeyvSqlite): RawAccess {
  const rows = async (): Promise<Row[]> => adapter.query('SELECT key, value FROM keyv') as Promise<Row[]>;
  return {
    get: async (name) => (await rows()).find(({ key }) => key === name)?.value,
    set: async (name, value) => {
      await adapter.query('INSERT OR REPLACE INTO keyv (key, value) VALUES (?, ?)', name, value);
    },
    names: async () => (await rows()).map(({ key }) => key),
  };
}

/** A new file of SQLite; `wrap` makes the store of its adapter. */
export async function sqliteSubject(wrap: (adapter: KeyvSqlite) => unknown): Promise<Subject> {
  const folder = await aFolder();
  const adapter = new KeyvSqlite(`sqlite://${folder.file('cache.sqlite')}`);
  // Here what a write costs without it: the machine may lose power, the test does not tell.
  await adapter.query('PRAGMA synchronous = OFF');
  const end = async (): Promise<void> => {
    await adapter.disconnect();
    await folder.remove();
  };
  return { store: wrap(adapter), raw: rawSqlite(adapter), end };
}

/** A store of keyv-file: one file, or one for each entry. */
export async function fileSubject(separatedFile: boolean, wrap: (adapter: KeyvFile) => unknown): Promise<Subject> {
  const folder = await aFolder();
  const adapter = new KeyvFile({ filename: folder.file('cache'), writeDelay: 1, separatedFile });
  const raw: RawAccess = {
    get: (name) => adapter.get<string>(name),
    set: async (name, value) => {
      await adapter.set(name, value);
    },
    names: async () => [...(await adapter.keys())].filter((name) => name !== '.lock'),
  };
  return { store: wrap(adapter), raw, end: () => folder.remove() };
}

/** What an adapter over IndexedDB looks like: every operation is a transaction of its own, and has no expiry. */
export function transactional(): Subject {
  const rows = new Map<string, unknown>();
  const transaction = <T>(request: () => T): Promise<T> =>
    new Promise((resolve) => {
      setTimeout(() => {
        const result = request();
        queueMicrotask(() => {
          resolve(result);
        });
      }, 0);
    });
  const store = {
    get: (key: string) => transaction(() => structuredClone<unknown>(rows.get(key))),
    set: (key: string, value: unknown) => transaction(() => void rows.set(key, structuredClone(value))),
    delete: (key: string) => transaction(() => void rows.delete(key)),
    async *iterator(namespace?: string): AsyncGenerator<[string, unknown]> {
      const keys = await transaction(() => [...rows.keys()]);
      for (const key of keys) {
        if (!key.startsWith(namespace ?? '')) continue;
        const value = await transaction(() => rows.get(key));
        if (value !== undefined) yield [key, value];
      }
    },
  };
  return { store, raw: rawRows(rows), counts: false };
}

/** The least that can be a store: it answers at once, knows no expiry, and cannot be listed. */
export function minimal(): Subject {
  const rows = new Map<string, unknown>();
  const store = {
    get: (key: string) => rows.get(key),
    set: (key: string, value: unknown) => void rows.set(key, value),
    delete: (key: string) => rows.delete(key),
  };
  return { store, raw: rawRows(rows), lists: false };
}

/** One that gives values back in the form that Keyv gives them, and answers with `null` for nothing. */
export function enveloping(): Subject {
  const rows = new Map<string, unknown>();
  const wrapped = (key: string): unknown =>
    rows.has(key) ? { value: rows.get(key), expires: Date.now() + 1_000_000 } : null;
  const store = {
    get: async (key: string) => wrapped(key),
    getMany: async (keys: string[]) => keys.map(wrapped),
    set: async (key: string, value: unknown) => void rows.set(key, value),
    delete: async (key: string) => rows.delete(key),
    async *iterator() {
      for (const key of [...rows.keys()]) yield [key, wrapped(key)];
    },
  };
  return { store, raw: rawRows(rows) };
}

function rawRows(rows: Map<string, unknown>): RawAccess {
  return {
    get: async (name) => rows.get(name) as string | undefined,
    set: async (name, value) => void rows.set(name, value),
    names: async () => [...rows.keys()],
  };
}
