// Two services, one Redis: what one of them has fetched, the other one has too.
// Run it: node examples/redis-shared.mjs redis://localhost:6379
//
// This file is both. Started by hand it is an origin that starts two child processes, one after the other; with the URL
// of that origin as a second argument it is one of these children: a "service" with a cache of its own over that Redis.
import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import axios from 'axios';
import { cachePlugin } from 'axios-http-cache';
import { redisStore } from 'axios-http-cache/redis';

const [redisUrl = 'redis://localhost:6379', originUrl] = process.argv.slice(2);

// Over `redisStore()` the cache is a shared one (RFC 9111): it obeys s-maxage, and stores nothing that is private.
// Services that use the same namespace share what they store.
const api = axios.create().use(cachePlugin({ store: redisStore(redisUrl), namespace: 'redis-shared-example' }));

if (originUrl === undefined) await startServices();
else await serve();

/** A service: one request, and an orderly end. */
async function serve() {
  const { data, cache } = await api.get(originUrl);
  console.log(`service ${process.pid}: ${cache.status}, price ${data.price}`);
  // Waits until what was stored has been written, and ends the connection to Redis.
  await api.cache.close();
}

async function startServices() {
  // If Redis is away, requests go on without it. That is what you want in production; here it would show nothing.
  let failure;
  api.cache.on('error', ({ cause }) => (failure ??= cause));
  await api.cache.clear();
  if (failure !== undefined) {
    console.error(`No Redis at ${redisUrl}: ${failure.message}`);
    process.exit(1);
  }

  let asked = 0;
  const origin = createServer((req, res) => {
    asked += 1;
    res.setHeader('cache-control', 's-maxage=60');
    res.setHeader('content-type', 'application/json');
    res.end(JSON.stringify({ price: 100 + asked }));
  });
  await new Promise((resolve) => origin.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${origin.address().port}/price`;

  for (let services = 0; services < 2; services += 1) {
    const service = fork(fileURLToPath(import.meta.url), [redisUrl, url]);
    await new Promise((resolve) => service.once('exit', resolve));
  }
  console.log(`The origin was asked ${asked} time(s).`);

  // Leave Redis as it was: this removes our namespace, and nothing else.
  await api.cache.clear();
  await api.cache.close();
  origin.close();
  origin.closeAllConnections();
}
