/** RFC 5861 §4; RELIABILITY 4.1, 6.1: what a failing origin leaves, over adapters whose errors differ. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { ServerResponse } from 'node:http';
import type { CacheOptions } from 'axios-http-cache';
import { ADAPTERS, fresh, outcome, until, useBench } from './bench.js';
import type { Client } from './bench.js';
import { drain } from './data.js';

const SIE = { 'cache-control': 'max-age=60, stale-if-error=600' };

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);

  // An origin that answers once, and then as told.
  async function staleClient(
    then: (res: ServerResponse) => unknown,
    headers: Record<string, string> = SIE,
    options: CacheOptions = {},
  ): Promise<Client> {
    bench.origin.reply('/a', (_req, res, n) => (n === 1 ? res.writeHead(200, headers).end('good') : then(res)));
    const api = bench.client(options);
    await api.get('/a');
    bench.advance(90);
    return api;
  }

  describe.each([500, 502, 503, 504])('a %i', (status) => {
    test('gives the stale answer, where the origin allows it', async () => {
      const api = await staleClient((res) => res.writeHead(status).end('bad'));
      const stale = await api.get('/a');
      expect(stale.data).toBe('good');
      expect(stale.status).toBe(200);
      expect(stale.cache).toMatchObject({ status: 'stale', fromCache: true, reason: 'stale-if-error' });
    });

    test("is the caller's, where nothing allows stale", async () => {
      const api = await staleClient((res) => res.writeHead(status).end('bad'), fresh({ etag: '"1"' }));
      const { error } = await outcome(api.get('/a'));
      expect(error.response.status).toBe(status);
      expect(error.response.data).toBe('bad');
    });
  });

  test('a caller who wants a stream gets the stale answer as one', async () => {
    const api = await staleClient((res) => res.writeHead(503).end('bad'));
    const stale = await api.get('/a', { responseType: 'stream' });
    expect((await drain(stale.data)).toString()).toBe('good');
    expect(stale.cache).toMatchObject({ status: 'stale', reason: 'stale-if-error' });
  });

  const FAILURES: Readonly<Record<string, (res: ServerResponse) => unknown>> = {
    'a reset connection': (res) => res.socket?.resetAndDestroy(),
    'a connection closed without an answer': (res) => res.destroy(),
    'a body cut short': (res) => {
      res.writeHead(200, { 'content-length': '100' });
      res.write('ten octets');
      setTimeout(() => res.destroy(), 20);
    },
    'a body of cut chunks': (res) => {
      res.writeHead(200);
      res.write('ten octets');
      setTimeout(() => res.destroy(), 20);
    },
  };

  test.each(Object.keys(FAILURES))('6.1: %s gives the stale answer', async (name) => {
    const api = await staleClient(FAILURES[name]!);
    const stale = await api.get('/a');
    expect(stale.data).toBe('good');
    expect(stale.cache).toMatchObject({ status: 'stale', reason: 'stale-if-error' });
  });

  test('a refused connection gives the stale answer', async () => {
    const api = await staleClient(() => undefined);
    await bench.origin.close();
    expect((await api.get('/a')).data).toBe('good');
  });

  test('a timeout gives the stale answer', async () => {
    const api = await staleClient(() => undefined);
    const stale = await api.get('/a', { timeout: 100 });
    expect(stale.data).toBe('good');
    expect(stale.cache.reason).toBe('stale-if-error');
  });

  test('the option allows it without the origin, and no longer than it says', async () => {
    const api = await staleClient((res) => res.writeHead(500).end('bad'), fresh({ etag: '"1"' }), {
      staleIfError: 100,
    });
    expect((await api.get('/a')).data).toBe('good');
    bench.advance(100);
    const { error } = await outcome(api.get('/a'));
    expect(error.response.status).toBe(500);
  });

  test.each([400, 403, 404, 429])('a %i is no failure of the origin', async (status) => {
    const api = await staleClient((res) => res.writeHead(status).end('bad'), SIE, { staleIfError: true });
    const { error } = await outcome(api.get('/a'));
    expect(error.response.status).toBe(status);
  });

  test('PEERS 2.1 #11: a 404 to a validation is not turned into a stale 200', async () => {
    const headers = { ...SIE, etag: '"1"' };
    const api = await staleClient((res) => res.writeHead(404).end('gone'), headers, { staleIfError: true });
    const { error } = await outcome(api.get('/a'));
    expect(bench.origin.requests[1]?.headers['if-none-match']).toBe('"1"');
    expect(error.response.status).toBe(404);
    expect(error.response.data).toBe('gone');
  });

  test.each(['must-revalidate', 'no-cache'])('%s wins over every permission', async (directive) => {
    const headers = { 'cache-control': `max-age=60, stale-if-error=600, ${directive}`, etag: '"1"' };
    const api = await staleClient((res) => res.writeHead(503).end('bad'), headers, { staleIfError: true });
    const { error } = await outcome(api.get('/a'));
    expect(error.response.status).toBe(503);
  });

  test("the caller's own abort is its own affair", async () => {
    const api = await staleClient(() => undefined);
    const controller = new AbortController();
    const pending = outcome(api.get('/a', { signal: controller.signal }));
    setTimeout(() => controller.abort(), 50);
    expect((await pending).error.code).toBe('ERR_CANCELED');
  });

  test('4.1: while the origin is down, stale answers come at once, with at most one try per second', async () => {
    const api = await staleClient((res) => setTimeout(() => res.writeHead(503).end('bad'), 100));
    await api.get('/a');
    const tries = bench.origin.hits;
    const startedAt = performance.now();
    for (let i = 0; i < 100; i += 1) expect((await api.get('/a')).data).toBe('good');
    // A hundred of them, each waiting for the origin, would take ten seconds.
    const seconds = (performance.now() - startedAt) / 1_000;
    expect(seconds).toBeLessThan(3);
    expect(bench.origin.hits - tries).toBeLessThanOrEqual(Math.ceil(seconds));
  });

  test('the origin recovers: the next try brings its new answer', async () => {
    bench.origin.reply('/a', (_req, res, n) =>
      n === 2
        ? res.writeHead(503).end('bad')
        : res.writeHead(200, { ...SIE, date: bench.date() }).end(`good ${String(n)}`),
    );
    const api = bench.client();
    await api.get('/a');
    bench.advance(90);
    expect((await api.get('/a')).data).toBe('good 1');
    await until(async () => (await api.get('/a')).data === 'good 3');
    expect(bench.origin.hits).toBe(3);
  });

  test('without anything stored the error is the one axios throws', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const url = `http://127.0.0.1:${String(port)}/a`;
    const ours = await outcome(bench.client({ staleIfError: true }).get(url));
    const axiosOwn = await outcome(bench.plain().get(url));
    expect([ours.error.name, ours.error.code, ours.error.message]).toEqual([
      axiosOwn.error.name,
      axiosOwn.error.code,
      axiosOwn.error.message,
    ]);
    expect(ours.error.config.url).toBe(url);
  });
});
