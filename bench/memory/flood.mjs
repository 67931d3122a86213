// A process of its own, with --expose-gc: so many URLs through a memory store of 64 MiB, then a store that expires all at
// once. Prints lines of JSON, a sample each, and what came of it in the last.
import axios from 'axios';
import { cachePlugin } from 'axios-http-cache/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { fieldsOf } from '../support/instant.mjs';
import { watchTurns } from './turns.mjs';

const [urls] = process.argv.slice(2).map(Number);
const AT_A_TURN = 20;
const SAMPLES = 100;
const EXPIRING = 30_000;
const MEGABYTE = 1_000_000;
const say = (line) => console.log(JSON.stringify(line));

/** Small JSON that no other URL has. */
function contentOf(index) {
  const names = Array.from({ length: 8 }, (_, at) => `${index}-${at}-${(index * 2_654_435_761 + at) >>> 0}`);
  return JSON.stringify({ id: index, names, note: 'x'.repeat(250), price: index / 7, active: index % 2 === 0 });
}

function cachedClient(fieldsAt, options) {
  const adapter = (config) => {
    const content = contentOf(Number(config.url.slice(config.url.lastIndexOf('=') + 1)));
    const headers = fieldsOf(content.length, fieldsAt());
    const bytes = config.responseType === 'arraybuffer' ? Buffer.from(content) : content;
    return Promise.resolve({ data: bytes, status: 200, statusText: 'OK', headers, config });
  };
  return cachePlugin(options)(axios.create({ adapter }));
}

/** The same number of requests in each turn of the event loop; `onTurn` after each. */
async function flood(api, count, watch, onTurn = () => {}) {
  for (let done = 0; done < count;) {
    const until = Math.min(count, done + AT_A_TURN);
    await watch.turn(async () => {
      for (; done < until; done += 1) await api.get(`https://api.example.com/items?id=${done}`);
    });
    onTurn(done);
  }
}

function memory() {
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rssMB: rss / MEGABYTE, heapMB: heapUsed / MEGABYTE, externalMB: external / MEGABYTE };
}

async function settled() {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc();
    await sleep(20);
  }
  return memory();
}

// Compiled, and the heap as large as it becomes without a cache that keeps anything.
const warm = cachedClient(() => ({}), { maxEntries: 10 });
await flood(warm, 20_000, watchTurns());
await warm.cache.close();
const before = await settled();
say({ ...before, requests: 0, entries: 0, bytes: 0, seconds: 0 });

const api = cachedClient(() => ({}), {});
const watch = watchTurns();
const start = performance.now();
let peak = before.rssMB;
let turns = 0;
await flood(api, urls, watch, (requests) => {
  turns += 1;
  if (turns % 20 === 0) peak = Math.max(peak, memory().rssMB);
  if (requests % (Math.ceil(urls / SAMPLES / AT_A_TURN) * AT_A_TURN) !== 0) return;
  const { entries, bytes } = api.cache.stats().store;
  say({ ...memory(), requests, entries, bytes, seconds: (performance.now() - start) / 1_000 });
});
const seconds = (performance.now() - start) / 1_000;
const { entries, bytes } = api.cache.stats().store;
const after = await settled();
const flooded = await watch.blocked();
await api.cache.close();

// All of it expires within the same second, and nothing asks for it any more.
const dueAt = Date.now() + 3_000 + (EXPIRING * 2 * seconds * 1_000) / urls;
let lastDue = 0;
const short = cachedClient(() => {
  const lifetime = Math.max(1, Math.floor((dueAt - Date.now()) / 1_000));
  lastDue = Math.max(lastDue, Date.now() + lifetime * 1_000);
  return { 'cache-control': `max-age=${lifetime}`, etag: undefined };
}, {});
const expiry = watchTurns();
await flood(short, EXPIRING, expiry);
const held = short.cache.stats().store.entries;
let goneAt;
while (goneAt === undefined && Date.now() < lastDue + 20_000) {
  await expiry.turn(() => sleep(1));
  if (Date.now() >= lastDue && short.cache.stats().store.entries === 0) goneAt = Date.now();
}
const expired = await expiry.blocked();
await short.cache.close();

say({
  result: {
    urls,
    microsecondsEach: (seconds * 1e6) / urls,
    entries,
    bytes,
    growthMB: Math.max(peak, after.rssMB) - before.rssMB,
    settledGrowthMB: after.rssMB - before.rssMB,
    expiring: held,
    expiredGoneMs: goneAt === undefined ? null : goneAt - lastDue,
    blocked: { flooded, expired },
    blockedMs: Math.max(flooded.ownMs, expired.ownMs),
  },
});
