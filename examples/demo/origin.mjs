// The other side of the demo: a small HTTP origin whose endpoints say about caching what real APIs say.
// It counts what reaches it, per path; that count is the whole point.
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

/** How long the origin thinks before it answers; a 304 takes it less. */
const THINKS_MS = 60;
const CONFIRMS_MS = 15;
const SLOW_MS = 400;

/** Starts the origin on a free loopback port. */
export async function startOrigin() {
  const counts = new Map();
  /** What changes at the origin in the course of the demo. */
  const state = { profile: 1, isDown: false, comments: ['First!'], modified: new Date(Date.now() - 10 * 86_400_000) };

  const server = createServer(async (req, res) => {
    const path = req.url.split('?')[0];
    const n = (counts.get(path) ?? 0) + 1;
    counts.set(path, n);
    const route = ROUTES[`${req.method} ${path}`];
    if (route === undefined) return send(res, { status: 404, body: { error: 'no such path' } });
    await route({ req, res, n, state });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${server.address().port}`,
    state,
    /** Requests that reached these paths. */
    asked: (...paths) => paths.reduce((sum, path) => sum + (counts.get(path) ?? 0), 0),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function send(res, { status = 200, headers = {}, body, delay = THINKS_MS }) {
  await sleep(delay);
  const bytes = body instanceof Uint8Array ? body : body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  res.writeHead(status, {
    ...(bytes && { 'content-type': 'application/json', 'content-length': bytes.length }),
    ...headers,
  });
  res.end(bytes);
}

const GREETINGS = { de: 'Guten Tag', en: 'Good day', fr: 'Bonjour' };
const USERS = { 'Bearer token-of-ada': 'Ada', 'Bearer token-of-bob': 'Bob' };
const ROWS = Array.from({ length: 2_000 }, (_, id) => ({ id, name: `Item ${id}`, inStock: id % 3 !== 0 }));

/** One entry per endpoint: `n` counts the requests for its path, from 1. */
const ROUTES = {
  'GET /articles': ({ res, n }) =>
    send(res, { headers: { 'cache-control': 'max-age=60' }, body: { edition: n, articles: ['a', 'b', 'c'] } }),

  'GET /profile': ({ req, res, state }) => {
    const headers = { 'cache-control': 'no-cache', etag: `"v${state.profile}"` };
    if (req.headers['if-none-match'] === headers.etag) return send(res, { status: 304, headers, delay: CONFIRMS_MS });
    return send(res, { headers, body: { version: state.profile } });
  },

  'GET /manual': ({ res, state }) =>
    send(res, { headers: { 'last-modified': state.modified.toUTCString() }, body: { chapters: 12 } }),

  'GET /prices': ({ res, n }) =>
    send(res, { headers: { 'cache-control': 'max-age=2, stale-while-revalidate=30' }, body: { price: 100 + n } }),

  'GET /rates': ({ res, n, state }) => {
    if (state.isDown) return send(res, { status: 503, body: { error: 'down for a moment' } });
    return send(res, { headers: { 'cache-control': 'max-age=2, stale-if-error=300' }, body: { rate: n / 10 + 1 } });
  },

  'GET /greeting': ({ req, res }) => {
    const greeting = GREETINGS[req.headers['accept-language']] ?? GREETINGS.en;
    return send(res, { headers: { 'cache-control': 'max-age=60', vary: 'Accept-Language' }, body: { greeting } });
  },

  'GET /one-time-code': ({ res, n }) =>
    send(res, { headers: { 'cache-control': 'no-store' }, body: { code: String(n * 7919).padStart(6, '0') } }),

  'GET /me': ({ req, res }) => {
    const name = USERS[req.headers.authorization];
    if (name === undefined) return send(res, { status: 401, body: { error: 'who are you?' } });
    return send(res, { headers: { 'cache-control': 'private, max-age=60' }, body: { name } });
  },

  'GET /report': ({ res, n }) =>
    send(res, { headers: { 'cache-control': 'max-age=60' }, body: { report: n }, delay: SLOW_MS }),

  'GET /comments': ({ res, state }) => send(res, { headers: { 'cache-control': 'max-age=60' }, body: state.comments }),

  'POST /comments': ({ res, state }) => {
    state.comments = [...state.comments, 'Me too!'];
    return send(res, { status: 201, body: { ok: true } });
  },

  'GET /latest': ({ res }) =>
    send(res, { status: 302, headers: { 'cache-control': 'max-age=60', location: '/releases/7' } }),

  'GET /releases/7': ({ res }) => send(res, { headers: { 'cache-control': 'max-age=600' }, body: { release: 7 } }),

  'GET /export': ({ res }) => {
    const headers = { 'cache-control': 'max-age=60', 'content-encoding': 'gzip' };
    return send(res, { headers, body: gzipSync(JSON.stringify(ROWS)) });
  },

  'GET /legacy': ({ res, n }) => send(res, { body: { answer: n } }),
};
