/**
 * A real HTTP origin for tests: answers what it is told, counts and records what reached it.
 *
 *   const origin = await startOrigin({ '/users': { headers: { 'cache-control': 'max-age=60' }, body: [1, 2] } });
 *   origin.reply('/slow', { delayMs: 100, body: 'late' });
 *   origin.reply('/odd', (req, res, n) => res.end(`request ${n}`));
 *   origin.hitsFor('/users');
 *   await origin.close();
 */
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface CannedReply {
  /** @default 200 */
  readonly status?: number;
  /** Sent as given; `date: null` leaves out the Date that Node would add. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | null>>;
  /** Strings and bytes as they are; anything else as JSON. */
  readonly body?: unknown;
  readonly delayMs?: number;
}

/** `n` counts the requests for this path, from 1. */
export type Handler = (req: IncomingMessage, res: ServerResponse, n: number) => unknown;
export type Reply = CannedReply | Handler;

export interface RecordedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** As UTF-8 text; complete when the reply is decided. */
  body: string;
}

export interface Origin {
  /** `http://127.0.0.1:port`, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** Requests so far. */
  readonly hits: number;
  /** Requests for this path so far; with any query unless `path` has one itself. */
  hitsFor(path: string): number;
  readonly requests: readonly RecordedRequest[];
  /** What is answered from now on; a path with a query outranks one without. */
  reply(path: string, reply: Reply): void;
  /** Forgets what it counted and recorded. */
  reset(): void;
  /** Stops listening and destroys open connections. May be called twice. */
  close(): Promise<void>;
}

export async function startOrigin(replies: Handler | Readonly<Record<string, Reply>> = {}): Promise<Origin> {
  const routes = new Map<string, Reply>(typeof replies === 'function' ? [] : Object.entries(replies));
  const fallback: Reply =
    typeof replies === 'function' ? replies : { status: 404, body: 'the test origin has no such path' };
  const requests: RecordedRequest[] = [];
  const sockets = new Set<Socket>();
  const closing = new AbortController();

  const hitsFor = (path: string): number =>
    requests.filter(({ url }) => url === path || (!path.includes('?') && pathOf(url) === path)).length;

  const server = createServer((req, res) => {
    const url = req.url ?? '/';
    const request: RecordedRequest = { method: req.method ?? 'GET', url, headers: req.headers, body: '' };
    requests.push(request);
    const n = hitsFor(pathOf(url));
    const reply = routes.get(url) ?? routes.get(pathOf(url)) ?? fallback;
    answer(req, res, n, request, reply, closing.signal).catch((error: unknown) => {
      if (closing.signal.aborted) return;
      if (res.headersSent) res.destroy();
      else res.writeHead(500).end(`the test origin's handler failed: ${String(error)}`);
    });
  });
  // A client that takes up an idle connection again must not find it just being closed.
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${String(port)}`,
    port,
    get hits() {
      return requests.length;
    },
    hitsFor,
    requests,
    reply(path, reply) {
      routes.set(path, reply);
    },
    reset() {
      requests.length = 0;
    },
    close() {
      return new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        closing.abort();
        for (const socket of sockets) socket.destroy();
      });
    },
  };
}

async function answer(
  req: IncomingMessage,
  res: ServerResponse,
  n: number,
  request: RecordedRequest,
  reply: Reply,
  closing: AbortSignal,
): Promise<void> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of req) chunks.push(chunk as Buffer);
  } catch {
    return; // The client went away while it was sending.
  }
  request.body = Buffer.concat(chunks).toString('utf8');
  if (typeof reply === 'function') {
    await reply(req, res, n);
    return;
  }
  if (reply.delayMs !== undefined) await sleep(reply.delayMs, undefined, { signal: closing });
  const { bytes, type } = encode(reply.body);
  res.statusCode = reply.status ?? 200;
  if (type !== undefined) res.setHeader('content-type', type);
  for (const [name, value] of Object.entries(reply.headers ?? {})) {
    if (value !== null) res.setHeader(name, value);
    else if (name.toLowerCase() === 'date') res.sendDate = false;
  }
  res.end(bytes);
}

function encode(body: unknown): { bytes?: string | Uint8Array; type?: string } {
  if (body === undefined) return {};
  if (typeof body === 'string') return { bytes: body, type: 'text/plain; charset=utf-8' };
  if (body instanceof Uint8Array) return { bytes: body, type: 'application/octet-stream' };
  return { bytes: JSON.stringify(body), type: 'application/json' };
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? url;
}
