// The origin that the strangers ask. The last part of a path says how it answers; it counts what reaches it.
import { createServer } from 'node:http';

function answer(req, res, n) {
  const json = { 'content-type': 'application/json' };
  if (!req.url.endsWith('/validated')) {
    res.writeHead(200, { ...json, 'cache-control': 'max-age=600' }).end(JSON.stringify({ n }));
  } else if (req.headers['if-none-match'] === '"v1"') {
    res.writeHead(304, { etag: '"v1"', 'cache-control': 'no-cache' }).end();
  } else {
    res.writeHead(200, { ...json, etag: '"v1"', 'cache-control': 'no-cache' }).end(JSON.stringify({ n }));
  }
}

/** `url`, `requests(path)` and `close()`. */
export async function startOrigin() {
  const counts = new Map();
  const server = createServer((req, res) => {
    const n = (counts.get(req.url) ?? 0) + 1;
    counts.set(req.url, n);
    answer(req, res, n);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests: (path) => counts.get(path) ?? 0,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
