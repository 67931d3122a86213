/**
 * How do many services share one Redis as their cache? Keyv's Redis adapter, over a client that never keeps one waiting.
 *
 * All keys of a URL carry one hash tag, so that a lookup is one MGET in one slot. Failures are thrown: a write that
 * Redis refused must not look written.
 */
import KeyvRedis, { createClient, createCluster, createSentinel } from '@keyv/redis';
import type { RedisClientConnectionType } from '@keyv/redis';
import { CacheConfigurationError } from '../errors.js';
import { viewOf } from './adapter.js';
import { sharedUse } from './backend.js';
import type { Backend } from './backend.js';
import { createConnection } from './redis-connection.js';
import type { Connection, Link } from './redis-connection.js';
import { planOf, TAKES } from './redis-options.js';
import type { Life, RedisStoreOptions } from './redis-options.js';

/** What `redisStore()` returns: to be given as `store`. */
export interface RedisStore extends Backend {
  readonly shared: true;
}

/** Names that one SCAN looks at. */
const SCAN_COUNT = 1_000;

/**
 * A store in Redis or Valkey, to be shared by any number of processes. It connects in the background when a cache takes
 * it into use, and ends its connection with the last of them; a client of the caller's is left open if it was open.
 *
 * @param connect A URL (`redis://user:password@host:port/database`, `rediss://` for TLS), options of node-redis, a client
 * of node-redis, or a KeyvRedis.
 */
export function redisStore(
  connect: string | RedisStoreOptions | RedisClientConnectionType | KeyvRedis<unknown> = 'redis://localhost:6379',
): RedisStore {
  const { create, isOurs, label } = sourceOf(connect);
  const connection = createConnection({ create, isOurs });
  const store: RedisStore = {
    shared: true,
    longTtl: true,
    coalescing: 'process',
    get: (key) => connection.use((adapter) => adapter.get(key)),
    getMany: (keys) => connection.use((adapter) => adapter.getMany(keys)),
    set: (key, value, ttl) => connection.use((adapter) => adapter.set(key, asText(value), ttl)),
    delete: (key) => connection.use((adapter) => adapter.delete(key)),
    deleteMany: (keys) => connection.use((adapter) => deleteAll(adapter, keys)),
    names: (prefix) => scan(connection, prefix),
    lastError: connection.lastError,
    retain: sharedUse(connection.open, connection.close),
  };
  // Whoever prints it, or the cache around it, sees neither client nor password.
  const hidden = { toString: () => `redisStore(${label})`, toJSON: () => `redisStore(${label})` };
  const inspect = Symbol.for('nodejs.util.inspect.custom');
  for (const [name, value] of [...Object.entries(hidden), [inspect, hidden.toString] as const]) {
    Object.defineProperty(store, name, { value, enumerable: false });
  }
  return store;
}

interface Source {
  readonly create: (life: Life) => Link<KeyvRedis<unknown>>;
  readonly isOurs: boolean;
  readonly label: string;
}

function sourceOf(connect: unknown): Source {
  if (typeof connect !== 'string' && (typeof connect !== 'object' || connect === null || Array.isArray(connect))) {
    throw new CacheConfigurationError('redisStore', connect, TAKES);
  }
  if (typeof connect === 'object' && 'connect' in connect) {
    const adapter = keyvOver(connect as RedisClientConnectionType);
    return { create: () => linkOf(adapter), isOurs: false, label: 'a client' };
  }
  if (typeof connect === 'object' && 'client' in connect && 'getMany' in connect) {
    const adapter = viewOf(connect as KeyvRedis<unknown>);
    return { create: () => linkOf(adapter), isOurs: false, label: 'a KeyvRedis' };
  }
  const { label } = planOf(connect, { over: false });
  return { create: (life) => linkOf(keyvOver(clientOf(connect, life))), isOurs: true, label };
}

function clientOf(connect: string | RedisStoreOptions, life: Life): RedisClientConnectionType {
  const plan = planOf(connect, life);
  switch (plan.kind) {
    case 'client':
      return createClient(plan.options);
    case 'cluster':
      return createCluster(plan.options) as RedisClientConnectionType;
    case 'sentinel':
      return createSentinel(plan.options as Parameters<typeof createSentinel>[0]) as RedisClientConnectionType;
  }
}

function keyvOver(client: RedisClientConnectionType): KeyvRedis<unknown> {
  return new KeyvRedis(client, { throwOnErrors: true, useUnlink: true });
}

function linkOf(adapter: KeyvRedis<unknown>): Link<KeyvRedis<unknown>> {
  return { adapter, client: adapter.client, isMany: adapter.isCluster() || adapter.isSentinel() };
}

async function deleteAll(adapter: KeyvRedis<unknown>, keys: readonly string[]): Promise<number> {
  const { client } = adapter;
  // In a cluster each key may lie on another node.
  if (!adapter.isCluster() && 'unlink' in client) return client.unlink([...keys]);
  const removed = await Promise.all(keys.map((key) => adapter.delete(key)));
  return removed.filter(Boolean).length;
}

async function* scan(connection: Connection<KeyvRedis<unknown>>, prefix: string): AsyncGenerator<readonly string[]> {
  const literal = prefix.replace(/[\\*?[\]]/g, '\\$&');
  for (const node of await connection.use((adapter) => adapter.getMasterNodes())) {
    let cursor = '0';
    do {
      const reply = await connection.use(() => node.scan(cursor, { MATCH: `${literal}*`, COUNT: SCAN_COUNT }));
      cursor = reply.cursor;
      yield reply.keys;
    } while (cursor !== '0');
  }
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError('only text is stored in Redis');
}
