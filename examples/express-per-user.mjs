// A service in Express that calls an API with each user's own token, through one cache.
// Run it: node examples/express-per-user.mjs
// It needs: npm install express axios axios-http-cache
//
// The cache keeps what was fetched with a token for that token alone, so that one instance can serve all users. What the
// API opens to all (`public`) is fetched once for everybody.
import { once } from 'node:events';
import axios from 'axios';
import { cachePlugin } from 'axios-http-cache';
import express from 'express';

/** The service: what you would write. */
function service(apiUrl) {
  const api = axios.create({ baseURL: apiUrl, timeout: 5000 }).use(cachePlugin({ staleIfError: 60 }));
  const app = express();

  app.get('/{*path}', async (req, res) => {
    const { authorization } = req.headers;
    if (authorization === undefined) {
      res.status(401).json({ error: 'who are you?' });
      return;
    }
    // The token goes along, and nothing else of the caller's: no cookie, no header that could reach the API unseen.
    const answer = await api.get(req.path, { headers: { authorization }, validateStatus: () => true });
    // Our callers are told what the cache did; whether they may keep it is theirs, and nobody's between us.
    res
      .status(answer.status)
      .set('cache-control', 'private, no-cache')
      .set('cache-status', answer.headers['cache-status']);
    res.json(answer.data);
  });
  // What axios throws holds the request, with its token: it goes into no answer and no log as it is.
  app.use((error, _req, res, next) => {
    if (res.headersSent) next(error);
    else res.status(502).json({ error: error.code ?? 'failed' });
  });
  app.locals.cache = api.cache;
  return app;
}

// ---- Something to look at ------------------------------------------------------------------------------------------

const names = { 'Bearer token-of-ada': 'Ada', 'Bearer token-of-bob': 'Bob' };
const asked = [];
const upstream = express();
upstream.use((req, _res, next) => {
  asked.push(req.path);
  next();
});
upstream.get('/me', (req, res) => {
  const name = names[req.headers.authorization];
  if (name === undefined) res.status(403).set('cache-control', 'no-store').json({ error: 'no such token' });
  else res.set('cache-control', 'max-age=60').json({ name });
});
upstream.get('/news', (_req, res) => res.set('cache-control', 'public, max-age=60').json({ headline: 'The same' }));

const start = async (app) => {
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${server.address().port}`, server };
};
const origin = await start(upstream);
const app = service(origin.url);
const front = await start(app);

for (const [user, path] of [
  ['ada', '/me'], // fetched for Ada
  ['bob', '/me'], // fetched for Bob: what lies there is Ada's
  ['ada', '/me'], // Ada's own
  ['bob', '/me'], // Bob's own
  ['eve', '/me'], // refused, and not remembered
  ['ada', '/news'], // fetched once
  ['bob', '/news'], // for all
]) {
  const res = await fetch(front.url + path, { headers: { authorization: `Bearer token-of-${user}` } });
  const what = res.headers.get('cache-status').split('; ')[1].replace(/=.*/, '');
  console.log(user, path.padEnd(5), res.status, what.padEnd(3), JSON.stringify(await res.json()));
}
console.log(`The API was asked ${asked.length} times.`);

await app.locals.cache.close();
for (const { server } of [front, origin]) {
  server.close();
  server.closeAllConnections();
}
