/** The four kinds of store that every method of the handle is tried on. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import KeyvSqlite from '@keyv/sqlite';
import { redisStore } from 'axios-http-cache/redis';
import { startRedis } from '../helpers/redis-server.js';
import type { RedisServer } from '../helpers/redis-server.js';

export const KINDS = ['memory', 'Map', 'Redis', 'SQLite'] as const;
export type Kind = (typeof KINDS)[number];

export interface Stores {
  /** An empty store; `undefined` is the memory store of its own. */
  open(kind: Kind): object | undefined;
  readonly redis: RedisServer;
  /** Where the next SQLite store will lie. */
  nextFile(): string;
  end(): Promise<void>;
}

/** Starts what the stores need. */
export async function startStores(): Promise<Stores> {
  const redis = await startRedis();
  const folder = await mkdtemp(join(tmpdir(), 'axios-http-cache-sqlite-'));
  const databases: KeyvSqlite[] = [];
  let count = 0;
  const nextFile = (): string => join(folder, `${String(count)}.sqlite`);
  return {
    redis,
    nextFile,
    open(kind) {
      if (kind === 'memory') return undefined;
      if (kind === 'Map') return new Map();
      if (kind === 'Redis') return redisStore(redis.url);
      const database = new KeyvSqlite(`sqlite://${nextFile()}`);
      count += 1;
      databases.push(database);
      return database;
    },
    async end() {
      await Promise.all(databases.map((database) => database.disconnect()));
      await rm(folder, { recursive: true, force: true });
      await redis.stop();
    },
  };
}

let namespaces = 0;
/** A namespace that no other test uses. */
export function aNamespace(): string {
  namespaces += 1;
  return `test-${String(namespaces)}`;
}

/** A store that cannot iterate. */
export function unlistable(): object {
  const texts = new Map<string, unknown>();
  return {
    get: async (key: string) => texts.get(key),
    set: async (key: string, value: unknown) => void texts.set(key, value),
    delete: async (key: string) => texts.delete(key),
  };
}
