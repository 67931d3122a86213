/**
 * More than one Redis for tests: a replica, a cluster, sentinels, and commands that a test gives them itself. All of them
 * are servers as in `redis-server.ts`, so nothing of them outlives the test process either.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@keyv/redis';
import { startRedis } from './redis-server.js';
import type { RedisServer } from './redis-server.js';

const startDeadlineMs = 15_000;

/** Sends one command over a connection of its own, and gives back what was answered. */
export async function command(url: string, ...args: readonly string[]): Promise<any> {
  const client = createClient({ url, socket: { reconnectStrategy: false } });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await client.sendCommand([...args]);
  } finally {
    if (client.isOpen) client.destroy();
  }
}

/** A server that follows `master`, once it has its data; `urlOf` knows their password, if they have one. */
export async function startReplica(
  master: RedisServer,
  args: readonly string[] = [],
  urlOf = ({ url }: RedisServer): string => url,
): Promise<RedisServer> {
  const follows = ['--replicaof', '127.0.0.1', String(master.port), '--repl-timeout', '5'];
  const replica = await startRedis({ args: [...follows, ...args] });
  await comesTrue(async () => /master_link_status:up/.test(await command(urlOf(replica), 'INFO', 'replication')));
  return replica;
}

export interface RedisCluster {
  readonly nodes: readonly RedisServer[];
  /** As `createCluster` of node-redis takes them. */
  readonly rootNodes: readonly { readonly url: string }[];
  stop(): Promise<void>;
}

const SLOTS = 16_384;

/** A cluster of masters that share the slots evenly; a part that is missing leaves the others at work. */
export async function startCluster(size = 3): Promise<RedisCluster> {
  const args = ['--cluster-enabled', 'yes', '--cluster-require-full-coverage', 'no', '--cluster-node-timeout', '1000'];
  const nodes = await Promise.all(Array.from({ length: size }, () => startRedis({ args })));
  const [first] = nodes;
  const share = Math.ceil(SLOTS / size);
  await Promise.all(
    nodes.map(async ({ url }, at) => {
      const last = Math.min((at + 1) * share, SLOTS) - 1;
      await command(url, 'CLUSTER', 'ADDSLOTSRANGE', String(at * share), String(last));
      await command(url, 'CLUSTER', 'MEET', '127.0.0.1', String(first?.port));
    }),
  );
  for (const { url } of nodes) {
    await comesTrue(async () => {
      const info = String(await command(url, 'CLUSTER', 'INFO'));
      return info.includes('cluster_state:ok') && info.includes(`cluster_slots_ok:${String(SLOTS)}`);
    });
  }
  return {
    nodes,
    rootNodes: nodes.map(({ url }) => ({ url })),
    async stop() {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}

/** A sentinel that watches `master` under the name `main`, and alone decides on a failover. */
export async function startSentinel(master: RedisServer): Promise<RedisServer> {
  const config = [
    `sentinel monitor main 127.0.0.1 ${String(master.port)} 1`,
    'sentinel down-after-milliseconds main 300',
    'sentinel failover-timeout main 2000',
  ];
  const sentinel = await startRedis({ config, args: ['--sentinel'] });
  await comesTrue(async () => /slaves=[1-9]/.test(await command(sentinel.url, 'INFO', 'sentinel')));
  return sentinel;
}

async function comesTrue(claim: () => Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + startDeadlineMs;
  while (!(await claim().catch(() => false))) {
    if (Date.now() > giveUpAt) throw new Error(`the servers did not come to it: ${String(claim)}`);
    await sleep(20);
  }
}
