/** A Redis that is there and says no: full, read-only, locked, overcrowded, loading or busy. */
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom, times } from '../exchange/bench.js';
import { startReplica } from '../helpers/redis-fleet.js';
import type { RedisServer } from '../helpers/redis-server.js';
import {
  firstCause,
  FULL,
  GOALS,
  inARow,
  inFlight,
  judge,
  newPath,
  outage,
  recovery,
  SLACK,
  useScene,
  warmUp,
} from './scene.js';
import type { Subject } from './scene.js';

jest.setTimeout(60_000);

const scene = useScene();

/** Who says no says it at once: its deadline has as much slack as all that is asserted. */
const PATIENT = { storage: { timeout: 100 * SLACK, budget: 250 * SLACK } };

const WRITES_ALONE = ['degraded write', 'recovered write'];
const isHit = async ({ api }: Subject, path: string): Promise<boolean> => (await api.get(path)).cache.status === 'hit';
const settled = async ({ api }: Subject): Promise<void> => {
  while (api.cache.stats().store.pendingWrites > 0) await sleep(5);
};

/** Stores this path's answer. */
async function store(subject: Subject, path = newPath()): Promise<string> {
  await subject.api.get(path);
  await settled(subject);
  return path;
}

/** Writes until no more are tried. */
async function exhaust(subject: Subject): Promise<void> {
  while (subject.api.cache.stats().store.writing === 'closed' || subject.changes().length === 0) await store(subject);
}

test('full, noeviction: reads and removals go on, writes are given up and counted', async () => {
  const redis = await scene.redis('--maxmemory', '100mb', '--maxmemory-policy', 'noeviction');
  const subject = scene.subject(scene.url(redis), PATIENT);
  await warmUp(subject);
  const [kept, doomed] = [await store(subject), await store(subject)];
  await scene.admin(redis, 'CONFIG', 'SET', 'maxmemory', '1');
  const worst = await inFlight(scene, subject);
  await exhaust(subject);
  const openP99 = await inARow(scene, subject, GOALS.inFlight);
  expect(await isHit(subject, kept)).toBe(true);
  await subject.api.post(doomed);
  expect(await isHit(subject, doomed)).toBe(false);
  expect(subject.api.cache.stats().store).toMatchObject({ reading: 'closed', writing: 'open' });
  expect(subject.api.cache.stats().store.droppedWrites).toBeGreaterThan(0);
  expect(firstCause(subject)).toContain('OOM');
  await scene.admin(redis, 'CONFIG', 'SET', 'maxmemory', '0');
  const note = 'p99: hits and misses from a store that reads';
  const row = { fault: 'full, noeviction', inFlight: worst, openP99, recovery: await recovery(subject), note };
  judge(row, subject, WRITES_ALONE);
});

test('evicting at random: only misses, and every body whole', async () => {
  const redis = await scene.redis('--maxmemory', '3mb', '--maxmemory-policy', 'allkeys-random');
  const subject = scene.subject(scene.url(redis), PATIENT);
  scene.origin.reply('/zipf', (req, res) => {
    res.writeHead(200, { 'cache-control': 'max-age=60' }).end(String(req.url).padEnd(20_000, '.'));
  });
  const random = seededRandom(7);
  const counts = { hit: 0, miss: 0 };
  for (let round = 0; round < 60; round += 1) {
    await Promise.all(
      times(10, async () => {
        const item = Math.floor(200 ** random());
        const { data, cache } = await subject.api.get('/zipf', { params: { item } });
        expect(data).toMatch(new RegExp(`^/zipf.*item=${String(item)}\\.+$`));
        expect(data).toHaveLength(20_000);
        counts[cache.status as 'hit' | 'miss'] += 1;
      }),
    );
  }
  const evicted = /evicted_keys:(\d+)/.exec(await scene.admin(redis, 'INFO', 'stats'))?.[1];
  const note = `${String(evicted)} evicted, ${String(counts.hit)} hits, ${String(counts.miss)} misses`;
  judge({ fault: 'evicting at random', note }, subject, []);
  expect(Number(evicted)).toBeGreaterThan(0);
  expect(counts.hit).toBeGreaterThan(counts.miss);
  expect(subject.events.filter(({ type }) => type === 'corrupt' || type === 'error')).toEqual([]);
});

test('a read-only replica: reads are served, writes are off', async () => {
  const master = await scene.redis('--repl-diskless-sync-delay', '0');
  const writer = scene.subject(scene.url(master), PATIENT);
  await warmUp(writer);
  const path = await store(writer);
  const replica = await startReplica(master, REPLICA_ARGS, scene.url);
  scene.finally(() => replica.stop());
  const subject = scene.subject(scene.url(replica), PATIENT);
  expect(await isHit(subject, path)).toBe(true);
  const worst = await inFlight(scene, subject);
  await exhaust(subject);
  const openP99 = await inARow(scene, subject, GOALS.inFlight);
  expect(await isHit(subject, path)).toBe(true);
  expect(firstCause(subject)).toContain('READONLY');
  await scene.admin(replica, 'REPLICAOF', 'NO', 'ONE');
  const row = { fault: 'read-only replica', inFlight: worst, openP99, recovery: await recovery(subject) };
  judge(row, subject, WRITES_ALONE);
});

const REPLICA_ARGS = ['--requirepass', 's3cr3t-E', '--masterauth', 's3cr3t-E'];

test('MASTERDOWN: a replica that lost its master answers nothing', async () => {
  const master = await scene.redis('--repl-diskless-sync-delay', '0');
  const replica = await startReplica(master, [...REPLICA_ARGS, '--replica-serve-stale-data', 'no'], scene.url);
  scene.finally(() => replica.stop());
  const subject = scene.subject(scene.url(replica), PATIENT);
  // It has to be one that takes writes, or there is nothing to recover to.
  await scene.admin(replica, 'CONFIG', 'SET', 'replica-read-only', 'no');
  await warmUp(subject);
  await master.kill();
  while (!/master_link_status:down/.test(await scene.admin(replica, 'INFO', 'replication'))) await sleep(20);
  const costs = await outage(scene, subject, () => scene.admin(replica, 'REPLICAOF', 'NO', 'ONE'));
  judge({ fault: 'MASTERDOWN', ...costs }, subject);
  expect(firstCause(subject)).toContain('MASTERDOWN');
});

test.each<[string, (port: number) => string, RegExp, readonly string[]]>([
  [
    'wrong password',
    (port) => `redis://:s3cr3t-F@127.0.0.1:${String(port)}`,
    /WRONGPASS/,
    ['ACL', 'SETUSER', 'default', '>s3cr3t-F'],
  ],
  ['no password', (port) => `redis://127.0.0.1:${String(port)}`, /NOAUTH/, ['CONFIG', 'SET', 'requirepass', '']],
  [
    'a user who may see other keys only',
    (port) => `redis://app:s3cr3t-F@127.0.0.1:${String(port)}`,
    /NOPERM|no permissions/i,
    ['ACL', 'SETUSER', 'app', '~*'],
  ],
])('%s: the cause is told, the secret is not', async (fault, url, cause, remedy) => {
  const redis = await scene.redis();
  await scene.admin(redis, 'ACL', 'SETUSER', 'app', 'on', '>s3cr3t-F', '~other:*', '&*', '+@all');
  const subject = scene.subject(url(redis.port), PATIENT);
  judge({ fault, ...(await outage(scene, subject, () => scene.admin(redis, ...remedy))) }, subject);
  expect(firstCause(subject)).toMatch(cause);
});

test('a user who may not write: writes are off', async () => {
  const redis = await scene.redis();
  await scene.admin(redis, 'ACL', 'SETUSER', 'app', 'on', '>s3cr3t-F', '~*', '&*', '+@all', '-set');
  const subject = scene.subject(`redis://app:s3cr3t-F@127.0.0.1:${String(redis.port)}`, PATIENT);
  const worst = await inFlight(scene, subject);
  await exhaust(subject);
  const openP99 = await inARow(scene, subject, GOALS.inFlight);
  await scene.admin(redis, 'ACL', 'SETUSER', 'app', '+set');
  const row = { fault: 'ACL without SET', inFlight: worst, openP99, recovery: await recovery(subject) };
  judge(row, subject, WRITES_ALONE);
});

test('a user without scripts and channels: it caches all the same', async () => {
  const redis = await scene.redis();
  await scene.admin(
    redis,
    'ACL',
    'SETUSER',
    'app',
    'on',
    '>s3cr3t-F',
    '~*',
    'resetchannels',
    '+@all',
    '-@scripting',
    '-@pubsub',
  );
  const subject = scene.subject(`redis://app:s3cr3t-F@127.0.0.1:${String(redis.port)}`, PATIENT);
  const worst = await inFlight(scene, subject);
  const ms = await recovery(subject);
  const path = await store(subject);
  expect(await isHit(subject, path)).toBe(true);
  const answers = await Promise.all(times(20, () => subject.api.get(newPath())));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  judge({ fault: 'ACL without EVAL, PUBLISH', inFlight: worst, recovery: ms, events: subject.changes() });
  expect(subject.changes().filter((change) => change.endsWith('read'))).toEqual([]);
});

test('three connections for six clients: the others go without, until one is free', async () => {
  const redis = await scene.redis();
  const seated = times(3, () => scene.subject(scene.url(redis), PATIENT));
  await Promise.all(seated.map(warmUp));
  await scene.admin(redis, 'CONFIG', 'SET', 'maxclients', '3');
  const standing = times(3, () => scene.subject(scene.url(redis), PATIENT));
  const [first] = standing;
  const worst = await Promise.all(standing.map((subject) => inFlight(scene, subject, 20)));
  const openP99 = await inARow(scene, first!);
  for (const subject of standing) expect(subject.api.cache.stats().store.reading).not.toBe('closed');
  for (const subject of seated) await subject.api.cache.close();
  const recoveries = await Promise.all(standing.map((subject) => recovery(subject)));
  const row = { fault: 'connection limit', inFlight: Math.max(...worst), openP99, recovery: Math.max(...recoveries) };
  judge(row, first);
  for (const subject of standing) expect(subject.changes()).toEqual(['degraded read', 'recovered read']);
  for (const subject of seated) expect(subject.changes()).toEqual([]);
  expect(firstCause(first!)).toContain('max number of clients');
});

test('LOADING: it is there, and has not read its data yet', async () => {
  const redis = await scene.redis('--key-load-delay', '150', '--loading-process-events-interval-bytes', '1024');
  const subject = scene.subject(scene.url(redis), PATIENT);
  await warmUp(subject);
  const pairs = times(20_000, (at) => [`other:${String(at)}`, 'value']).flat();
  await scene.admin(redis, 'MSET', ...pairs);
  await scene.admin(redis, 'SAVE');
  // It is found there at once, since it asks for the password before all else.
  await redis.restart();
  const isLoading = async (): Promise<boolean> => /loading:1/.test(await scene.admin(redis, 'INFO', 'persistence'));
  expect(await isLoading()).toBe(true);
  const worst = await inFlight(scene, subject);
  expect(await isLoading()).toBe(true);
  while (await isLoading()) await subject.api.get(newPath());
  judge({ fault: 'LOADING', inFlight: worst, recovery: await recovery(subject) }, subject);
});

test.each<[string, readonly string[], string, (redis: RedisServer) => Promise<unknown>]>([
  [
    'BUSY: a script that does not end',
    ['EVAL', 'while true do end', '0'],
    'BUSY',
    (redis) => scene.admin(redis, 'SCRIPT', 'KILL'),
  ],
  ['DEBUG SLEEP: it is there, and asleep', ['DEBUG', 'SLEEP', FULL ? '3' : '2'], '', () => Promise.resolve()],
])('%s', async (fault, command, cause, remedy) => {
  const redis = await scene.redis('--busy-reply-threshold', '50', '--enable-debug-command', 'yes');
  const subject = scene.subject(scene.url(redis), PATIENT);
  await warmUp(subject);
  const busy = scene.admin(redis, ...command).catch(() => undefined);
  await sleep(200);
  const worst = await inFlight(scene, subject);
  const openP99 = await inARow(scene, subject);
  await remedy(redis);
  await busy;
  judge({ fault, inFlight: worst, openP99, recovery: await recovery(subject) }, subject);
  expect(firstCause(subject)).toContain(cause);
});
