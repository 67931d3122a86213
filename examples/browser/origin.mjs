// The origin of the example: a board of departures, good for a few seconds, that takes its time to answer.
import { setTimeout as sleep } from 'node:timers/promises';

const TOWNS = ['Aarhus', 'Bergen', 'Cadiz', 'Dresden', 'Elba', 'Fulda', 'Ghent', 'Hamburg'];

/** Answers what lies below /api. `delayMs` is how long each answer takes, `maxAge` how many seconds it is good for. */
export function createOrigin({ delayMs = 900, maxAge = 5 } = {}) {
  let version = 1;
  let asked = 0;

  const board = () => ({
    version,
    printedAt: new Date().toISOString(),
    departures: Array.from({ length: 5 }, (_, at) => ({
      town: TOWNS[(version + at) % TOWNS.length],
      track: 1 + ((version * 3 + at * 5) % 12),
      minutes: 2 + at * 7 + (version % 4),
    })),
  });

  return async (req, res, next) => {
    const { pathname } = new URL(req.url, 'http://localhost');
    if (!pathname.startsWith('/api/')) return next();
    await sleep(delayMs);
    if (pathname === '/api/board' && req.method === 'POST') {
      version += 1;
      return res.writeHead(204).end();
    }
    if (pathname !== '/api/board') return res.writeHead(404).end();
    asked += 1;
    // Each version is another representation; each time it is printed anew, only the tag tells that nothing has changed.
    const etag = `"v${version}"`;
    res.setHeader('etag', etag);
    res.setHeader('cache-control', `max-age=${maxAge}, stale-while-revalidate=600`);
    res.setHeader('x-asked', String(asked));
    if (req.headers['if-none-match'] === etag) return res.writeHead(304).end();
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(board()));
  };
}
