// One of the services: a process with a cached client of its own, from the built package.
import axios from 'axios';
import { cachePlugin } from 'axios-http-cache/core';
import { redisStore } from 'axios-http-cache/redis';
import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../support/clock.mjs';
import { serveParent } from '../support/children.mjs';

const [redisUrl, baseURL] = process.argv.slice(2);
const plugin = cachePlugin({ store: redisStore(redisUrl) });
const api = plugin(axios.create({ baseURL, timeout: 30_000, validateStatus: null }));

async function one(path) {
  const start = now();
  try {
    const { status, data, cache } = await api.get(path);
    return { status, data, cache: cache.status, time: now() - start, end: now() };
  } catch (error) {
    return { error: `${error.code ?? ''} ${error.message}`, time: now() - start, end: now() };
  }
}

serveParent({
  /** So many identical requests at once, at the moment `at`; each answer with how long it took. */
  async burst({ path, count, at = 0 }) {
    await sleep(Math.max(0, at - now()));
    return Promise.all(Array.from({ length: count }, () => one(path)));
  },
  /** Resolves when nothing is on its way to the store any more. */
  async settle() {
    while (api.cache.stats().store.pendingWrites > 0) await sleep(5);
    return true;
  },
});
