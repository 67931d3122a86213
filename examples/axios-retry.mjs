// A cache and axios-retry on one instance: what fails is tried again, what has succeeded is remembered.
// Run it: node examples/axios-retry.mjs
// It needs: npm install axios-retry
//
// The order of installation plays no part: the cache sits where the adapter of axios is, below all interceptors. So a
// retry passes through the cache like any request, a response from the cache is never retried, and each attempt is one
// origin request for all who are waiting for the same.
import { createServer } from 'node:http';
import axios from 'axios';
import { cachePlugin } from 'axios-http-cache';
import axiosRetry from 'axios-retry';

// An origin that fails whenever it is told to.
let failures = 2;
let asked = 0;
const origin = createServer((req, res) => {
  asked += 1;
  if (failures > 0) {
    failures -= 1;
    res.writeHead(503, { 'cache-control': 'no-store' }).end();
    return;
  }
  res.writeHead(200, { 'cache-control': 'max-age=1', 'content-type': 'application/json' });
  res.end(JSON.stringify({ answer: asked }));
});
await new Promise((resolve) => origin.listen(0, '127.0.0.1', resolve));

const api = axios.create({ baseURL: `http://127.0.0.1:${origin.address().port}` }).use(
  cachePlugin({ staleIfError: 60 }), // seconds
);
let retries = 0;
axiosRetry(api, {
  retries: 3,
  retryDelay: (count) => count * 20, // in production: axiosRetry.exponentialDelay
  onRetry: () => (retries += 1),
});

async function show(label, config) {
  [asked, retries] = [0, 0];
  const { data, cache } = await api.get('/prices', config);
  console.log(
    `${label}: ${cache.status}, answer ${data.answer}, ${retries} retries, the origin was asked ${asked} times`,
  );
}

await show('an origin that recovers   '); // twice 503, then an answer, which is stored
await show('once more                 '); // from the store: nothing to retry

await new Promise((resolve) => setTimeout(resolve, 1100)); // what is stored has become stale
failures = 1;
// With `staleIfError` the cache answers in place of the failure. That is a success: nothing is retried, nobody waits.
await show('a failure, stale will do  ');

failures = 1;
// Who does not want a stale answer waits for a retry.
await show('a failure, stale unwanted ', { cache: { staleIfError: false } });

origin.close();
origin.closeAllConnections();
await api.cache.close();
