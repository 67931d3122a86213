/**
 * Which store is meant? A URL, opened as the service opens it.
 */
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import axios from 'axios';
import { cachePlugin } from '../plugin.js';
import type { InstanceCache } from '../plugin.js';
import { UsageError } from './arguments.js';

/** A store in the hand. */
export interface Opened {
  readonly cache: InstanceCache;
  /** How the store may be named: without its password. */
  readonly label: string;
  /** What the store last failed with, if it did. */
  failure(): unknown;
  close(): Promise<void>;
}

interface OuterStore {
  readonly store: object;
  end(): Promise<unknown>;
}

// A person waits longer than a request, and wants to hear of the first failure.
const PATIENT = { timeout: 10_000, budget: 30_000, breaker: { failures: 1, probeEvery: 60_000 } };

/** Opens the cache in a store. Throws `UsageError` where there is none. */
export async function openCache(
  url: string | undefined,
  { namespace, isPrivate }: { readonly namespace: string; readonly isPrivate: boolean },
): Promise<Opened> {
  if (url === undefined) throw new UsageError('--store is missing: redis://host:port or sqlite:path');
  const outer = await openStore(url);
  let failure: unknown;
  const plugin = cachePlugin({
    store: outer.store,
    namespace,
    storage: PATIENT,
    ...(isPrivate && { shared: false }),
    onEvent(event) {
      if (event.type === 'error' || event.type === 'degraded') failure ??= event.cause;
    },
  });
  const { cache } = plugin(axios.create());
  // Whether it answers at all shows at the first question.
  await cache.has({ key: '{}' });
  return {
    cache,
    label: url.replace(/\/\/[^/@]*@/, '//***@'),
    failure: () => failure,
    async close() {
      await cache.close();
      await outer.end();
    },
  };
}

async function openStore(url: string): Promise<OuterStore> {
  if (/^rediss?:\/\//.test(url)) {
    const { redisStore } = await import('../redis.js').catch(() => missing('@keyv/redis'));
    return { store: redisStore(url), end: () => Promise.resolve() };
  }
  if (url.startsWith('sqlite:')) return openSqlite(url.replace(/^sqlite:(\/\/)?/, ''));
  throw new UsageError('--store takes redis://…, rediss://… or sqlite:path');
}

interface SqliteModule {
  readonly default: new (uri: string) => object & { disconnect(): Promise<unknown> };
}

function openSqlite(path: string): OuterStore {
  // It would be made, empty.
  if (!existsSync(path)) throw new UsageError(`there is no file ${path}`);
  const { default: KeyvSqlite } = load('@keyv/sqlite') as SqliteModule;
  const store = new KeyvSqlite(`sqlite://${path}`);
  return { store, end: () => store.disconnect() };
}

// It is the service's package, and not ours: looked for where the command is run, then where it lies.
function load(name: string): unknown {
  const own = process.argv[1];
  for (const from of [join(process.cwd(), 'package.json'), ...(own === undefined ? [] : [realpathSync(own)])]) {
    const require = createRequire(from);
    try {
      require.resolve(name);
    } catch {
      continue;
    }
    return require(name) as unknown;
  }
  return missing(name);
}

function missing(name: string): never {
  throw new UsageError(`this store needs the package ${name}: npm install ${name}`);
}
