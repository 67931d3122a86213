// Without a network: what was fetched before is still there, and what was not fails at once, in a way one can tell.
// Run it: node examples/offline.mjs
//
// `staleIfError: true` asks the origin, and falls back on what is stored. `onlyIfCached: true` does not even ask.
// Give the cache a `store` that outlives the process (examples/sqlite-scraper.mjs), and this works after a restart too.
import { createServer } from 'node:http';
import axios from 'axios';
import { cachePlugin } from 'axios-http-cache';

const origin = createServer((req, res) => {
  res.writeHead(200, { 'cache-control': req.url === '/account' ? 'no-cache' : 'max-age=1', etag: '"1"' });
  res.end(`content of ${req.url}`);
});
await new Promise((resolve) => origin.listen(0, '127.0.0.1', resolve));

const api = axios.create({ baseURL: `http://127.0.0.1:${origin.address().port}`, timeout: 1000 }).use(
  cachePlugin({
    staleIfError: true, // however stale: better than nothing
    keepForValidation: 30 * 86_400, // and kept for a month
  }),
);

/** What a page would show. */
async function show(path, cache) {
  try {
    const { data, cache: info } = await api.get(path, { cache });
    console.log(`  ${path.padEnd(9)} ${info.status.padEnd(6)} ${info.reason.padEnd(15)} ${data}`);
  } catch (error) {
    // A 504 of the cache's own, or the error of the network, as axios would have thrown it.
    console.log(`  ${path.padEnd(9)} failed ${error.response?.status ?? error.code}`);
  }
}

console.log('online:');
await show('/articles');
await show('/account'); // the origin wants to be asked about this one each time

origin.close();
origin.closeAllConnections();
await new Promise((resolve) => setTimeout(resolve, 1100)); // what is stored has become stale

console.log('the network is gone, staleIfError:');
await show('/articles'); // tried, and answered from the store
await show('/account'); // no-cache: never without the origin's consent
await show('/unknown'); // never fetched

console.log('known to be offline, onlyIfCached: nothing is tried');
await show('/articles', { onlyIfCached: true });
await show('/unknown', { onlyIfCached: true });

await api.cache.close();
