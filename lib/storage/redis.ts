/**
 * How do many services share one Redis as their cache? Keyv's Redis adapter, over a client that never keeps one waiting.
 *
 * All keys of a URL carry one hash tag, so that a lookup is one MGET in one slot. Failures are thrown: a write that
 * Redis refused must not look written.
 */
import KeyvRedis, { createClient, createCluster, createSentinel } from '@keyv/redis';
import { CacheConfigurationError } from '../errors.js';
import { dueFor, viewOf } from './adapter.js';
import { sharedUse } from './backend.js';
import type { Backend } from './backend.js';
import { isObject } from './facts.js';
import type { RedisCommands } from './redis-commands.js';
import { Connection } from './redis-connection.js';
import type { Link, RedisConnection } from './redis-connection.js';
import { checkRedisSettings, planOf, TAKES } from './redis-options.js';
import type { Life, RedisPlan, RedisStoreOptions, RedisStoreSettings } from './redis-options.js';
import { redisFenced } from './redis-lease.js';
import { createSignals } from './redis-signals.js';
import { subscribe } from './redis-subscriber.js';

/**
 * What we need of a KeyvRedis. By shape, since the types of node-redis differ with every option of a client, and take
 * the compiler seconds to compare.
 */
export interface RedisAdapter {
  readonly client: RedisConnection & RedisCommands;
  readonly capabilities?: { readonly expires?: boolean } | undefined;
  get(key: string): Promise<unknown>;
  getMany(keys: string[]): Promise<readonly unknown[]>;
  set(key: string, value: unknown, ttl?: number): Promise<unknown>;
  delete(key: string): Promise<boolean>;
  isCluster(): boolean;
  isSentinel(): boolean;
  getMasterNodes(): Promise<readonly unknown[]>;
}

interface RedisNode {
  unlink(keys: readonly string[]): Promise<number>;
  scan(cursor: string, options: { MATCH: string; COUNT: number }): Promise<{ cursor: string; keys: string[] }>;
}

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
 * @throws CacheConfigurationError for what is none of these, and for settings that are none.
 */
export function redisStore(
  connect: string | RedisStoreOptions | RedisConnection | RedisAdapter = 'redis://localhost:6379',
  settings: RedisStoreSettings = {},
): RedisStore {
  const { create, isOurs, label } = sourceOf(connect, settings);
  const isNear = (settings.nearCache ?? false) !== false;
  const connection = new Connection({ create, isOurs });
  const signals = createSignals((channel, hear, gone) =>
    connection.use((adapter) => subscribe(adapter, channel, hear, gone)),
  );
  const store: RedisStore = {
    shared: true,
    expires: true,
    longTtl: true,
    get: (key) => connection.use((adapter) => adapter.get(key)),
    getMany: (keys) => connection.use((adapter) => getMany(adapter, keys)),
    set: (key, value, ttl) => connection.use((adapter) => adapter.set(key, asText(value), dueFor(adapter, ttl))),
    delete: (key) => connection.use((adapter) => adapter.delete(key)),
    deleteMany: (keys) => connection.use((adapter) => deleteAll(adapter, keys)),
    names: (prefix) => scan(connection, prefix),
    lastError: () => connection.lastError(),
    fenced: redisFenced((operation) => connection.use((adapter) => operation(adapter.client)), signals),
    ...(isNear && { getManyFresh: (keys: string[]) => connection.use(({ client }) => readNow(client, keys)) }),
    retain: sharedUse(
      () => connection.open(),
      () => {
        signals.close();
        connection.close();
      },
    ),
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
  readonly create: (life: Life) => Link<RedisAdapter>;
  readonly isOurs: boolean;
  readonly label: string;
}

function sourceOf(connect: unknown, settings: RedisStoreSettings): Source {
  checkRedisSettings(settings, !isClient(connect) && !isAdapter(connect));
  if (isClient(connect)) {
    const adapter = keyvOver(connect);
    return { create: () => linkOf(adapter), isOurs: false, label: 'a client' };
  }
  if (isAdapter(connect)) {
    const adapter = viewOf(connect);
    return { create: () => linkOf(adapter), isOurs: false, label: 'a KeyvRedis' };
  }
  if (!isPlan(connect)) throw new CacheConfigurationError('redisStore', connect, TAKES);
  const { label } = planOf(connect, { over: false });
  return { create: (life) => linkOf(keyvOver(clientOf(planOf(connect, life, settings)))), isOurs: true, label };
}

function isClient(connect: unknown): connect is RedisConnection {
  return isObject(connect) && 'connect' in connect;
}

function isAdapter(connect: unknown): connect is RedisAdapter {
  return isObject(connect) && 'client' in connect && 'getMany' in connect;
}

function isPlan(connect: unknown): connect is string | RedisStoreOptions {
  return typeof connect === 'string' || isObject(connect);
}

function clientOf(plan: RedisPlan): unknown {
  switch (plan.kind) {
    case 'client':
      return createClient(plan.options);
    case 'cluster':
      return createCluster(plan.options);
    case 'sentinel':
      return createSentinel(plan.options as never);
  }
}

function keyvOver(client: unknown): RedisAdapter {
  return new KeyvRedis(client as never, { throwOnErrors: true, useUnlink: true });
}

function linkOf(adapter: RedisAdapter): Link<RedisAdapter> {
  return { adapter, client: adapter.client, isMany: adapter.isCluster() || adapter.isSentinel() };
}

// In a cluster each key may lie on another node.
function getMany(adapter: RedisAdapter, keys: string[]): Promise<readonly unknown[]> {
  return adapter.isCluster() ? adapter.getMany(keys) : adapter.client.mGet(keys);
}

async function deleteAll(adapter: RedisAdapter, keys: readonly string[]): Promise<number> {
  const [node] = await adapter.getMasterNodes();
  if (!adapter.isCluster()) return (node as RedisNode).unlink(keys);
  // In a cluster each key may lie on another node.
  const removed = await Promise.all(keys.map((key) => adapter.delete(key)));
  return removed.filter(Boolean).length;
}

async function* scan(connection: Connection<RedisAdapter>, prefix: string): AsyncGenerator<readonly string[]> {
  const options = { MATCH: `${prefix.replace(/[\\*?[\]]/g, '\\$&')}*`, COUNT: SCAN_COUNT };
  for (const node of await connection.use((adapter) => adapter.getMasterNodes())) {
    let cursor = '0';
    do {
      const reply = await connection.use(() => (node as RedisNode).scan(cursor, options));
      cursor = reply.cursor;
      yield reply.keys;
    } while (cursor !== '0');
  }
}

// What a script answers is not kept.
async function readNow(client: RedisCommands, keys: string[]): Promise<readonly unknown[]> {
  const values = await client.eval("return redis.call('MGET', unpack(KEYS))", { keys, arguments: [] });
  return Array.isArray(values) ? values.map((value: unknown) => value ?? undefined) : [];
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError('only text is stored in Redis');
}
