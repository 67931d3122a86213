// Two services, one Redis: what one of them has fetched, the other one has too.
// Run it: node examples/redis-shared.mjs redis://localhost:6379
// Without a URL it starts a redis-server of its own, and ends it. It needs: npm install @keyv/redis
//
// This file is both. Started by hand it is an origin that starts three child processes, two at the same time and one
// later; with the URL of that origin as a second argument it is one of these children: a "service" with a cache of its own
// over that Redis.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import axios from 'axios';
import { cachePlugin } from 'axios-http-cache';
import { redisStore } from 'axios-http-cache/redis';

const [givenUrl, originUrl] = process.argv.slice(2);

if (originUrl === undefined) await startServices();
else await serve();

/** A cache as every service here makes it. */
function cachedApi(redisUrl) {
  // Over `redisStore()` the cache is a shared one (RFC 9111): it obeys s-maxage, and stores nothing that is private.
  // Services that use the same namespace share what they store.
  return axios.create().use(cachePlugin({ store: redisStore(redisUrl), namespace: 'redis-shared-example' }));
}

/** A service: one request, and an orderly end. */
async function serve() {
  const api = cachedApi(givenUrl);
  const { data, cache } = await api.get(originUrl);
  console.log(`service ${process.pid}: ${cache.status}, price ${data.price}`);
  // Waits until what was stored has been written, and ends the connection to Redis.
  await api.cache.close();
}

async function startServices() {
  const redis = givenUrl === undefined ? await startRedis() : { url: givenUrl, stop() {} };
  const api = cachedApi(redis.url);

  // If Redis is away, requests go on without it. That is what you want in production; here it would show nothing.
  let failure;
  api.cache.on('error', ({ cause }) => (failure ??= cause));
  await api.cache.clear();
  if (failure !== undefined) {
    console.error(`No Redis at ${redis.url}: ${failure.message}`);
    process.exit(1);
  }

  let asked = 0;
  const origin = createServer((req, res) => {
    asked += 1;
    res.setHeader('cache-control', 's-maxage=60');
    res.setHeader('content-type', 'application/json');
    // It takes its time, so that the second service finds the first one asking: it waits, and is given the same answer.
    setTimeout(() => res.end(JSON.stringify({ price: 100 + asked })), 300);
  });
  await new Promise((resolve) => origin.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${origin.address().port}/price`;

  const service = () => once(fork(fileURLToPath(import.meta.url), [redis.url, url]), 'exit');
  await Promise.all([service(), service()]); // two at the same time: one asks, for both
  await service(); // and one that comes later
  console.log(`The origin was asked ${asked} time(s).`);

  // Leave Redis as it was: this removes our namespace, and nothing else.
  await api.cache.clear();
  await api.cache.close();
  redis.stop();
  origin.close();
  origin.closeAllConnections();
}

/** A Redis for this example alone: on a free port, nothing on disk, gone with this process. */
async function startRedis() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  const server = spawn('redis-server', ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']);
  const stop = () => server.kill();
  process.once('exit', stop);
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`it ended with ${code}`)));
    server.stdout.on('data', (text) => String(text).includes('Ready to accept connections') && resolve());
  }).catch((error) => {
    console.error(`No redis-server could be started (${error.message}): give the URL of a Redis as an argument`);
    process.exit(1);
  });
  return { url: `redis://127.0.0.1:${port}`, stop };
}
