import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { inspect } from 'node:util';
import KeyvRedis, { createClient } from '@keyv/redis';
import { Keyv } from 'keyv';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { redisStore } from '../../lib/storage/redis.js';
import { planOf, reconnectDelay } from '../../lib/storage/redis-options.js';
import { startRedis } from '../helpers/redis-server.js';
import type { RedisServer } from '../helpers/redis-server.js';
import { aKey, anEntry, closeAll, collect, openStore, PATIENT, until } from './fixtures.js';
import type { OpenedStore } from './fixtures.js';

jest.setTimeout(40_000);

/** Goals are asserted at three times their value: other tests run at the same time. */
const SLACK = 3;

const newClient = (url: string) => createClient({ url });
type RedisClient = ReturnType<typeof newClient>;

const servers: RedisServer[] = [];
const endings: (() => unknown)[] = [];

afterEach(async () => {
  await closeAll();
  for (const end of endings.splice(0)) await end();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function aServer(...args: string[]): Promise<RedisServer> {
  const server = await startRedis({ args });
  servers.push(server);
  return server;
}

async function aClient(server: RedisServer): Promise<RedisClient> {
  const client = newClient(server.url);
  client.on('error', () => undefined);
  endings.push(() => client.isOpen && client.destroy());
  await client.connect();
  return client;
}

/** Milliseconds that each of `count` lookups in a row took. */
async function lookupTimes({ store }: OpenedStore, count: number, name = 'a'): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const start = performance.now();
    await store.lookup([aKey(name)]);
    times.push(performance.now() - start);
  }
  return times;
}

async function works({ store }: OpenedStore, name = 'probe'): Promise<boolean> {
  if (!store.put(anEntry(name), 60)) return false;
  await store.flush();
  const { records, answered } = await store.lookup([aKey(name)]);
  return answered && records[0] !== undefined;
}

function changes({ events }: OpenedStore): string[] {
  return events.flatMap((event) => ('breaker' in event ? [`${event.type} ${event.breaker}`] : []));
}

/** Every kind of store over one server, each with the client options that somebody might have. */
function storesOver(url: string): Record<string, () => unknown> {
  const ended = <S extends KeyvRedis<unknown>>(adapter: S): S => {
    endings.push(() => adapter.disconnect(true).catch(() => undefined));
    return adapter;
  };
  return {
    'redisStore(url)': () => redisStore(url),
    'Keyv over KeyvRedis, as it comes': () => new Keyv(ended(new KeyvRedis(url))),
  };
}
const KINDS = Object.keys(storesOver('redis://localhost'));

function expectBudget(times: readonly number[]): void {
  expect(Math.max(...times.slice(0, 3))).toBeLessThan(100 * SLACK);
  const later = times.slice(3).sort((one, two) => one - two);
  expect(later[Math.floor(later.length * 0.99)]).toBeLessThan(2 * SLACK);
}

describe.each(KINDS)('%s', (kind) => {
  const open = (url: string, storage?: typeof PATIENT): OpenedStore =>
    openStore({ store: storesOver(url)[kind]?.(), storage });

  test('down at start: nothing waits, and it works once the server is there', async () => {
    const server = await aServer();
    await server.kill();
    const opened = open(server.url);
    expectBudget(await lookupTimes(opened, 1_000));
    expect(opened.store.put(anEntry('a'), 60)).toBe(false);
    expect(changes(opened)).toEqual(['degraded read']);
    await server.restart();
    const start = performance.now();
    await until(() => works(opened));
    expect(performance.now() - start).toBeLessThan(2_500 * SLACK);
    expect(changes(opened)).toEqual(['degraded read', 'recovered read']);
  });

  test('killed and restarted: the same, without a restart of ours', async () => {
    const server = await aServer();
    const opened = open(server.url);
    expect(await works(opened)).toBe(true);
    await server.kill();
    expectBudget(await lookupTimes(opened, 1_000));
    await server.restart();
    const start = performance.now();
    await until(() => opened.store.figures().reading === 'closed');
    expect(performance.now() - start).toBeLessThan(2_500 * SLACK);
    expect(await works(opened)).toBe(true);
    expect(changes(opened)).toEqual(['degraded read', 'recovered read']);
  });

  test('hung: each lookup under way pays one deadline, later ones nothing', async () => {
    const server = await aServer();
    const opened = open(server.url);
    expect(await works(opened)).toBe(true);
    server.pause();
    const start = performance.now();
    const burst = await Promise.all(Array.from({ length: 50 }, () => lookupTimes(opened, 1)));
    expect(Math.max(...burst.flat())).toBeLessThan(100 * SLACK);
    expectBudget([0, 0, 0, ...(await lookupTimes(opened, 1_000))]);
    for (let n = 0; n < 100; n += 1) opened.store.put(anEntry(String(n), new Uint8Array(100_000)), 60);
    await opened.store.flush();
    expect(performance.now() - start).toBeLessThan(1_000 * SLACK);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    server.resume();
    const resumedAt = performance.now();
    await until(() => opened.store.figures().reading === 'closed');
    expect(performance.now() - resumedAt).toBeLessThan(2_500 * SLACK);
    expect(await works(opened)).toBe(true);
    expect(changes(opened)).toEqual(['degraded read', 'recovered read']);
  });

  test('full: reads and removals go on, lost writes do not look written', async () => {
    const server = await aServer('--maxmemory', '3mb', '--maxmemory-policy', 'noeviction');
    const opened = open(server.url, PATIENT);
    for (let n = 0; n < 60; n += 1) {
      opened.store.put(anEntry(String(n), new Uint8Array(100_000).fill(120)), 60);
      await opened.store.flush();
    }
    const present = (
      await Promise.all(Array.from({ length: 60 }, async (_, n) => opened.store.lookup([aKey(String(n))])))
    ).filter(({ records }) => records[0] !== undefined);
    const { droppedWrites, reading, writing } = opened.store.figures();
    expect({ reading, writing, lost: droppedWrites + present.length }).toEqual({
      reading: 'closed',
      writing: 'open',
      lost: 60,
    });
    expect(present.length).toBeGreaterThan(3);
    const degraded = opened.events.find(({ type }) => type === 'degraded');
    expect(String(degraded !== undefined && 'cause' in degraded && degraded.cause)).toContain('OOM');
    expect(await opened.store.remove(Array.from({ length: 60 }, (_, n) => aKey(String(n))))).toBe(present.length);
    await until(() => works(opened));
    expect(changes(opened)).toEqual(['degraded write', 'recovered write']);
  });

  test('a list where an entry should be is a miss, and is replaced', async () => {
    const server = await aServer();
    const client = await aClient(server);
    await client.rPush(`axios-http-cache:v1:${aKey('a')}`, 'x');
    const opened = open(server.url, PATIENT);
    for (let n = 0; n < 5; n += 1) {
      expect(await opened.store.lookup([aKey('a')])).toEqual({ records: [undefined], answered: true });
    }
    expect(await works(opened, 'a')).toBe(true);
    expect(changes(opened)).toEqual([]);
  });

  test('a replica is read; its refusal of writes is reported once', async () => {
    const master = await aServer('--repl-diskless-sync-delay', '0');
    const replica = await aServer('--replicaof', '127.0.0.1', String(master.port));
    const writer = open(master.url, PATIENT);
    await works(writer, 'a');
    const opened = open(replica.url, PATIENT);
    await until(async () => (await opened.store.lookup([aKey('a')])).records[0] !== undefined);
    for (let n = 0; n < 5; n += 1) {
      opened.store.put(anEntry('b'), 60);
      await opened.store.flush();
    }
    expect(await opened.store.remove([aKey('a')])).toBe(0);
    expect((await opened.store.lookup([aKey('a')])).records[0]).toBeDefined();
    expect(changes(opened)).toEqual(['degraded write']);
  });
});

describe('redisStore', () => {
  test('answers the first lookup of all, before the connection was there', async () => {
    const server = await aServer();
    await works(openStore({ store: redisStore(server.url), storage: PATIENT }), 'a');
    const fresh = openStore({ store: redisStore(server.url), storage: PATIENT });
    const found = await Promise.all(Array.from({ length: 10 }, async () => fresh.store.lookup([aKey('a')])));
    expect(found.every(({ answered, records }) => answered && records[0] !== undefined)).toBe(true);
  });

  test('a lookup of many keys is one MGET; a write is one SET with PX; a removal is one script', async () => {
    const server = await aServer();
    const opened = openStore({ store: redisStore(server.url), storage: PATIENT });
    const client = await aClient(server);
    await works(opened, 'warm');
    await client.configResetStat();
    opened.store.put(anEntry('a'), 60);
    await opened.store.flush();
    await opened.store.lookup([aKey('a'), aKey('b'), aKey('c')]);
    expect(await client.pTTL(`axios-http-cache:v1:${aKey('a')}`)).toBeGreaterThan(59_000);
    await opened.store.remove([aKey('a')]);
    const calls = Object.fromEntries(
      [...(await client.info('commandstats')).matchAll(/cmdstat_(\w+):calls=(\d+)/g)].map(([, name, count]) => [
        name,
        count,
      ]),
    );
    // The script removes, and notes that whoever asked before does not bring it back.
    expect([calls.evalsha, calls.mget]).toEqual(['1', '1']);
  });

  test('listing and clearing go through the database in steps, past 20,000 keys of others', async () => {
    const server = await aServer();
    const client = await aClient(server);
    const opened = openStore({ store: redisStore(server.url), storage: PATIENT });
    await client.mSet(Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`other:${String(n)}`, 'x'])));
    for (let n = 0; n < 3_000; n += 1) opened.store.put(anEntry(String(n)), 60);
    await opened.store.flush();
    expect(await collect(opened.store.records())).toHaveLength(3_000);
    expect(await opened.store.clear()).toBe(3_000);
    expect(await client.dbSize()).toBe(20_000);
  });

  test('a connection that is greeted by nobody is given up for a new one', async () => {
    const server = await aServer();
    const proxy = await aProxy(server.port);
    const opened = openStore({ store: redisStore(`redis://127.0.0.1:${String(proxy.port)}`) });
    expect(await works(opened)).toBe(true);
    // Packets vanish: no end, no error, and this connection will never answer again.
    proxy.swallow();
    await until(async () => !(await opened.store.lookup([aKey('a')])).answered && changes(opened).length === 1);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const swallowed = proxy.connections();
    proxy.pass();
    const start = performance.now();
    await until(() => opened.store.figures().reading === 'closed');
    expect(performance.now() - start).toBeLessThan(2_500 * SLACK);
    expect(proxy.connections()).toBeGreaterThan(swallowed);
    expect(await works(opened)).toBe(true);
    expect(changes(opened)).toEqual(['degraded read', 'recovered read']);
  });

  test('a listener that accepts and never answers costs what a hung server costs', async () => {
    const silent = await aProxy(1);
    silent.swallow();
    const opened = openStore({ store: redisStore(`redis://127.0.0.1:${String(silent.port)}`) });
    expectBudget(await lookupTimes(opened, 1_000));
    expect(changes(opened)).toEqual(['degraded read']);
  });

  test('a wrong password is named as the cause, and not spelled out anywhere', async () => {
    const server = await aServer('--requirepass', 'right');
    const url = `redis://user:s3cr3t-E@127.0.0.1:${String(server.port)}/0`;
    const store = redisStore(url);
    const opened = openStore({ store });
    expectBudget(await lookupTimes(opened, 500));
    const [event] = opened.events;
    expect(event).toMatchObject({ type: 'degraded', breaker: 'read' });
    expect(String(event !== undefined && 'cause' in event && event.cause)).toContain('WRONGPASS');
    const seen = [store, opened, opened.events, opened.store].flatMap((it) => [
      inspect(it, { depth: 10, showHidden: true }),
      JSON.stringify(it),
    ]);
    expect(seen.join('\n')).not.toContain('s3cr3t-E');
    expect(inspect(store)).toBe(`redisStore(redis://127.0.0.1:${String(server.port)}/0)`);

    const right = openStore({ store: redisStore(`redis://:right@127.0.0.1:${String(server.port)}`), storage: PATIENT });
    expect(await works(right)).toBe(true);
    const options = { password: 'right', socket: { host: '127.0.0.1', port: server.port } };
    expect(await works(openStore({ store: redisStore(options), storage: PATIENT }))).toBe(true);
  });

  test.each<[string, unknown]>([
    ['no URL', 'localhost'],
    ['another protocol', 'https://me:s3cr3t-E@host'],
    ['a URL that cannot be read', 'redis://me:s3cr3t-E@ho st:99999999'],
    ['a database that is none', 'redis://me:s3cr3t-E@host/abc'],
    ['a number', 5],
    ['null', null],
    ['a list', []],
    ['a function', () => 1],
  ])('%s is refused, without its password', (_, connect) => {
    let error: unknown;
    try {
      redisStore(connect as string);
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({
      name: 'CacheConfigurationError',
      message: expect.stringContaining('takes a redis://') as string,
    });
    expect(inspect(error, { depth: 5 })).not.toContain('s3cr3t-E');
  });

  test('a client of the caller stays open if it was, and is closed if it was opened here', async () => {
    const server = await aServer();
    const theirs = await aClient(server);
    const opened = openStore({ store: redisStore(theirs), storage: PATIENT });
    expect(await works(opened)).toBe(true);
    await opened.store.close();
    expect(theirs.isReady).toBe(true);

    const unopened = newClient(server.url);
    const other = openStore({ store: redisStore(unopened), storage: PATIENT });
    expect(await works(other)).toBe(true);
    await other.store.close();
    expect(unopened.isOpen).toBe(false);
  });

  test('one store for two caches stays open until both are closed, and can be used again', async () => {
    const server = await aServer();
    const store = redisStore(server.url);
    const [one, two] = [openStore({ store, storage: PATIENT }), openStore({ store, storage: PATIENT })];
    expect(await works(one)).toBe(true);
    await one.store.close();
    await one.store.close();
    expect(await works(two)).toBe(true);
    await two.store.close();
    await until(
      async () => Number(/connected_clients:(\d+)/.exec(await (await aClient(server)).info('clients'))?.[1]) === 1,
    );
    expect(await works(openStore({ store, storage: PATIENT }))).toBe(true);
  });

  test('good options by default; what the caller says outranks them', () => {
    const life = { over: false };
    const plan = planOf({ disableOfflineQueue: false, socket: { connectTimeout: 5, reconnectStrategy: 7 } }, life);
    expect(plan.options).toMatchObject({ disableOfflineQueue: false, socket: { connectTimeout: 5 } });
    expect(planOf('redis://h', life).options).toMatchObject({
      disableOfflineQueue: true,
      socket: { connectTimeout: 1_000 },
    });
    expect(planOf({ rootNodes: [{ url: 'redis://h' }] }, life)).toMatchObject({
      kind: 'cluster',
      options: { minimizeConnections: true, defaults: { disableOfflineQueue: true } },
    });
    expect(planOf({ name: 'main', sentinelRootNodes: [{ host: 'h', port: 1 }] }, life)).toMatchObject({
      kind: 'sentinel',
      options: {
        nodeClientOptions: { disableOfflineQueue: true },
        sentinelClientOptions: { disableOfflineQueue: true },
      },
    });
    const delays = Array.from({ length: 20 }, (_, attempt) => reconnectDelay(attempt));
    expect(delays[0]).toBeLessThan(160);
    expect(Math.max(...delays)).toBeLessThan(1_000);
  });
});

describe('a process', () => {
  let compiled: string;

  beforeAll(async () => {
    compiled = await compileStorage();
  });
  afterAll(() => rm(compiled, { recursive: true, force: true }));

  test.each<[string, 'up' | 'paused' | 'killed', string]>([
    ['ends by itself when it has nothing to do', 'up', ''],
    ['ends within a second of close()', 'up', 'await store.close();'],
    ['ends within a second of close(), also while Redis is stopped', 'paused', 'await store.close();'],
    ['ends within a second of close(), also while Redis is down', 'killed', 'await store.close();'],
  ])('%s', async (_, state, ending) => {
    const server = await aServer();
    const child = spawn(
      process.execPath,
      ['--unhandled-rejections=strict', '-e', script(compiled, server.url, ending)],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
        env: { ...process.env, NODE_PATH: resolve('node_modules') },
      },
    );
    endings.push(() => child.kill('SIGKILL'));
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const exited = new Promise<number | null>((done) => child.once('exit', done));
    await until(() => output.includes('ready'), 15_000);
    if (state === 'paused') server.pause();
    if (state === 'killed') await server.kill();
    await new Promise((done) => setTimeout(done, 300));
    child.stdin.end('go');
    const start = performance.now();
    expect(await exited).toBe(0);
    expect(performance.now() - start).toBeLessThan(1_000 * SLACK);
    expect(output).toBe('entry\nready\n');
  });
});

/** Our sources as CommonJS in a folder of their own: another process cannot use those of Jest. */
async function compileStorage(): Promise<string> {
  const target = await mkdtemp(join(tmpdir(), 'axios-http-cache-lib-'));
  for (const folder of ['.', 'policy', 'storage']) {
    await mkdir(join(target, folder), { recursive: true });
    for (const file of await readdir(join('lib', folder))) {
      if (!file.endsWith('.ts')) continue;
      const source = await readFile(join('lib', folder, file), 'utf8');
      const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true };
      const { outputText } = transpileModule(source, { compilerOptions });
      await writeFile(join(target, folder, file.replace(/\.ts$/, '.js')), outputText);
    }
  }
  return target;
}

function script(compiled: string, url: string, ending: string): string {
  const entry = JSON.stringify(anEntry('a', { form: 'text', text: 'x' }));
  return `
    const { createRecordStore } = require(${JSON.stringify(join(compiled, 'storage/store.js'))});
    const { redisStore } = require(${JSON.stringify(join(compiled, 'storage/redis.js'))});
    (async () => {
      const store = createRecordStore({ store: redisStore(${JSON.stringify(url)}) });
      const entry = ${entry};
      store.put(entry, 60);
      await store.flush();
      console.log((await store.lookup([entry.key])).records[0].kind);
      console.log('ready');
      for await (const _ of process.stdin);
      // Under way when it ends.
      void store.lookup([entry.key]);
      ${ending}
    })();
  `;
}

interface Proxy {
  readonly port: number;
  swallow(): void;
  pass(): void;
  connections(): number;
}

/** Hands everything on, or swallows it for ever on the connections that are open then. */
async function aProxy(target: number): Promise<Proxy> {
  let swallows = false;
  let count = 0;
  const sockets = new Set<Socket>();
  const server: Server = createServer((near) => {
    count += 1;
    sockets.add(near);
    near.on('error', () => undefined);
    if (swallows) {
      near.on('data', () => undefined);
      return;
    }
    const far = connect(target, '127.0.0.1');
    sockets.add(far);
    far.on('error', () => near.destroy());
    near.on('data', (data) => !doomed.has(near) && far.write(data));
    far.on('data', (data) => !doomed.has(near) && near.write(data));
    near.on('close', () => far.destroy());
  });
  const doomed = new Set<Socket>();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endings.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return {
    port: (server.address() as AddressInfo).port,
    swallow() {
      swallows = true;
      for (const socket of sockets) doomed.add(socket);
    },
    pass() {
      swallows = false;
    },
    connections: () => count,
  };
}
