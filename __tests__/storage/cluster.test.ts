/** A cluster of three nodes: the contract of every store, and one cache for several services. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createCluster } from '@keyv/redis';
import { redisStore } from 'axios-http-cache/redis';
import { startCluster } from '../helpers/redis-fleet.js';
import type { RedisCluster } from '../helpers/redis-fleet.js';
import { useBench } from '../exchange/bench.js';
import type { Client } from '../exchange/bench.js';
import { describeStore } from './contract.js';

jest.setTimeout(60_000);

let cluster: RedisCluster;
let client: ReturnType<typeof newClient>;

const newClient = () => createCluster({ rootNodes: [...cluster.rootNodes] });
const storeOnCluster = (): object => redisStore({ rootNodes: [...cluster.rootNodes] });

beforeAll(async () => {
  cluster = await startCluster();
  client = newClient();
  client.on('error', () => undefined);
  await client.connect();
});
afterAll(async () => {
  client.destroy();
  await cluster.stop();
});
beforeEach(async () => {
  for (const { client: node } of client.masters) if (node !== undefined) await node.flushAll();
});

async function names(): Promise<string[]> {
  const all = await Promise.all(client.masters.map(async ({ client: node }) => (await node?.keys('*')) ?? []));
  return all.flat();
}

describeStore('redisStore({ rootNodes })', async () => ({
  store: storeOnCluster(),
  raw: {
    get: async (name) => (await client.get(name)) ?? undefined,
    set: async (name, value) => {
      await client.set(name, value);
    },
    names,
  },
}));

describe('several services on a cluster', () => {
  const bench = useBench('http');
  const storage = { timeout: 3_000, budget: 10_000 };
  const services = (count: number): Client[] =>
    Array.from({ length: count }, () => bench.client({ store: storeOnCluster(), storage }));
  const stored = async (api: Client): Promise<void> => {
    while (api.cache.stats().store.pendingWrites > 0) await sleep(5);
  };

  test('promise 3: one origin request for each of twenty URLs, wherever they lie', async () => {
    const clients = services(3);
    const paths = Array.from({ length: 20 }, (_, n) => `/page/${String(n)}`);
    for (const path of paths)
      bench.origin.reply(path, { headers: { 'cache-control': 'max-age=60' }, body: path, delayMs: 150 });
    const answers = await Promise.all(
      paths.flatMap((path) => clients.flatMap((api) => [api.get(path), api.get(path)])),
    );
    expect(answers.map(({ data }) => data as unknown)).toEqual(paths.flatMap((path) => Array(6).fill(path)));
    for (const path of paths) expect(bench.origin.hitsFor(path)).toBe(1);
    // Entry, epoch and lease of a URL lie in one slot; the URLs do not.
    const slots = new Set(await Promise.all(client.masters.map(async ({ client: node }) => node?.dbSize())));
    expect(slots.has(0)).toBe(false);
  });

  test('T80 a POST in one service while another asks', async () => {
    let version = 'old';
    bench.origin.reply('/r', async (req, res) => {
      if (req.method === 'POST') version = 'new';
      const now = version;
      if (req.method === 'GET') await sleep(300);
      res.writeHead(200, { 'cache-control': 'max-age=60' }).end(now);
    });
    const [reader, writer] = services(2);
    const early = reader?.get('/r');
    while (bench.origin.hits === 0) await sleep(2);
    await writer?.post('/r');
    expect((await early)?.data).toBe('old');
    await stored(reader!);
    for (const api of [reader, writer]) expect((await api?.get('/r'))?.data).toBe('new');
  });

  test('clear() takes what lies on every node, leases and epochs too', async () => {
    const [api] = services(1);
    bench.origin.reply('/x', { headers: { 'cache-control': 'max-age=60' }, body: 'x' });
    for (let n = 0; n < 12; n += 1) await api?.get(`/x?${String(n)}`);
    await stored(api!);
    await client.set('theirs', 'stays');
    expect(await api?.cache.clear()).toBe(12);
    expect(await names()).toEqual(['theirs']);
  });
});
