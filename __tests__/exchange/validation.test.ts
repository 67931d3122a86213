/** T47-T53; RFC 9111 §4.3: what a 304 and a HEAD say of what is stored. */
import type { AxiosRequestConfig } from 'axios';
import { ADAPTERS, fresh, outcome, useBench } from './bench.js';
import type { Client } from './bench.js';

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);

  // An origin with a validator, that answers 304 with other headers than 200; and a client whose entry is stale.
  async function staleClient(
    notModified: Record<string, string | string[]>,
    headers: Record<string, string> = fresh({ etag: '"1"' }),
  ): Promise<Client> {
    bench.origin.reply('/a', (req, res, n) => {
      if (n === 1) {
        res.writeHead(200, { ...headers, 'content-type': 'application/json', date: bench.date() }).end('{"a":1}');
      } else if (req.headers['if-none-match'] !== undefined || req.headers['if-modified-since'] !== undefined) {
        res.writeHead(304, { date: bench.date(), ...notModified }).end();
      } else {
        res.writeHead(200, { ...fresh(), 'content-type': 'application/json', date: bench.date() }).end('{"a":2}');
      }
    });
    const api = bench.client();
    await api.get('/a');
    bench.advance(90);
    return api;
  }

  test('T47 a 304 updates metadata, and nothing that describes the content', async () => {
    const api = await staleClient({
      etag: '"1"',
      'content-length': '999',
      'content-encoding': 'gzip',
      'content-type': 'text/html',
      'content-range': 'bytes 0-1/9',
      'x-new': '1',
      'cache-control': 'max-age=60',
    });
    for (const status of ['revalidated', 'hit']) {
      const response = await api.get('/a');
      expect(response.cache.status).toBe(status);
      expect([response.status, response.data]).toEqual([200, { a: 1 }]);
      expect(response.headers['x-new']).toBe('1');
      for (const name of ['content-encoding', 'content-range', 'transfer-encoding'])
        expect([name, response.headers[name]]).toEqual([name, undefined]);
      expect(['7', undefined]).toContain(response.headers['content-length']);
    }
  });

  test('RFC 9110 §6.6.1 a 304 without Date counts from when it was received', async () => {
    const api = await staleClient({ etag: '"1"', 'cache-control': 'max-age=60' });
    bench.origin.reply('/a', (_req, res) => {
      res.sendDate = false;
      res.writeHead(304, { etag: '"1"', 'cache-control': 'max-age=60' }).end();
    });
    expect((await api.get('/a')).cache.status).toBe('revalidated');
    expect((await api.get('/a')).cache.status).toBe('hit');
  });

  test('T48 a 304 with another ETag: one unconditional request, and no bare 304 for the caller', async () => {
    const api = await staleClient({ etag: '"2"' });
    const response = await api.get('/a');
    expect([response.status, response.data]).toEqual([200, { a: 2 }]);
    expect(response.cache.status).toBe('miss');
    expect(bench.origin.requests.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, '"1"', undefined]);
    expect((await api.get('/a')).data).toEqual({ a: 2 });
  });

  test('T48 the same for a caller who wants a stream', async () => {
    const api = await staleClient({ etag: '"2"' });
    const { data, status } = await api.get('/a', { responseType: 'stream' });
    let text = '';
    for await (const part of data) text += Buffer.from(part).toString();
    expect([status, text]).toEqual([200, '{"a":2}']);
  });

  test('T49 a 304 to an unconditional request reaches the caller as with plain axios, and is not stored', async () => {
    bench.origin.reply('/a', { status: 304, headers: fresh({ etag: '"1"' }) });
    const plain = await outcome(bench.plain().get('/a'));
    const api = bench.client();
    for (let round = 1; round <= 2; round += 1) {
      const { error } = await outcome(api.get('/a'));
      expect([error.code, error.response.status]).toEqual([plain.error.code, 304]);
      expect(error.response.cache).toMatchObject({ status: 'miss', stored: false });
    }
    expect((await api.get('/a', { validateStatus: (status) => status === 304 })).status).toBe(304);
    expect(bench.origin.hits).toBe(4);
  });

  describe("T50 the caller's own condition", () => {
    const CONDITIONS: readonly AxiosRequestConfig[] = [
      { headers: { 'If-None-Match': '"z"' } },
      { headers: { 'If-Modified-Since': 'Thu, 01 Jan 2026 00:00:00 GMT' } },
    ];

    test.each(CONDITIONS)('%p: its 304 is its own, and what is stored stays', async (config) => {
      bench.origin.reply('/a', (req, res) => {
        const asked = req.headers['if-none-match'] ?? req.headers['if-modified-since'];
        res
          .writeHead(asked === undefined ? 200 : 304, fresh({ etag: '"1"' }))
          .end(asked === undefined ? 'body' : undefined);
      });
      const api = bench.client();
      await api.get('/a');
      const { error } = await outcome(api.get('/a', config));
      expect(error.response.status).toBe(304);
      expect((await api.get('/a', { ...config, validateStatus: null })).status).toBe(304);
      const hit = await api.get('/a');
      expect([hit.cache.status, hit.data]).toEqual(['hit', 'body']);
    });

    test('that what is stored answers by itself', async () => {
      bench.origin.reply('/a', { headers: fresh({ etag: '"1"' }), body: 'body' });
      const api = bench.client();
      await api.get('/a');
      const response = await api.get('/a', { headers: { 'If-None-Match': '"0", "1"' }, validateStatus: null });
      expect([response.status, response.cache.status]).toEqual([304, 'hit']);
      expect(response.headers['etag']).toBe('"1"');
      expect(bench.origin.hits).toBe(1);
    });
  });

  test.each<[string, Record<string, string>]>([
    ['no-store', { 'cache-control': 'no-store' }],
    ['Vary: *', { vary: '*', 'cache-control': 'max-age=60' }],
  ])('T51 a 304 with %s: the caller gets the body, the next request goes to the origin', async (_name, headers) => {
    const api = await staleClient({ etag: '"1"', ...headers });
    const response = await api.get('/a');
    expect([response.status, response.data]).toEqual([200, { a: 1 }]);
    const before = bench.origin.hits;
    await outcome(api.get('/a'));
    expect(bench.origin.hits).toBe(before + 1);
  });

  test('T51 a 304 with private, in a shared cache', async () => {
    bench.origin.reply('/a', (req, res) => {
      const known = req.headers['if-none-match'] === '"1"';
      const headers = {
        etag: '"1"',
        date: bench.date(),
        'cache-control': known ? 'private, max-age=60' : 'max-age=60',
      };
      res.writeHead(known ? 304 : 200, headers).end(known ? undefined : 'body');
    });
    const api = bench.client({ shared: true });
    await api.get('/a');
    bench.advance(90);
    expect((await api.get('/a')).data).toBe('body');
    expect((await api.get('/a')).cache.status).toBe('miss');
  });

  test('T52 a 304 without Vary leaves the stored Vary in force', async () => {
    bench.origin.reply('/a', (req, res) => {
      const known = req.headers['if-none-match'] === '"1"';
      const headers = { ...fresh({ etag: '"1"' }), date: bench.date(), ...(!known && { vary: 'X-A' }) };
      res.writeHead(known ? 304 : 200, headers).end(known ? undefined : String(req.headers['x-a']));
    });
    const api = bench.client();
    const ask = (value: string) => api.get('/a', { headers: { 'X-A': value } });
    await ask('one');
    bench.advance(90);
    expect((await ask('one')).cache.status).toBe('revalidated');
    expect((await ask('one')).cache.status).toBe('hit');
    expect((await ask('two')).data).toBe('two');
    expect((await ask('one')).data).toBe('one');
  });

  test.each<[string, Record<string, string>]>([
    ['ETag', { etag: '"2"' }],
    ['Content-Length', { etag: '"1"', 'content-length': '99' }],
  ])('T53 a HEAD that tells of another %s: the stored GET is not served without validation', async (_name, headers) => {
    bench.origin.reply('/a', (req, res) => {
      if (req.method === 'HEAD') res.writeHead(200, { ...fresh(), ...headers }).end();
      else res.writeHead(200, fresh({ etag: '"1"', 'content-length': '4' })).end('body');
    });
    const api = bench.client();
    await api.get('/a');
    await api.head('/a', { headers: { 'Cache-Control': 'no-cache' } });
    expect((await api.get('/a')).cache.status).not.toBe('hit');
  });

  test('T53 a HEAD that agrees may update metadata, and leaves the body', async () => {
    bench.origin.reply('/a', (req, res) => {
      const headers = { ...fresh({ etag: '"1"', 'content-length': '4' }), date: bench.date() };
      if (req.method === 'HEAD') res.writeHead(200, { ...headers, 'x-new': '1' }).end();
      else res.writeHead(200, headers).end('body');
    });
    const api = bench.client();
    await api.get('/a');
    bench.advance(90);
    await api.head('/a', { headers: { 'Cache-Control': 'no-cache' } });
    const after = await api.get('/a');
    expect([after.cache.status, after.data]).toEqual(['hit', 'body']);
  });
});
