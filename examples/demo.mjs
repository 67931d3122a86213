// A tour of the cache: a small origin, a cached axios instance, one line per request.
//
//   npm run demo                                     the tour
//   npm run demo -- --explain                        with the full explanation of every response
//   npm run demo -- --redis redis://localhost:6379   over a Redis
//   npm run demo -- --url https://example.com/       against a URL of yours
import axios from 'axios';
import { cachePlugin } from 'axios-http-cache';
import { parseArguments, USAGE } from './demo/arguments.mjs';
import { startOrigin } from './demo/origin.mjs';
import { createScreen } from './demo/screen.mjs';
import { stories } from './demo/stories.mjs';
import { tour, visit } from './demo/tour.mjs';

const options = parseArguments(process.argv.slice(2));
if ('problem' in options) {
  console.error(`${options.problem}\n\n${USAGE}`);
  process.exit(2);
}
if (options.help) {
  console.log(USAGE);
  process.exit(0);
}

// `npm run demo | head` closes our output early: that is no error.
process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1));
const screen = createScreen(process.stdout, process.env);

// The cache: in memory, or in a Redis that other processes may use too.
const { redisStore } = options.redis ? await import('axios-http-cache/redis') : {};
const store = options.redis ? redisStore(options.redis) : undefined;
const plugin = cachePlugin({ store, namespace: 'axios-http-cache-demo' });

const origin = options.url ? undefined : await startOrigin();
const api = axios.create({ baseURL: origin?.url, timeout: 10_000 }).use(plugin);
// A store that fails never fails a request: the cache says so once, and goes on without it.
api.cache.on('degraded', ({ cause }) =>
  screen.warn(`  ! the store does not answer (${cause?.message ?? cause}): going on without it`),
);

const show = { api, screen, explain: options.explain, store: store ? String(store) : 'memory' };
try {
  if (origin) {
    await tour({ ...show, origin, stories: stories({ origin, isShared: store !== undefined }) });
    // What lies in Redis now belongs to a port that is gone with the demo.
    await api.cache.clear();
  } else {
    await visit({ ...show, url: options.url });
  }
} catch (error) {
  console.error(`\nThe request failed: ${error.message || error.code}`);
  process.exitCode = 1;
} finally {
  await api.cache.close();
  origin?.close();
}
