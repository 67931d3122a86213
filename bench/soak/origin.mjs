// The origin of the soak: each resource has a version, which a PUT or POST raises. Every answer has an id of its own and
// goes into the log, with the moment at which its version was read.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../support/clock.mjs';
import { kindOf, PATHS } from './resources.mjs';

const MOST_PADDING = 8_000;

/** The digest that a whole body carries. */
export function digest(text) {
  return createHash('sha1').update(text).digest('hex');
}

/** A body: one line of facts, padding, and the digest of both at its end. */
export function bodyOf(facts, padding) {
  const text = `${JSON.stringify(facts)}\n${padding}`;
  return `${text}\n${digest(text)}`;
}

/** The facts of a body, `undefined` where it is not whole. */
export function readBody(body) {
  const end = body.lastIndexOf('\n');
  const text = body.slice(0, end);
  return end > 0 && digest(text) === body.slice(end + 1) ? JSON.parse(text.slice(0, text.indexOf('\n'))) : undefined;
}

/** Starts it. `log` gets every answer; `failing` is a set of kinds that answer 503 for the time being. */
export async function startOrigin({ random, log }) {
  const versions = new Map(PATHS.map((path) => [path, 1]));
  const failing = new Set();
  let lastId = 0;

  const change = async (request, response, path) => {
    await sleep(random.between(0, 30));
    const version = versions.get(path) + 1;
    versions.set(path, version);
    log({ type: 'change', path, version, at: now() });
    // The change has been made, and the one who made it does not know yet.
    await sleep(random.between(0, 60));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ version }));
  };

  const tell = async (request, response, path) => {
    const kind = kindOf(path);
    await sleep(random.between(0, 20));
    lastId += 1;
    const facts = { id: lastId, path, version: versions.get(path) };
    if (kind.byLanguage) facts.language = request.headers['accept-language'];
    if (kind.byUser) facts.user = request.headers.authorization;
    const at = now();
    const isFailing = failing.has(path.split('/')[1]);
    // An answer is under way for a while, and may be out of date when it comes.
    await sleep(random.chance(0.1) ? random.between(200, 600) : random.between(0, 80));
    const etag = `"${facts.version}-${facts.language ?? ''}-${facts.user ?? ''}"`;
    const headers = { 'cache-control': kind.cacheControl, 'content-type': 'text/plain' };
    if (kind.byLanguage) headers.vary = 'Accept-Language';
    if (kind.etag) headers.etag = etag;
    const isKnown = kind.etag && request.headers['if-none-match'] === etag;
    const status = isFailing ? 503 : isKnown ? 304 : 200;
    log({ type: 'answer', ...facts, status, at, sentAt: now() });
    if (status === 503) response.writeHead(503, { 'content-type': 'text/plain' }).end(bodyOf(facts, ''));
    else if (status === 304) response.writeHead(304, headers).end();
    else response.writeHead(200, headers).end(bodyOf(facts, 'x'.repeat(random.between(0, MOST_PADDING))));
  };

  const server = createServer((request, response) => {
    request.resume();
    const path = request.url;
    const handle = request.method === 'GET' ? tell : change;
    handle(request, response, path).catch(() => response.destroy());
  });
  // No connection is closed just as somebody uses it again.
  server.keepAliveTimeout = 600_000;
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    failing,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
