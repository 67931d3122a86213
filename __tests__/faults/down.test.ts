/** A Redis that is not there, goes away or stops: requests end as they do without a cache, and soon as fast. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AxiosAdapter, InternalAxiosRequestConfig } from 'axios';
import { times } from '../exchange/bench.js';
import { FULL, GOALS, inARow, inFlight, judge, newPath, outage, recovery, SLACK, useScene, warmUp } from './scene.js';

jest.setTimeout(60_000);

const scene = useScene();
/** Bodies of 100 KB. */
const BODIES = FULL ? 20_000 : 2_000;

test('down at start', async () => {
  const redis = await scene.redis();
  await redis.kill();
  const subject = scene.subject(scene.url(redis));
  judge({ fault: 'down at start', ...(await outage(scene, subject, () => redis.restart())) }, subject);
});

test('killed while idle', async () => {
  const redis = await scene.redis();
  const subject = scene.subject(scene.url(redis));
  await warmUp(subject);
  await redis.kill();
  judge({ fault: 'killed while idle', ...(await outage(scene, subject, () => redis.restart())) }, subject);
});

test('killed mid-request, between the look into the store and the write: all who wait get the answer', async () => {
  const redis = await scene.redis();
  const [subject, other] = [scene.subject(scene.url(redis)), scene.subject(scene.url(redis))];
  await Promise.all([warmUp(subject), warmUp(other)]);
  let ending: Promise<void> | undefined;
  scene.origin.reply('/slow', async (_req, res) => {
    ending ??= redis.kill();
    await sleep(200);
    res.writeHead(200, { 'cache-control': 'max-age=60' }).end('the answer');
  });
  const startedAt = performance.now();
  const waiting = [subject, other].flatMap(({ api }) => times(20, () => api.get('/slow')));
  const answers = await Promise.all(waiting);
  const added = performance.now() - startedAt - 200;
  expect(new Set(answers.map(({ status, data }) => `${String(status)} ${String(data)}`))).toEqual(
    new Set(['200 the answer']),
  );
  // Once per cache where they cannot know of each other, once more where one gave up on the other.
  expect(added).toBeLessThan(GOALS.inFlight * SLACK);
  expect(scene.origin.hitsFor('/slow')).toBeLessThanOrEqual(2);
  await ending;
  const after = await outage(scene, subject, () => redis.restart());
  judge({ fault: 'killed mid-request', ...after, inFlight: Math.max(added, after.inFlight ?? 0) }, subject);
});

test('hung under load: each request under way pays a deadline, the others nothing', async () => {
  const redis = await scene.redis();
  const subject = scene.subject(scene.url(redis));
  await warmUp(subject);
  let isOver = false;
  const load = times(10, async () => {
    while (!isOver) await inFlight(scene, subject, 5);
  });
  await sleep(100);
  redis.pause();
  const worst = await inFlight(scene, subject);
  await sleep(1_500);
  isOver = true;
  await Promise.all(load);
  const openP99 = await inARow(scene, subject);
  redis.resume();
  judge({ fault: 'hung under load', inFlight: worst, openP99, recovery: await recovery(subject) }, subject);
});

test('restarted empty: misses, and stored again at once', async () => {
  const redis = await scene.redis();
  const subject = scene.subject(scene.url(redis));
  await warmUp(subject);
  const path = newPath();
  await subject.api.get(path);
  await redis.restart();
  scene.origin.reset();
  const ms = await recovery(subject);
  await subject.api.get(path);
  expect(scene.origin.hitsFor(path)).toBe(1);
  // Nobody asked while it was away: nobody had to notice.
  judge({ fault: 'restarted empty', recovery: ms, inFlight: await inFlight(scene, subject) });
  expect(['', 'degraded read,recovered read']).toContain(subject.changes().join());
});

test(`T88 ${String(BODIES)} bodies of 100 KB while it is down or hangs: what waits to be written is bounded`, async () => {
  const redis = await scene.redis();
  const body = new Uint8Array(100_000).fill(120);
  const subject = scene.subject(scene.url(redis));
  await warmUp(subject);
  const adapter = (config: InternalAxiosRequestConfig) => {
    const headers = { 'cache-control': 'max-age=60' };
    return Promise.resolve({ status: 200, statusText: 'OK', headers, config, request: {}, data: body.buffer });
  };
  let most = 0;
  const request = async (): Promise<void> => {
    const { data } = await subject.api.get(newPath(), {
      adapter: adapter as AxiosAdapter,
      responseType: 'arraybuffer',
    });
    expect(data.byteLength).toBe(body.length);
    most = Math.max(most, subject.api.cache.stats().store.pendingBytes);
  };
  const requests = async (count: number): Promise<void> => {
    for (let left = count; left > 0; left -= 100) await Promise.all(times(100, request));
  };
  redis.pause();
  await requests(BODIES / 2);
  redis.resume();
  await recovery(subject);
  await redis.kill();
  await requests(BODIES / 2);
  const { pendingBytes, droppedWrites } = subject.api.cache.stats().store;
  const note = `pending at most ${(most / 1_048_576).toFixed(1)} MiB, dropped ${String(droppedWrites)} of ${String(BODIES)}`;
  judge({ fault: `${String(BODIES)} x 100 KB while down`, events: subject.changes(), note });
  expect(most).toBeLessThanOrEqual(16_777_216);
  expect(pendingBytes).toBe(0);
  expect(droppedWrites).toBeGreaterThan(BODIES * 0.75);
});
