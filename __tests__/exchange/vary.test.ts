/** RFC 9111 §4.1; T10-T15: one URL, several variants. */
import { ADAPTERS, fresh, useBench } from './bench.js';
import type { Client } from './bench.js';

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);
  const echo = (name: string, vary: string | readonly string[]): void => {
    bench.origin.reply('/v', (req, res) => {
      res.setHeader('vary', vary);
      res.writeHead(200, fresh()).end(`${name}=${String(req.headers[name.toLowerCase()])}`);
    });
  };

  test('§4.1: each variant is stored and found, in any order', async () => {
    echo('Accept-Language', 'Accept-Language');
    const api = bench.client();
    const ask = async (language: string): Promise<string> => {
      const { data, cache } = await api.get('/v', { headers: { 'Accept-Language': language } });
      return `${String(data)} ${cache.status}`;
    };
    for (const language of ['de', 'en', 'fr']) expect(await ask(language)).toBe(`Accept-Language=${language} miss`);
    for (const language of ['fr', 'de', 'en']) expect(await ask(language)).toBe(`Accept-Language=${language} hit`);
    expect(bench.origin.hits).toBe(3);
  });

  test('the reason of a miss among variants is vary-miss (RFC 9211 §2.2)', async () => {
    echo('X-A', 'X-A');
    const api = bench.client();
    await api.get('/v', { headers: { 'X-A': '1' } });
    const { cache } = await api.get('/v', { headers: { 'X-A': '2' } });
    expect(cache.reason).toBe('vary-miss');
    expect(cache.explain()).toMatch(/RFC 9111 §4\.1/);
  });

  test('T13 absent, empty, "1" and "1,1" are four variants', async () => {
    echo('X-A', 'X-A');
    const api = bench.client();
    const values = [undefined, '', '1', '1,1'];
    for (const round of ['miss', 'hit'])
      for (const value of values)
        expect((await api.get('/v', { headers: value === undefined ? {} : { 'X-A': value } })).cache.status).toBe(
          round,
        );
    expect(bench.origin.hits).toBe(4);
  });

  test('T14 delimiters in values smuggle nothing', async () => {
    bench.origin.reply('/v', (req, res) => {
      res.writeHead(200, fresh({ vary: 'X-A, X-B' })).end(JSON.stringify([req.headers['x-a'], req.headers['x-b']]));
    });
    const api = bench.client();
    const pairs = [
      ['1', '2'],
      ['1", "X-B: 2', undefined],
      ['1|2', undefined],
      ['1', '2|'],
      ['1:', '2'],
      ['1', ':2'],
      ['1,2', undefined],
      ['1=', '2'],
      ['1%0a', '2'],
      ['12', undefined],
      [undefined, '12'],
    ] as const;
    for (const [a, b] of pairs) {
      const headers = { ...(a !== undefined && { 'X-A': a }), ...(b !== undefined && { 'X-B': b }) };
      const { data, cache } = await api.get('/v', { headers });
      expect([cache.status, data]).toEqual(['miss', [a ?? null, b ?? null]]);
    }
    expect(bench.origin.hits).toBe(pairs.length);
  });

  test.each([['*'], [', *'], ['*, foo'], ['foo,\t*'], [['foo', '*']]])(
    'T11 Vary: %p is never served from the store',
    async (vary) => {
      echo('X-A', vary);
      const api = bench.client();
      await api.get('/v');
      expect((await api.get('/v')).cache.status).toBe('miss');
      expect(bench.origin.hits).toBe(2);
    },
  );

  test('T12 a Vary that names no field name is like *', async () => {
    echo('X-A', 'a b');
    const api = bench.client();
    await api.get('/v');
    expect((await api.get('/v')).cache.status).toBe('miss');
  });

  test('T15 a thousand variants of a URL are bounded, and the latest are kept', async () => {
    echo('Accept-Language', 'Accept-Language');
    const store = new Map<string, unknown>();
    const api = bench.client({ store });
    for (let at = 0; at < 1_000; at += 1) await api.get('/v', { headers: { 'Accept-Language': `l-${String(at)}` } });
    await api.cache.close();
    // 32 variants, the record that lists them, and at most one for the epoch.
    expect(store.size).toBeLessThanOrEqual(40);
    expect(store.size).toBeGreaterThan(20);
  });

  test('T15 the base of a URL survives many variants: a known variant is still a hit', async () => {
    echo('Accept-Language', 'Accept-Language');
    const api = bench.client();
    for (let at = 0; at < 100; at += 1) await api.get('/v', { headers: { 'Accept-Language': `l-${String(at)}` } });
    expect((await api.get('/v', { headers: { 'Accept-Language': 'l-99' } })).cache.status).toBe('hit');
  });

  test('Vary that changes its names: both kinds of variants are found', async () => {
    bench.origin.reply('/v', (req, res) => {
      const vary = req.headers['x-kind'] === 'b' ? 'X-Kind, X-B' : 'X-Kind, X-A';
      res.writeHead(200, fresh({ vary })).end(`${String(req.headers['x-a'])} ${String(req.headers['x-b'])}`);
    });
    const api = bench.client();
    const ask = async (headers: Record<string, string>): Promise<string> =>
      (await api.get('/v', { headers })).cache.status;
    const kinds = [
      { 'X-Kind': 'a', 'X-A': '1' },
      { 'X-Kind': 'b', 'X-B': '1' },
      { 'X-Kind': 'a', 'X-A': '2' },
    ];
    for (const kind of kinds) expect(await ask(kind)).toBe('miss');
    for (const kind of kinds) expect(await ask(kind)).toBe('hit');
  });

  describe('T10 Vary: Authorization, and Cookie on another line', () => {
    const ask = async (api: Client, user: string): Promise<string> =>
      (await api.get('/v', { headers: { Authorization: user, Cookie: `u=${user}` } })).data as string;
    beforeEach(() => {
      bench.origin.reply('/v', (req, res) => {
        res.setHeader('vary', ['cookie', 'AUTHORIZATION']);
        res.writeHead(200, fresh()).end(`${String(req.headers.authorization)} ${String(req.headers.cookie)}`);
      });
    });

    test.each(['partition', 'strict'] as const)(
      "credentials: %s: bob never gets what is alice's",
      async (credentials) => {
        const api = bench.client({ credentials });
        for (const user of ['alice', 'bob', 'alice', 'bob']) expect(await ask(api, user)).toBe(`${user} u=${user}`);
      },
    );

    // Credentials are ignored parameters by default, and what is ignored never matches a Vary: APIs that send
    // `Vary: Authorization` (GitHub's does) are not cached at all. The partition keeps users apart already.
    test('each user has a hit of their own', async () => {
      const api = bench.client();
      for (const user of ['alice', 'bob', 'alice', 'bob']) await ask(api, user);
      expect(bench.origin.hits).toBe(2);
    });
  });

  test('Accept-Encoding as the adapter adds it, and on a config that is sent again, is one variant', async () => {
    echo('Accept-Encoding', 'Accept-Encoding');
    const api = bench.client();
    const { config } = await api.get('/v');
    expect((await api.request(config)).cache.status).toBe('hit');
    expect((await api.get('/v')).cache.status).toBe('hit');
  });
});
