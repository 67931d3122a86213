// The origin that stands in for https://api.example.com in the documentation: what a path does is in its name.
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const BINARY = Buffer.alloc(20_000, 'axios-http-cache ');
const FRESH = { 'cache-control': 'max-age=60' };

/** By the beginning of a path; `n` counts the requests for this very URL. */
const ROUTES = {
  '/rates': () => ({ headers: { 'cache-control': 'max-age=0, stale-while-revalidate=600' } }),
  '/stale': () => ({ headers: { 'cache-control': 'max-age=0' } }),
  // Works once.
  '/flaky': (n) => ({ status: n === 1 ? 200 : 503, headers: { 'cache-control': 'max-age=0' } }),
  '/gone': () => ({ status: 404, headers: {} }),
  '/plain': () => ({ headers: {}, isBare: true }),
  '/me': () => ({ headers: { 'cache-control': 'private, max-age=60' } }),
  '/login': () => ({ headers: { 'cache-control': 'no-store', 'set-cookie': 'session=1' } }),
  '/products': () => ({ headers: { ...FRESH, 'cache-tag': 'catalog, products' } }),
  '/slow': async () => {
    await sleep(50);
    return { headers: FRESH };
  },
  '/files': () => ({ headers: { ...FRESH, 'content-type': 'application/octet-stream' }, body: BINARY }),
};

/** Listens on a free port of this machine. */
export async function startOrigin() {
  const counts = new Map();
  const server = createServer(async (req, res) => {
    req.resume();
    // Programs move a clock of their own: by the real date, what comes back would be old already.
    res.sendDate = false;
    const { pathname } = new URL(req.url, 'http://origin');
    const n = (counts.get(req.url) ?? 0) + 1;
    counts.set(req.url, n);
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      res.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ done: pathname }));
      return;
    }
    const [, route] = Object.entries(ROUTES).find(([start]) => pathname.startsWith(start)) ?? [];
    const { status = 200, headers, body, isBare = false } = (await route?.(n)) ?? { headers: FRESH };
    const etag = `"${pathname}"`;
    if (status === 200 && !isBare && req.headers['if-none-match'] === etag) {
      res.writeHead(304, { ...headers, etag }).end();
      return;
    }
    const content = body ?? Buffer.from(JSON.stringify({ path: pathname, n }));
    const always = { 'content-type': 'application/json', 'content-length': content.length, ...(!isBare && { etag }) };
    res.writeHead(status, { ...always, ...headers }).end(content);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, reset: () => counts.clear() };
}
