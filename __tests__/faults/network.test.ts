/** A Redis behind a bad network: slow, silent, torn, deaf on one side, or coming and going. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CacheOptions } from 'axios-http-cache';
import { times } from '../exchange/bench.js';
import type { NetworkFault, Proxy } from './proxy.js';
import { inFlight, judge, newPath, outage, quantile, recovery, useScene, warmUp } from './scene.js';
import type { Subject } from './scene.js';

jest.setTimeout(60_000);

const scene = useScene();

async function behindProxy(options?: CacheOptions): Promise<{ readonly proxy: Proxy; readonly subject: Subject }> {
  const proxy = await scene.proxy(await scene.redis());
  return { proxy, subject: scene.subject(scene.url(proxy), options) };
}

test('accepts and never answers, from the start', async () => {
  const { proxy, subject } = await behindProxy();
  proxy.fault = 'silent';
  const costs = await outage(scene, subject, () => (proxy.fault = 'none'));
  judge({ fault: 'accepts, never answers', ...costs }, subject);
});

test.each<[string, NetworkFault]>([
  ['falls silent while in use', 'silent'],
  ['half a reply, then nothing', 'half'],
  ['slow: half a second a reply', { delayMs: () => 500 }],
])('%s', async (fault, network) => {
  const { proxy, subject } = await behindProxy();
  await warmUp(subject);
  proxy.fault = network;
  judge({ fault, ...(await outage(scene, subject, () => (proxy.fault = 'none'))) }, subject);
});

test.each<[string, boolean]>([
  ['one-way partition, then its replies arrive late', false],
  ['one-way partition, then its connections break', true],
])('%s: what was written without a reply does no harm', async (fault, breaks) => {
  const { proxy, subject } = await behindProxy();
  await warmUp(subject);
  const path = newPath();
  proxy.fault = 'one-way';
  await subject.api.get(path);
  const costs = await outage(scene, subject, () => {
    proxy.fault = 'none';
    if (breaks) proxy.cut();
  });
  judge({ fault, ...costs }, subject);
  // The write may have arrived; whichever it is, it is this answer.
  expect((await subject.api.get(path)).data.path).toBe(path);
});

test('80 ms a reply, below the deadline: it works, and a miss pays for the look and the lease', async () => {
  const { proxy, subject } = await behindProxy({ storage: { timeout: 500, budget: 1_250 } });
  await warmUp(subject);
  proxy.fault = { delayMs: () => 80 };
  const added: number[] = [];
  for (let round = 0; round < 10; round += 1) {
    const path = newPath();
    const startedAt = performance.now();
    await subject.api.get(path);
    const cachedAt = performance.now();
    await scene.plain.get(path);
    added.push(cachedAt - startedAt - (performance.now() - cachedAt));
  }
  const worst = await inFlight(scene, subject, 10);
  proxy.fault = 'none';
  const median = quantile(added, 0.5);
  judge({ fault: '80 ms a reply', inFlight: worst, note: `added on a miss ${median.toFixed(0)} ms` }, subject, []);
  expect(median).toBeLessThan(2 * 80 * 1.5);
  expect(subject.api.cache.stats().reasons['store-silent'] ?? 0).toBeLessThan(5);
});

test('0 to 200 ms a reply: the budget holds', async () => {
  const { proxy, subject } = await behindProxy();
  await warmUp(subject);
  let step = 0;
  proxy.fault = { delayMs: () => (step = (step + 67) % 200) };
  const startedAt = performance.now();
  let worst = 0;
  while (performance.now() - startedAt < 3_000) worst = Math.max(worst, await inFlight(scene, subject, 10));
  proxy.fault = 'none';
  const ms = await recovery(subject);
  judge({ fault: '0 to 200 ms a reply', inFlight: worst, recovery: ms, events: subject.changes() });
  expectPairs(subject, performance.now() - startedAt);
});

test('flapping: killed and restarted every half second', async () => {
  const redis = await scene.redis();
  const subject = scene.subject(scene.url(redis));
  await warmUp(subject);
  const startedAt = performance.now();
  const added: number[] = [];
  let isOver = false;
  const requests = times(5, async () => {
    while (!isOver) added.push(await inFlight(scene, subject, 10), await sleep(20, 0));
  });
  while (performance.now() - startedAt < 10_000) {
    await redis.kill();
    await sleep(500);
    await redis.restart();
    await sleep(500);
  }
  isOver = true;
  await Promise.all(requests);
  const ms = await recovery(subject);
  const p99 = quantile(added, 0.99);
  judge({ fault: 'flapping, 10 s', inFlight: p99, recovery: ms, events: subject.changes(), note: 'in flight: p99' });
  expectPairs(subject, performance.now() - startedAt);
});

/** Each outage is told once and its end once, and no more than one of them a second. */
function expectPairs(subject: Subject, ms: number): void {
  for (const breaker of ['read', 'write']) {
    const changes = subject.changes().filter((change) => change.endsWith(breaker));
    expect(changes).toEqual(changes.map((_, at) => `${at % 2 === 0 ? 'degraded' : 'recovered'} ${breaker}`));
    expect(changes.length % 2).toBe(0);
    expect(changes.length / 2).toBeLessThanOrEqual(Math.ceil(ms / 1_000));
  }
}
