/** T16-T23: which requests may share a response, over whole requests. */
import { createServer } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADAPTERS, fresh, times, useBench } from './bench.js';

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);
  // Answers with the path and query that arrived.
  const echoUrl = (...paths: string[]): void => {
    for (const path of paths)
      bench.origin.reply(path, (req, res) =>
        res.writeHead(200, fresh({ 'content-type': 'text/plain' })).end(`url ${String(req.url)}`),
      );
  };

  test('T16 X-Api-Key alice, then bob: not shared by default', async () => {
    bench.origin.reply('/k', (req, res) => res.writeHead(200, fresh()).end(req.headers['x-api-key']));
    const api = bench.client();
    for (const key of ['alice', 'bob', 'alice'])
      expect((await api.get('/k', { headers: { 'X-Api-Key': key } })).data).toBe(key);
    expect(bench.origin.hits).toBe(2);
  });

  test('T16 taken off the list of credentials, it is shared', async () => {
    bench.origin.reply('/k', { headers: fresh(), body: 'same for all' });
    const api = bench.client({ credentialHeaders: [] });
    await api.get('/k', { headers: { 'X-Api-Key': 'alice' } });
    expect((await api.get('/k', { headers: { 'X-Api-Key': 'bob' } })).cache.status).toBe('hit');
  });

  test('T3 config.auth of alice, then bob', async () => {
    bench.origin.reply('/k', (req, res) => res.writeHead(200, fresh()).end(req.headers.authorization));
    const api = bench.client();
    const ask = async (username: string): Promise<string> => {
      const { data } = await api.get('/k', { auth: { username, password: 'p' } });
      return Buffer.from(String(data).slice(6), 'base64').toString();
    };
    for (const user of ['alice', 'bob', 'alice']) expect(await ask(user)).toBe(`${user}:p`);
    expect(bench.origin.hits).toBe(2);
  });

  test("T4 userinfo in the URL: nobody's is anybody else's, and none is in the store", async () => {
    if (adapter === 'fetch') return; // fetch refuses such URLs.
    bench.origin.reply('/k', (req, res) => res.writeHead(200, fresh()).end(req.headers.authorization));
    const store = new Map<string, unknown>();
    const api = bench.client({ store });
    const ask = async (user: string): Promise<string> => {
      const { data } = await api.get(bench.origin.url.replace('//', `//${user}:s3cr3t@`) + '/k');
      return Buffer.from(String(data).slice(6), 'base64').toString();
    };
    bench.origin.reply('/k', (req, res) => res.writeHead(200, fresh()).end(req.headers.authorization));
    for (const user of ['alice', 'bob', 'alice']) expect(await ask(user)).toBe(`${user}:s3cr3t`);
    expect(bench.origin.hits).toBe(2);
    await api.cache.close();
    expect([...store.keys()].join()).not.toMatch(/alice|bob|s3cr3t/);
    expect(JSON.stringify(bench.events)).not.toMatch(/s3cr3t/);
  });

  test('T6 Cookie: two users', async () => {
    bench.origin.reply('/k', (req, res) => res.writeHead(200, fresh()).end(req.headers.cookie));
    const api = bench.client({ shared: true });
    for (const user of ['u=alice', 'u=bob', 'u=alice'])
      expect((await api.get('/k', { headers: { Cookie: user } })).data).toBe(user);
  });

  test('T2 public and s-maxage open an answer to everybody; a malformed one opens nothing', async () => {
    const api = bench.client({ shared: true });
    const shares = async (cacheControl: string): Promise<boolean> => {
      const path = `/p${encodeURIComponent(cacheControl)}`;
      bench.origin.reply(path, (req, res) =>
        res.writeHead(200, { 'cache-control': cacheControl }).end(req.headers.authorization),
      );
      await api.get(path, { headers: { Authorization: 'alice' } });
      return (await api.get(path, { headers: { Authorization: 'bob' } })).data === 'alice';
    };
    for (const open of ['public, max-age=60', 's-maxage=60']) expect([open, await shares(open)]).toEqual([open, true]);
    for (const closed of [
      'max-age=60',
      's-maxage=x, max-age=60',
      's-maxage=, max-age=60',
      'public=1x, max-age=60, private',
    ])
      expect([closed, await shares(closed)]).toEqual([closed, false]);
  });

  test('T18 partitions share nothing', async () => {
    bench.origin.reply('/k', { headers: fresh(), body: 'a' });
    let tenant = 't1';
    const api = bench.client({ partition: () => tenant });
    await api.get('/k');
    tenant = 't2';
    expect((await api.get('/k')).cache.status).toBe('miss');
    tenant = 't1';
    expect((await api.get('/k')).cache.status).toBe('hit');
  });

  test('T20 what are different resources, and what is one', async () => {
    const paths = ['/p/', '/p', '/a//b', '/a/b', '/caf%C3%A9', '/cafe%CC%81', '/AaAa', '/BBBB', '/x', '/X'];
    echoUrl(...paths);
    const api = bench.client();
    for (const round of ['miss', 'hit'])
      for (const path of paths) {
        const { data, cache } = await api.get(path);
        expect([path, data, cache.status]).toEqual([path, `url ${path}`, round]);
      }
    expect((await api.get('/x#frag')).cache.status).toBe('hit');
    expect((await api.get(bench.origin.url.replace('http', 'HTTP') + '/x')).cache.status).toBe('hit');
  });

  test('T21 params: the key is that of the URL that is sent', async () => {
    echoUrl('/q');
    const api = bench.client();
    const sets: readonly object[] = [
      { params: { a: [1, 2] } },
      { params: { a: { 0: 1, 1: 2 } } },
      { params: { a: '' } },
      { params: { a: null, b: undefined } },
      { params: new URLSearchParams('a=1&a=2') },
      { params: { at: new Date(0) } },
      { params: { a: '1&b=2' } },
      { params: { a: 1, b: 2 } },
      { params: { z: 1 }, paramsSerializer: { serialize: () => 'own=1' } },
    ];
    const first = [];
    for (const set of sets) first.push((await api.get('/q', set)).data);
    for (const [at, set] of sets.entries()) {
      const { data, cache } = await api.get('/q', set);
      expect([cache.status, data]).toEqual(['hit', first[at]]);
    }
    expect((await api.get('/q?a=1&b=2')).cache.status).toBe('hit');
    expect(bench.origin.hits).toBe(new Set(first).size);
  });

  test('T19 a thousand URLs that end alike: each gets its own answer', async () => {
    const urls = times(1_000, (at) => `/n?${at.toString(36)}`);
    echoUrl('/n');
    const api = bench.client();
    for (const url of urls) expect((await api.get(url)).data).toBe(`url ${url}`);
    for (const url of urls) expect((await api.get(url)).data).toBe(`url ${url}`);
    expect(bench.origin.hits).toBe(1_000);
  });

  test('T23 namespaces and odd paths share nothing in one store', async () => {
    echoUrl('/keyv:x', '/x', '/b::c', '/c');
    const store = new Map<string, unknown>();
    const one = bench.client({ store, namespace: 'a' });
    const other = bench.client({ store, namespace: 'a::b' });
    for (const path of ['/keyv:x', '/x', '/b::c', '/c']) {
      expect((await one.get(path)).data).toBe(`url ${path}`);
      expect((await other.get(path)).cache.status).toBe('miss');
    }
    for (const path of ['/keyv:x', '/x', '/b::c', '/c']) expect((await one.get(path)).data).toBe(`url ${path}`);
  });
});

test('T17 two sockets behind one URL are two origins', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'axios-http-cache-sockets-'));
  const servers = await Promise.all(
    ['a', 'b'].map(async (name) => {
      const server = createServer((_req, res) => res.writeHead(200, fresh()).end(`from ${name}`));
      await new Promise<void>((resolve) => server.listen(join(folder, name), resolve));
      return server;
    }),
  );
  const { default: axios } = await import('axios');
  const { cachePlugin } = await import('axios-http-cache');
  const api = axios.create().use(cachePlugin());
  try {
    for (const name of ['a', 'b', 'a'])
      expect((await api.get('http://localhost/x', { socketPath: join(folder, name) })).data).toBe(`from ${name}`);
  } finally {
    await api.cache.close();
    for (const server of servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    await rm(folder, { recursive: true });
  }
});
