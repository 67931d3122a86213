/** A Redis that holds what it should not: damaged, foreign, from another time, too large, or too much. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { checksum } from '../../lib/storage/checksum.js';
import { times } from '../exchange/bench.js';
import type { RedisServer } from '../helpers/redis-server.js';
import { compileLibrary } from '../plugin/child.js';
import { FULL, judge, newPath, quantile, SLACK, useScene, warmUp } from './scene.js';
import type { Subject } from './scene.js';

jest.setTimeout(120_000);

const scene = useScene();

const PATIENT = { storage: { timeout: 3_000, budget: 10_000 } };
const nameOf = (key: string | undefined): string => `axios-http-cache:v1:${String(key)}`;

async function store({ api }: Subject, path: string): Promise<string> {
  const { cache } = await api.get(path);
  while (api.cache.stats().store.pendingWrites > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  return nameOf(cache.key);
}

/** The entry with other facts, and a checksum that is right all the same. */
function forged(entry: string, facts: Record<string, unknown>): string {
  const [line = '', body = ''] = entry.split(/\n(.*)/s);
  const { length, check: _, ...honest } = JSON.parse(line) as Record<string, unknown>;
  const head = `${JSON.stringify({ ...honest, ...facts }).slice(0, -1)},"length":${String(facts['length'] ?? length)}`;
  return `${head},"check":"${checksum(body, checksum(head)).toString(16).padStart(8, '0')}"}\n${body}`;
}

describe('what lies there is not ours to use', () => {
  let redis: RedisServer;
  let subject: Subject;
  beforeEach(async () => {
    redis = await scene.redis();
    subject = scene.subject(scene.url(redis), PATIENT);
    await warmUp(subject);
  });

  test('T63 damaged: a miss, one event a kind and minute, and replaced', async () => {
    const kinds: Record<string, (entry: string) => string> = {
      empty: () => '',
      null: () => 'null',
      'a number': () => '5',
      'a list': () => '[]',
      'an object': () => '{}',
      'a text': () => '"x"',
      half: (entry) => entry.slice(0, entry.length / 2),
      'one octet more': (entry) => `${entry}x`,
      noise: () => String.fromCharCode(...times(1_000, (at) => 33 + ((at * 7919) % 90))),
      'a status that is a text': (entry) => forged(entry, { status: '200' }),
      'no status': (entry) => forged(entry, { status: 700 }),
      'fields that are none': (entry) => forged(entry, { headers: [['a'], 5, null] }),
      'a time before all times': (entry) => forged(entry, { receivedAt: -1 }),
      'a length that is wrong by one': (entry) => forged(entry, { length: 1 }),
    };
    for (const [kind, damage] of Object.entries(kinds)) {
      const path = newPath();
      const name = await store(subject, path);
      await scene.admin(redis, 'SET', name, damage(await scene.admin(redis, 'GET', name)));
      expect([kind, (await subject.api.get(path)).cache.status]).toEqual([kind, 'miss']);
      await store(subject, path);
      expect([kind, (await subject.api.get(path)).cache.status]).toEqual([kind, 'hit']);
      expect([kind, scene.origin.hitsFor(path)]).toEqual([kind, 2]);
    }
    const causes = subject.events.filter(({ type }) => type === 'corrupt').map(({ cause }) => cause);
    judge({ fault: 'damaged entries', note: `${String(Object.keys(kinds).length)} kinds, told: ${causes.join(', ')}` });
    expect(new Set(causes).size).toBe(causes.length);
    expect(causes.length).toBeGreaterThan(2);
    expect(subject.changes()).toEqual([]);
  });

  test("T64 another key's content: a miss", async () => {
    const [alice, bob] = [newPath(), newPath()];
    const from = await store(subject, alice);
    const to = await store(subject, bob);
    await scene.admin(redis, 'COPY', from, to, 'REPLACE');
    const { data, cache } = await subject.api.get(bob);
    expect([data.path, cache.status]).toEqual([bob, 'miss']);
    expect((await subject.api.get(alice)).cache.status).toBe('hit');
    judge({ fault: "another key's content" }, subject, []);
  });

  test('T65 another version: a miss, and kept by all who only look', async () => {
    const path = newPath();
    const name = await store(subject, path);
    const other = String(await scene.admin(redis, 'GET', name)).replace('{"v":1,', '{"v":999,');
    const neighbour = name.replace(':v1:', ':v2:');
    for (const at of [name, neighbour]) await scene.admin(redis, 'SET', at, other);
    const { cache } = await subject.api.get(path, { cache: { readOnly: true } });
    expect(cache.status).toBe('miss');
    expect(await scene.admin(redis, 'GET', name)).toBe(other);
    await store(subject, path);
    expect((await subject.api.get(path)).cache.status).toBe('hit');
    await subject.api.cache.clear();
    expect(await scene.admin(redis, 'GET', neighbour)).toBe(other);
    judge({ fault: 'another version' }, subject, []);
    expect(subject.events.filter(({ type }) => type === 'corrupt')).toEqual([]);
  });
});

test('a clock an hour ahead, another an hour behind: nobody loses entries or takes stale ones for fresh', async () => {
  const redis = await scene.redis();
  const library = await compileLibrary();
  scene.finally(() => library.remove());
  const skewed = async (name: string, by: number) => {
    const preload = join(library.folder, `${name}.js`);
    await writeFile(preload, `const { now } = Date; Date.now = () => now() + ${String(by)};`);
    return library.start(scene.url(redis), ['--require', preload]);
  };
  const right = await library.start(scene.url(redis));
  const [ahead, behind] = [await skewed('ahead', 3_600_000), await skewed('behind', -3_600_000)];
  scene.origin.reply('/c', (req, res) => {
    const known = req.headers['if-none-match'] === '"1"';
    res.writeHead(known ? 304 : 200, { 'cache-control': 'max-age=60', etag: '"1"' }).end(known ? undefined : 'body');
  });
  const statusesOf = async (...clients: (typeof right)[]): Promise<string[]> => {
    const statuses: string[] = [];
    for (const client of clients) {
      const { data, cache } = await client.request({ url: `${scene.origin.url}/c` });
      expect(data).toBe('body');
      statuses.push(cache.status);
    }
    return statuses;
  };
  expect(await statusesOf(right, right)).toEqual(['miss', 'hit']);
  const names = (await scene.admin(redis, 'KEYS', '*v1:{*')) as string[];
  const name = names.find((one) => !one.endsWith('epoch'));
  const ttl = async (): Promise<number> => Number(await scene.admin(redis, 'PTTL', name!));
  const day = 86_400_000 + 60_000;
  // Neither takes for fresh what its clock cannot judge, and neither removes it.
  const seen = await statusesOf(ahead, right, behind, right);
  judge({ fault: 'clocks an hour off', note: `ahead, right, behind, right: ${seen.join(', ')}` });
  expect([seen[0], seen[2]]).toEqual(['revalidated', 'revalidated']);
  expect(scene.origin.hitsFor('/c')).toBeLessThanOrEqual(5);
  // The server's own clock ends an entry.
  expect(await ttl()).toBeGreaterThan(day - 60_000 * SLACK);
  expect(await ttl()).toBeLessThanOrEqual(day);
  expect((await statusesOf(right, right, right)).slice(1)).toEqual(['hit', 'hit']);
});

/** The longest that the event loop was held up meanwhile, in milliseconds. */
async function longestBlock(action: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  await new Promise((resolve) => setTimeout(resolve, 20));
  delay.reset();
  await action();
  await new Promise((resolve) => setTimeout(resolve, 20));
  delay.disable();
  return delay.max / 1e6;
}

test('T46 50 MB: given to its caller, not stored; 5 MB: stored; the event loop goes on', async () => {
  const redis = await scene.redis();
  const subject = scene.subject(scene.url(redis), PATIENT);
  await warmUp(subject);
  const sizes = { '/large': 50_000_000, '/small': 5_000_000 };
  const blocks: string[] = [];
  // What axios itself takes for 50 MB tells how busy the machine is.
  let slowness = 50;
  for (const [path, size] of Object.entries(sizes)) {
    const body = new Uint8Array(size).map((_, at) => (at * 7919) >> 3);
    scene.origin.reply(path, { headers: { 'cache-control': 'max-age=60' }, body });
    let added = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 3 && added > 50; round += 1) {
      const url = `${path}?${String(round)}`;
      const get = (api: typeof scene.plain) => async () => {
        const { data } = await api.get(url, { responseType: 'arraybuffer' });
        expect(Buffer.compare(data, body)).toBe(0);
        // What is written is part of it.
        while (subject.api.cache.stats().store.pendingWrites > 0) await new Promise((r) => setTimeout(r, 5));
      };
      const plain = await longestBlock(get(scene.plain));
      const miss = await longestBlock(get(subject.api));
      const again = await longestBlock(get(subject.api));
      slowness = Math.max(slowness, plain);
      added = Math.min(added, Math.max(miss, again) - plain);
      expect(scene.origin.requests.filter((request) => request.url.startsWith(url))).toHaveLength(
        path === '/large' ? 3 : 2,
      );
    }
    blocks.push(`${String(size / 1e6)} MB ${Math.max(0, added).toFixed(0)} ms`);
    expect(added).toBeLessThan(slowness * SLACK);
  }
  const note = `event loop held up beyond axios: ${blocks.join(', ')}; by axios, 50 MB: ${slowness.toFixed(0)} ms`;
  judge({ fault: '50 MB body', note }, subject, []);
});

test('very many keys: a hit takes what it took, and clear() goes through them in steps', async () => {
  const count = FULL ? 1_000_000 : 200_000;
  const redis = await scene.redis('--enable-debug-command', 'yes');
  const subject = scene.subject(scene.url(redis), PATIENT);
  await warmUp(subject);
  const path = newPath();
  await store(subject, path);
  const hits = async (): Promise<number> => {
    const taken: number[] = [];
    for (let round = 0; round < 300; round += 1) {
      const startedAt = performance.now();
      expect((await subject.api.get(path)).cache.status).toBe('hit');
      taken.push(performance.now() - startedAt);
    }
    return quantile(taken, 0.99);
  };
  await hits();
  const before = await hits();
  await scene.admin(redis, 'DEBUG', 'POPULATE', String(count), 'axios-http-cache:v1:{', '100');
  await scene.admin(redis, 'MSET', ...times(2_000, (at) => [`other:${String(at)}`, 'x']).flat());
  const among = Math.min(await hits(), await hits());
  const startedAt = performance.now();
  let removed = 0;
  const block = await longestBlock(async () => (removed = await subject.api.cache.clear()));
  const took = performance.now() - startedAt;
  const note =
    `hit p99 ${before.toFixed(1)} ms before, ${among.toFixed(1)} ms among them; ` +
    `clear() ${(took / 1_000).toFixed(1)} s, event loop held up ${block.toFixed(0)} ms`;
  judge({ fault: `${String(count)} keys`, note }, subject, []);
  expect(removed).toBeGreaterThan(count);
  expect(await scene.admin(redis, 'DBSIZE')).toBe(2_000);
  expect(block).toBeLessThan(50 * SLACK);
  expect(among).toBeLessThan(before * (1 + 0.2 * SLACK) + 3);
});
