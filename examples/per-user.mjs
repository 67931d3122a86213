// Many users through one instance: nobody gets what was fetched for somebody else.
// Run it: node examples/per-user.mjs
//
// A backend that calls an API on behalf of its users sends each request with that user's token. The cache keeps a
// partition for each set of credentials (Authorization, Cookie, X-Api-Key and others), under a digest of them, so that
// one user's answers never reach another. Only what the origin opens to all (`public`, `s-maxage`) is shared.
import { createServer } from 'node:http';
import axios from 'axios';
import { cachePlugin } from 'axios-http-cache';

// The API: /me depends on who asks, /news says that it is for everybody.
const users = { 'Bearer token-of-ada': 'Ada', 'Bearer token-of-bob': 'Bob' };
const asked = { '/me': 0, '/news': 0 };
const origin = createServer((req, res) => {
  asked[req.url] += 1;
  res.setHeader('content-type', 'application/json');
  if (req.url === '/me') {
    res.setHeader('cache-control', 'max-age=60');
    res.end(JSON.stringify({ name: users[req.headers.authorization] }));
  } else {
    res.setHeader('cache-control', 'public, max-age=60');
    res.end(JSON.stringify({ headline: 'The same for all' }));
  }
});
await new Promise((resolve) => origin.listen(0, '127.0.0.1', resolve));

const api = axios.create({ baseURL: `http://127.0.0.1:${origin.address().port}` }).use(cachePlugin());

/** A request on behalf of a user. */
async function ask(user, path) {
  const { data, cache } = await api.get(path, { headers: { authorization: `Bearer token-of-${user}` } });
  console.log(user.padEnd(4), path.padEnd(6), cache.status.padEnd(5), JSON.stringify(data));
}

await ask('ada', '/me'); // miss: nothing is stored for Ada
await ask('bob', '/me'); // miss: what is stored for Ada is not for Bob
await ask('ada', '/me'); // hit: Ada's own
await ask('bob', '/me'); // hit: Bob's own
await ask('ada', '/news'); // miss
await ask('bob', '/news'); // hit: the origin said `public`

console.log(`The origin was asked ${asked['/me']} times for /me and ${asked['/news']} time(s) for /news.`);

origin.close();
origin.closeAllConnections();
