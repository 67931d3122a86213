// The origin of the bench: /KIND/DELAY/NAME answers after so many milliseconds, and counts what comes for each path.
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const KINDS = {
  fresh: { status: 200, headers: { 'cache-control': 'max-age=600' } },
  busy: { status: 503, headers: {} },
  secret: { status: 200, headers: { 'cache-control': 'no-store' } },
};

/** Starts it. */
export async function startOrigin() {
  const counts = new Map();
  const waiting = new Map();
  const server = createServer(async ({ url }, response) => {
    const [, kind, delay] = url.split('/');
    const count = (counts.get(url) ?? 0) + 1;
    counts.set(url, count);
    waiting.get(url)?.();
    await sleep(Number(delay));
    const { status, headers } = KINDS[kind];
    response.writeHead(status, headers).end(`answer ${count}`);
  });
  server.keepAliveTimeout = 600_000;
  await new Promise((resolve) => server.listen(0, '127.0.0.1', 10_000, resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    countOf: (path) => counts.get(path) ?? 0,
    /** Resolves when the first request for the path has come. */
    reached: (path) => (counts.has(path) ? Promise.resolve() : new Promise((resolve) => waiting.set(path, resolve))),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
