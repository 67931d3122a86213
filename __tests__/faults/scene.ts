/**
 * The scene of a fault: a real origin, clients with and without a cache that send it the same requests, real servers
 * whose end comes with the test, and what the cached ones cost beyond the others.
 *
 * Every request carries secrets, as the store's URL does; what a test could see of a cache is searched for them.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import axios from 'axios';
import type { AxiosError, AxiosInstance, AxiosRequestConfig } from 'axios';
import { cachePlugin } from 'axios-http-cache';
import type { CacheEvent, CacheOptions } from 'axios-http-cache';
import { redisStore } from 'axios-http-cache/redis';
import type { Client } from '../exchange/bench.js';
import { command } from '../helpers/redis-fleet.js';
import { startOrigin } from '../helpers/origin.js';
import type { Origin } from '../helpers/origin.js';
import { startRedis } from '../helpers/redis-server.js';
import type { RedisServer } from '../helpers/redis-server.js';
import { startProxy } from './proxy.js';
import type { Proxy } from './proxy.js';
import { report } from './report.js';
import type { Row } from './report.js';

/** Milliseconds; the tests hold at `SLACK` times these, since the machine may be busy. */
export const GOALS = { inFlight: 250, openP99: 2, recovery: 2_500 };
export const SLACK = 3;

/** Some rows are smaller than they could be, unless `FAULTS_FULL=1` asks for the whole. */
export const FULL = process.env['FAULTS_FULL'] === '1';

const PASSWORD = 's3cr3t-E';
const SECRETS = /s3cr3t-[A-F]/;

/** A client with a cache, and what its cache said. */
export interface Subject {
  readonly api: Client;
  readonly events: CacheEvent[];
  /** `degraded read`, `recovered write` and so on, in order. */
  changes(): string[];
}

export interface Scene {
  readonly origin: Origin;
  readonly plain: AxiosInstance;
  /** A Redis with a password, which ends with the test. */
  redis(...args: readonly string[]): Promise<RedisServer>;
  /** With the password. */
  url(server: { readonly port: number }): string;
  admin(server: { readonly port: number }, ...args: readonly string[]): Promise<any>;
  proxy(server: { readonly port: number }): Promise<Proxy>;
  /** A client whose cache lies in this store, or in the Redis behind this URL. */
  subject(store: unknown, options?: CacheOptions): Subject;
  /** To be done when the test is over. */
  finally(action: () => unknown): void;
}

/** Sets a scene for each test of the file. */
export function useScene(): Scene {
  let origin: Origin;
  let plain: AxiosInstance;
  let endings: (() => unknown)[] = [];
  let subjects: Subject[] = [];
  const config = (): AxiosRequestConfig => ({
    baseURL: origin.url,
    timeout: 10_000,
    headers: { Authorization: 'Bearer s3cr3t-A', Cookie: 'u=s3cr3t-C' },
    params: { access_token: 's3cr3t-B' },
  });

  // What runs for the first time is slow, with a fault or without.
  beforeAll(async () => {
    origin = await startOrigin(answer);
    const clients = [axios.create(config()), cachePlugin()(axios.create(config()))];
    for (let round = 0; round < 3; round += 1) {
      for (const client of clients) await Promise.all(mixed(30).map((request) => timed(client, request)));
    }
    await origin.close();
  });
  beforeEach(async () => {
    origin = await startOrigin(answer);
    plain = axios.create(config());
  });
  afterEach(async () => {
    const seen = subjects.map(({ api, events }) => [events, api.cache, api.cache.stats()]);
    for (const { api } of subjects) await api.cache.close();
    for (const end of endings.reverse()) await end();
    await origin.close();
    subjects = [];
    endings = [];
    // T84
    const text = inspect(seen, { depth: 10, showHidden: true, maxArrayLength: null }) + JSON.stringify(seen);
    expect(SECRETS.exec(text)).toBeNull();
  });

  const url = ({ port }: { readonly port: number }): string => `redis://:${PASSWORD}@127.0.0.1:${String(port)}`;
  return {
    get origin() {
      return origin;
    },
    get plain() {
      return plain;
    },
    async redis(...args) {
      const server = await startRedis({ args: ['--requirepass', PASSWORD, '--masterauth', PASSWORD, ...args] });
      endings.push(() => server.stop());
      return server;
    },
    url,
    admin: (server, ...args) => command(url(server), ...args),
    async proxy(server) {
      const proxy = await startProxy(server.port);
      endings.push(() => proxy.close());
      return proxy;
    },
    subject(store, options = {}) {
      const events: CacheEvent[] = [];
      const plugin = cachePlugin({
        store: typeof store === 'string' ? redisStore(store) : store,
        onEvent: (event) => events.push(event),
        ...options,
      } as CacheOptions);
      const api: Client = plugin(axios.create(config()));
      const changes = (): string[] =>
        events.flatMap(({ type, breaker }) =>
          type === 'degraded' || type === 'recovered' ? [`${type} ${breaker}`] : [],
        );
      const subject = { api, events, changes };
      subjects.push(subject);
      return subject;
    },
    finally(action) {
      endings.push(action);
    },
  };
}

const answer: Parameters<typeof startOrigin>[0] = (req, res) => {
  const [path = '/'] = (req.url ?? '/').split('?');
  const status = req.method === 'POST' ? 201 : path.startsWith('/gone') ? 410 : path.startsWith('/bad') ? 500 : 200;
  const headers = { 'content-type': 'application/json', 'cache-control': 'max-age=60', 'set-cookie': 'sid=s3cr3t-D' };
  res.writeHead(status, headers).end(JSON.stringify({ path, text: 'text '.repeat(100) }));
};

/** A path of the origin that nobody asked for before. */
export function newPath(): string {
  serial += 1;
  return `/ok/${String(serial)}`;
}
let serial = 0;

const WARM = '/ok/warm';

/** Ten kinds of request in turn: known, new, unsafe, refused, failing. */
function mixed(count: number): AxiosRequestConfig[] {
  const kinds: (() => AxiosRequestConfig)[] = [
    ...Array.from({ length: 4 }, () => () => ({ url: WARM })),
    ...Array.from({ length: 3 }, () => () => ({ url: newPath() })),
    () => ({ url: newPath(), method: 'POST', data: { text: 's3cr3t-F' } }),
    () => ({ url: `/gone${newPath()}` }),
    () => ({ url: `/bad${newPath()}` }),
  ];
  return Array.from({ length: count }, (_, at) => kinds[at % kinds.length]!());
}

interface Timed {
  readonly ms: number;
  /** What the caller got: the same with and without a cache, or the cache has hurt. */
  readonly outcome: unknown;
}

async function timed(api: AxiosInstance, config: AxiosRequestConfig): Promise<Timed> {
  const startedAt = performance.now();
  const outcome: unknown = await api.request(config).then(
    ({ status, data }) => ({ resolved: status, data }),
    (error: unknown) => {
      const { code, response } = error as AxiosError;
      return { rejected: code, status: response?.status, data: response?.data };
    },
  );
  return { ms: performance.now() - startedAt, outcome };
}

/** Waits until this client is answered from its store; what was said until then is forgotten. */
export async function warmUp(subject: Subject): Promise<void> {
  const { api, events } = subject;
  // Connections to the origin, and code that has been compiled.
  await Promise.all(mixed(50).map((config) => timed(api, config)));
  await recovery(subject, WARM);
  events.length = 0;
}

const isWriting = (api: Client): boolean => api.cache.stats().store.pendingWrites > 0;

/**
 * The worst that any of `count` requests at once took beyond what they usually take without a cache. Outcomes are
 * compared. The goal is asserted here, with regard for how busy the machine is.
 */
export async function inFlight(scene: Scene, { api }: Subject, count = 50): Promise<number> {
  scene.origin.reset();
  const configs = mixed(count);
  const cached = await Promise.all(configs.map((config) => timed(api, config)));
  const plain = await Promise.all(configs.map((config) => timed(scene.plain, config)));
  expect(cached.map(({ outcome }) => outcome)).toEqual(plain.map(({ outcome }) => outcome));
  const worst = Math.max(...cached.map(({ ms }) => ms));
  expect(worst).toBeLessThan((GOALS.inFlight + Math.max(...plain.map(({ ms }) => ms))) * SLACK);
  return (
    worst -
    quantile(
      plain.map(({ ms }) => ms),
      0.5,
    )
  );
}

/**
 * What requests one after the other cost beyond those without a cache, at the 99th percentile. Outcomes are compared.
 * Noise only adds: of three rounds at most, the best counts. Where the machine is so busy that the requests without a
 * cache have a long tail, that is the measure. A store that is still read from has another goal than one left alone.
 */
export async function inARow(scene: Scene, { api }: Subject, goal = GOALS.openP99): Promise<number> {
  let best = { added: Number.POSITIVE_INFINITY, plain: 0 };
  for (let round = 0; round < 3 && best.added > goal * SLACK; round += 1) {
    scene.origin.reset();
    const pairs: (readonly [Timed, Timed])[] = [];
    for (const config of mixed(150)) pairs.push([await timed(api, config), await timed(scene.plain, config)]);
    expect(pairs.map(([cached]) => cached.outcome)).toEqual(pairs.map(([, plain]) => plain.outcome));
    const p99Of = (which: 0 | 1): number =>
      quantile(
        pairs.map((pair) => pair[which].ms),
        0.99,
      );
    const plain = p99Of(1);
    const added = p99Of(0) - plain;
    if (added < best.added) best = { added, plain };
  }
  expect(best.added).toBeLessThan(Math.max(goal * SLACK, best.plain));
  return best.added;
}

/** The value below which this share of them lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Milliseconds until what is asked for anew is written to the store and answered from it. */
export async function recovery({ api }: Subject, path = newPath()): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    const { cache } = await api.get(path);
    const { reading, writing } = api.cache.stats().store;
    if (cache.status === 'hit' && !isWriting(api) && reading === 'closed' && writing === 'closed') break;
    if (performance.now() - startedAt > 15_000) throw new Error('did not recover within 15 seconds');
    await sleep(10);
  }
  return performance.now() - startedAt;
}

/** The usual course of an outage: what is under way, what comes after, and how it ends. */
export async function outage(scene: Scene, subject: Subject, end: () => unknown): Promise<Omit<Row, 'fault'>> {
  const worst = await inFlight(scene, subject);
  const openP99 = await inARow(scene, subject);
  await end();
  return { inFlight: worst, openP99, recovery: await recovery(subject) };
}

/** Adds the row to the table, then asserts what is left of the goals; `events` is what had to be reported, no more, no less. */
export function judge(
  row: Row,
  subject?: Subject,
  events: readonly string[] = ['degraded read', 'recovered read'],
): void {
  report({ ...row, events: row.events ?? subject?.changes() });
  if (row.recovery !== undefined) expect(row.recovery).toBeLessThan(GOALS.recovery * SLACK);
  if (subject !== undefined) expect(subject.changes()).toEqual(events);
}

/** The cause that was reported first, as text. */
export function firstCause({ events }: Subject): string {
  return String(events.find(({ type }) => type === 'degraded')?.cause);
}
