// The origin of the rows that go over loopback: a process of its own, so that its work is not counted as the client's.
//   /json/<bytes>        JSON, fresh for an hour
//   /validated/<bytes>   JSON that must be validated at each use: 304 to whoever has it
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { serveParent, startChild } from './children.mjs';
import { fieldsOf } from './instant.mjs';
import { jsonOf } from './payloads.mjs';

const FILE = fileURLToPath(import.meta.url);

/** Starts it; `requests()` tells how many there were. */
export async function startOrigin() {
  const child = await startChild(FILE, ['serve']);
  const { url } = await child.ask({ name: 'url' });
  return { url, requests: async () => (await child.ask({ name: 'requests' })).requests, end: () => child.end() };
}

if (process.argv[1] === FILE && process.argv[2] === 'serve') await serve();

async function serve() {
  const contents = new Map();
  let requests = 0;
  const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
    requests += 1;
    const [, kind, size] = request.url.split(/[/?]/);
    if (!contents.has(size)) contents.set(size, jsonOf(Number(size)));
    const content = contents.get(size);
    const fields = fieldsOf(Buffer.byteLength(content), kind === 'validated' ? { 'cache-control': 'no-cache' } : {});
    if (request.headers['if-none-match'] !== fields.etag) response.writeHead(200, fields).end(content);
    else response.writeHead(304, { etag: fields.etag, 'cache-control': fields['cache-control'] }).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  serveParent({
    url: () => ({ url: `http://127.0.0.1:${server.address().port}` }),
    requests: () => ({ requests }),
  });
}
