/** More than one Redis, more than one service: failover, a cluster with a hole, sentinels, lost channels. */
import { setTimeout as sleep } from 'node:timers/promises';
import { redisStore } from 'axios-http-cache/redis';
import { times } from '../exchange/bench.js';
import { command, startCluster, startReplica, startSentinel } from '../helpers/redis-fleet.js';
import { inARow, inFlight, judge, newPath, outage, recovery, SLACK, useScene, warmUp } from './scene.js';
import type { Subject } from './scene.js';

jest.setTimeout(60_000);

const scene = useScene();

/** The answers to this path, asked for by each of these `count` times at once. */
async function together(subjects: readonly Subject[], path: string, count = 10): Promise<unknown[]> {
  return Promise.all(subjects.flatMap(({ api }) => times(count, async () => (await api.get(path)).data)));
}

function slow(path: string, ms: number): void {
  scene.origin.reply(path, { headers: { 'cache-control': 'max-age=60' }, body: 'the answer', delayMs: ms });
}

test('failover: the replica takes over at the same address, and a flight is flown at most once more', async () => {
  const master = await scene.redis('--repl-diskless-sync-delay', '0');
  const args = ['--requirepass', 's3cr3t-E', '--masterauth', 's3cr3t-E'];
  const replica = await startReplica(master, args, scene.url);
  scene.finally(() => replica.stop());
  const proxy = await scene.proxy(master);
  const subjects = times(2, () => scene.subject(scene.url(proxy)));
  await Promise.all(subjects.map(warmUp));
  const [subject] = subjects;
  const paths = times(5, (at) => `/flight/${String(at)}`);
  for (const path of paths) slow(path, 300);
  const flights = paths.map((path) => together(subjects, path));
  while (paths.some((path) => scene.origin.hitsFor(path) === 0)) await sleep(2);
  await master.kill();
  for (const flight of flights) expect(new Set(await flight)).toEqual(new Set(['the answer']));
  // Who asked, and who waited for it until there was nothing to be heard any more.
  for (const path of paths) expect(scene.origin.hitsFor(path)).toBeLessThanOrEqual(2);
  const worst = await inFlight(scene, subject!);
  await scene.admin(replica, 'REPLICAOF', 'NO', 'ONE');
  proxy.target = replica.port;
  proxy.cut();
  const recoveries = await Promise.all(subjects.map((one) => recovery(one)));
  judge({ fault: 'failover', inFlight: worst, recovery: Math.max(...recoveries) }, subject);
  scene.origin.reset();
  const again = await Promise.all(paths.map((path) => together(subjects, path)));
  expect(new Set(again.flat())).toEqual(new Set(['the answer']));
  for (const path of paths) expect(scene.origin.hitsFor(path)).toBeLessThanOrEqual(2);
});

test('a cluster of three loses a node, then all of them hang', async () => {
  const cluster = await startCluster();
  scene.finally(() => cluster.stop());
  const subject = scene.subject(redisStore({ rootNodes: [...cluster.rootNodes] }));
  await warmUp(subject);
  const [, lost] = cluster.nodes;
  await lost?.kill();
  const worst = await inFlight(scene, subject);
  const startedAt = performance.now();
  while (performance.now() - startedAt < 2_000) await inFlight(scene, subject, 10);
  await lost?.restart();
  const ms = await recovered(subject);
  const note = 'a third of the keys is away';
  judge({ fault: 'cluster: a node killed', inFlight: worst, recovery: ms, events: subject.changes(), note });
  expectAlternation(subject);

  subject.events.length = 0;
  for (const node of cluster.nodes) node.pause();
  const costs = await outage(scene, subject, () => {
    for (const node of cluster.nodes) node.resume();
  });
  judge({ fault: 'cluster: all nodes hang', ...costs }, subject);
});

/** Milliseconds until keys of all nodes are answered from the store. */
async function recovered(subject: Subject): Promise<number> {
  const startedAt = performance.now();
  for (let key = 0; key < 12; key += 1) await recovery(subject);
  return performance.now() - startedAt;
}

function expectAlternation(subject: Subject): void {
  for (const breaker of ['read', 'write']) {
    const changes = subject.changes().filter((change) => change.endsWith(breaker));
    expect(changes).toEqual(changes.map((_, at) => `${at % 2 === 0 ? 'degraded' : 'recovered'} ${breaker}`));
  }
}

test('sentinels: the master dies, another is found', async () => {
  const args = ['--repl-diskless-sync-delay', '0'];
  const master = await scene.redis(...args, '--requirepass', '');
  const replica = await startReplica(master);
  scene.finally(() => replica.stop());
  const sentinel = await startSentinel(master);
  scene.finally(() => sentinel.stop());
  const sentinelRootNodes = [{ host: '127.0.0.1', port: sentinel.port }];
  const subject = scene.subject(redisStore({ name: 'main', sentinelRootNodes }));
  await warmUp(subject);
  await master.kill();
  const worst = await inFlight(scene, subject);
  const openP99 = await inARow(scene, subject);
  // Theirs to decide, and not counted: from when there is a master again.
  while ((await sentinelMaster(sentinel.url)) !== replica.port) await sleep(20);
  judge({ fault: 'sentinel failover', inFlight: worst, openP99, recovery: await recovery(subject) }, subject);
});

async function sentinelMaster(url: string): Promise<number> {
  const [, port] = (await command(url, 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'main')) as string[];
  return Number(port);
}

test('channels are lost, the connection for data is not: whoever waits is answered, and soon', async () => {
  const redis = await scene.redis();
  const patient = { storage: { timeout: 100 * SLACK, budget: 250 * SLACK } };
  const subjects = times(3, () => scene.subject(scene.url(redis), patient));
  await Promise.all(subjects.map(warmUp));
  let worst = 0;
  for (let round = 0; round < 3; round += 1) {
    const path = newPath();
    slow(path, 400);
    const startedAt = performance.now();
    const answers = together(subjects, path);
    await sleep(100);
    await scene.admin(redis, 'CLIENT', 'KILL', 'TYPE', 'pubsub');
    expect(new Set(await answers)).toEqual(new Set(['the answer']));
    worst = Math.max(worst, performance.now() - startedAt - 400);
    expect(scene.origin.hitsFor(path)).toBeLessThanOrEqual(subjects.length);
  }
  judge({ fault: 'pub/sub connection lost', inFlight: worst });
  expect(worst).toBeLessThan(400 * SLACK);
  for (const subject of subjects) expect(subject.changes()).toEqual([]);
});
