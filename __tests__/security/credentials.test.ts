/** T1-T6, T10, T16-T18: what one user may see, no other gets, wherever the credentials come from. */
import https from 'node:https';
import { AxiosHeaders } from 'axios';
import type { AxiosRequestConfig } from 'axios';
import { customAdapter, fresh } from '../exchange/bench.js';
import type { Client } from '../exchange/bench.js';
import { ask, STAGES, useStage } from './stage.js';

const bearer = (user: string): AxiosRequestConfig => ({ headers: { Authorization: `Bearer ${user}` } });
const field = (name: string) => (user: string) => ({ headers: { [name]: user } });

/** Ways to say who one is. */
const SOURCES: readonly (readonly [string, (user: string) => AxiosRequestConfig])[] = [
  ['T1 Authorization', bearer],
  ['T1 authorization, in small letters', field('authorization')],
  ['T1 Proxy-Authorization', field('Proxy-Authorization')],
  ['T3 config.auth', (username) => ({ auth: { username, password: 'same' } })],
  ['T3 config.auth, another password', (password) => ({ auth: { username: 'same', password } })],
  ['T6 Cookie', (user) => ({ headers: { Cookie: `u=${user}` } })],
  ['T6 one cookie of several', (user) => ({ headers: { Cookie: `a=1; u=${user}; b=2` } })],
  ['T16 X-Api-Key', field('X-Api-Key')],
  ['T16 X-Auth-Token', field('x-auth-token')],
  ['T16 X-API-Token', field('X-API-TOKEN')],
  ['T16 X-Access-Token', field('X-Access-Token')],
  ['T16 ?access_token', (user) => ({ params: { access_token: user } })],
  ['T16 ?api_key, in any case and escaped', (user) => ({ url: `/me?API%5fkey=${user}` })],
  ['T16 a query parameter that is named like a credential field', (user) => ({ params: { authorization: user } })],
];

// One of each kind.
const SOME_SOURCES = SOURCES.filter((_source, at) => [0, 3, 5, 7, 12].includes(at));

/** A jar or a dispatcher: it shows nothing of what it holds. */
class Holder {
  readonly store = null;
}

const echoed = (data: unknown): string => JSON.stringify(data);

describe.each(STAGES)('$adapter over $store', (name) => {
  const stage = useStage(name);

  /** Answers with all that says who asks. */
  const echo = (path: string, headers = fresh()): void => {
    stage.origin.reply(path, (req, res) => {
      const { authorization, cookie, host: _host, ...rest } = req.headers;
      const keys = Object.entries(rest).filter(([field]) => /token|key|proxy/.test(field));
      res.writeHead(200, { 'content-type': 'application/json', ...headers });
      res.end(JSON.stringify([req.url, authorization, cookie, ...keys]));
    });
  };

  /** alice, then bob at another service, then both again: each gets what is theirs, from the store the second time. */
  async function areApart(one: Client, other: Client, as: (user: string) => AxiosRequestConfig): Promise<void> {
    const get = (api: Client, user: string) => ask(api, '/me', as(user));
    const alice = await get(one, 'alice');
    const bob = await get(other, 'bob');
    expect(echoed(bob.data)).not.toBe(echoed(alice.data));
    expect(stage.origin.hits).toBe(2);
    for (const [user, first] of [
      ['alice', alice],
      ['bob', bob],
    ] as const)
      // prettier-ignore
      for (const api of [one, other]) {
        const { data, cache } = await get(api, user);
        expect([user, echoed(data), cache.status]).toEqual([user, echoed(first.data), 'hit']);
      }
    // Nobody in particular gets neither's.
    const { data } = await ask(one, '/me');
    expect(echoed(data)).not.toMatch(/alice|bob/);
  }

  test.each(SOURCES)('%s: alice, then bob, then alice', async (_source, as) => {
    echo('/me');
    await areApart(...stage.services(), as);
  });

  test.each(SOME_SOURCES)('%s: also where it is an ignored parameter', async (_source, as) => {
    echo('/me');
    const ignoredParameters = [
      'authorization',
      'proxy-authorization',
      'cookie',
      'x-api-key',
      'x-auth-token',
      'api_key',
    ];
    await areApart(...stage.services({ ignoredParameters }), as);
  });

  test.each(SOME_SOURCES)('%s: at the same time', async (_source, as) => {
    echo('/me');
    const [api] = stage.services();
    const users = ['alice', 'bob', 'alice', 'bob'];
    const [a, b, ...again] = (await Promise.all(users.map((user) => ask(api, '/me', as(user))))).map(
      ({ data }) => data,
    );
    expect(echoed(a)).not.toBe(echoed(b));
    expect(again).toEqual([a, b]);
    expect(stage.origin.hits).toBe(2);
  });

  test.each(SOME_SOURCES)('%s: with a key of the caller’s own for both', async (_source, as) => {
    echo('/me');
    await areApart(...stage.services({ keyFn: () => 'one key for all' }), as);
  });

  test.each(SOME_SOURCES)('%s: as a stream', async (_source, as) => {
    echo('/me');
    const [one, other] = stage.services();
    await ask(one, '/me', { ...as('alice'), responseType: 'stream' }).then(async ({ data }) => {
      for await (const _chunk of data as AsyncIterable<unknown>);
    });
    expect(echoed((await ask(other, '/me', as('bob'))).data)).not.toMatch(/alice/);
  });

  describe('T2 what the origin opens', () => {
    const shares = async (cacheControl: string): Promise<boolean> => {
      echo('/me', { 'cache-control': cacheControl });
      const [one, other] = stage.services({ shared: true });
      await ask(one, '/me', bearer('alice'));
      return echoed((await ask(other, '/me', bearer('bob'))).data).includes('alice');
    };

    test.each(['public, max-age=60', 's-maxage=60', 'max-age=60, PUBLIC'])('T2 %s may be shared', async (open) => {
      expect(await shares(open)).toBe(true);
    });

    test.each([
      'max-age=60',
      's-maxage=x, max-age=60',
      's-maxage=, max-age=60',
      's-maxage=0, max-age=60',
      'public=1x, max-age=60',
      'max-age=60, must-revalidate2',
      'max-age=60, x="public"',
      'public, private, max-age=60',
      'publicity, max-age=60',
    ])('T2 %s opens nothing', async (closed) => {
      expect(await shares(closed)).toBe(false);
    });
  });

  test('T4 userinfo in the URL', async () => {
    if (name.adapter === 'fetch') return; // fetch refuses such URLs.
    echo('/me');
    const url = (user: string): string => `${stage.origin.url.replace('//', `//${user}:s3cr3t@`)}/me`;
    await areApart(...stage.services(), (user) => ({ url: url(user) }));
  });

  test('T4 an adapter of one’s own that heeds Authorization beside userinfo', async () => {
    const adapter = customAdapter(({ headers }) => ({ data: headers.get('Authorization'), headers: fresh() }));
    const api = stage.service({}, { adapter });
    for (const user of ['alice', 'bob'])
      expect((await ask(api, 'http://same:same@o.test/me', field('Authorization')(user))).data).toBe(user);
  });

  test('T5 a token that is an object which is text on the wire', async () => {
    echo('/me');
    const [api] = stage.services();
    let user = '';
    api.interceptors.request.use((config) => {
      (config.headers as any).Authorization = { toString: () => `Bearer ${user}` };
      return config;
    });
    for (user of ['alice', 'bob', 'alice']) expect(echoed((await ask(api, '/me')).data)).toContain(user);
    expect(stage.origin.hits).toBe(2);
  });

  test('T5 headers that an interceptor shares among requests', async () => {
    echo('/me');
    const [api] = stage.services();
    const shared = new AxiosHeaders();
    api.interceptors.request.use((config) => {
      shared.set('Authorization', String(config.params.user));
      config.headers = shared;
      config.params = {};
      return config;
    });
    const as = (user: string) => ask(api, '/me', { params: { user } });
    await Promise.all(['alice', 'bob', 'alice', 'bob'].map(as));
    for (const user of ['alice', 'bob']) expect(echoed((await as(user)).data)).toContain(user);
  });

  test('T5 a config that is sent again with another token', async () => {
    echo('/me');
    const [api] = stage.services();
    const { config } = await ask(api, '/me', bearer('alice'));
    config.headers.set('Authorization', 'Bearer bob');
    expect(echoed((await ask(api, '/me', config)).data)).toContain('bob');
  });

  test('T5 transformRequest that sets a token', async () => {
    echo('/me');
    const [api] = stage.services();
    const as = (user: string): AxiosRequestConfig => ({
      transformRequest: (data, headers) => {
        headers.set('Authorization', user);
        return data;
      },
    });
    await areApart(api, api, as);
  });

  test.each(['Authorization', 'cookie, AUTHORIZATION', ['Cookie', 'Authorization']])(
    'T10 Vary: %p: each user has an entry, and nobody another’s',
    async (vary) => {
      stage.origin.reply('/me', (req, res) => {
        res.setHeader('vary', vary);
        res.writeHead(200, { 'cache-control': 'public, max-age=60' }).end(String(req.headers.authorization));
      });
      const [one, other] = stage.services({ shared: true });
      const as = (user: string): AxiosRequestConfig => ({ headers: { Authorization: user, Cookie: `u=${user}` } });
      for (const user of ['alice', 'bob', 'alice', 'bob'])
        for (const api of [one, other]) expect((await ask(api, '/me', as(user))).data).toBe(user);
    },
  );

  test('T10 Vary: Cookie, where cookies go along that nobody sees', async () => {
    stage.origin.reply('/v', (_req, res, n) => res.writeHead(200, fresh({ vary: 'Cookie' })).end(`n ${String(n)}`));
    const [one, other] = stage.services();
    for (const withCredentials of [true, 'include' as never]) {
      const { data } = await ask(one, '/v', { withCredentials });
      expect((await ask(other, '/v', { withCredentials })).data).not.toBe(data);
    }
  });

  test('T10 nor is such an answer for who sends none, though it is public', async () => {
    stage.origin.reply('/v', (_req, res, n) => {
      res.writeHead(200, { 'cache-control': 'public, max-age=60', vary: 'Cookie' }).end(`n ${String(n)}`);
    });
    const [one, other] = stage.services();
    await ask(one, '/v', { withCredentials: true });
    expect((await ask(other, '/v')).data).toBe('n 2');
    expect((await ask(one, '/v', { withCredentials: true })).data).toBe('n 3');
  });

  test('T16 taken off the list of credentials, a header is no credential any more', async () => {
    echo('/me');
    const [one, other] = stage.services({ credentialHeaders: [] });
    await ask(one, '/me', field('X-Api-Key')('alice'));
    expect((await ask(other, '/me', field('X-Api-Key')('bob'))).cache.status).toBe('hit');
  });

  test('T16 put on the list, it is one', async () => {
    stage.origin.reply('/me', (req, res) => res.writeHead(200, fresh()).end(req.headers['x-user']));
    const [one, other] = stage.services({ credentialHeaders: ['X-User'] });
    await ask(one, '/me', field('X-User')('alice'));
    expect((await ask(other, '/me', field('X-User')('bob'))).data).toBe('bob');
  });

  describe('T17 ways that lead to another answer behind one URL', () => {
    /** Asks once on each way, from a store that would answer the second had the first been the same. */
    async function originRequests(ways: readonly object[], partition?: () => string): Promise<number> {
      const adapter = customAdapter(() => ({ data: 'x', headers: fresh() }));
      const api = stage.service(partition && { partition }, { adapter });
      for (const way of ways) await ask(api, 'https://o.test/x', way);
      for (const way of ways) expect((await ask(api, 'https://o.test/x', way)).cache.status).toBe('hit');
      return adapter.mock.calls.length;
    }

    test.each<[string, readonly https.AgentOptions[]]>([
      ['client certificates', [{ cert: 'a' }, { cert: 'b' }, { cert: ['a', 'b'] }, { cert: Buffer.from('c') }]],
      ['bundles of key and certificate', [{ pfx: 'a' }, { pfx: [{ buf: 'b' }] }, { pfx: [{ buf: 'c' }] }]],
      ['whom to trust', [{ ca: 'a' }, { ca: 'b' }, { rejectUnauthorized: false }]],
      ['names', [{ servername: 'a' }, { servername: 'b' }]],
      ['sockets', [{ socketPath: '/a' }, { socketPath: '/b' }] as object[]],
    ])('T17 agents: %s', async (_what, options) => {
      const ways = options.map((given) => ({ httpsAgent: new https.Agent(given) }));
      expect(await originRequests([...ways, {}])).toBe(ways.length + 1);
    });

    test('T17 agents without any such thing are one way', async () => {
      const ways = [{}, { keepAlive: true }, { rejectUnauthorized: true }].map((given) => new https.Agent(given));
      expect(await originRequests([{}, ...ways.map((httpsAgent) => ({ httpsAgent }))])).toBe(1);
    });

    test('T17 sockets, proxies, jars, dispatchers and options of fetch', async () => {
      const ways = [
        { socketPath: '/a.sock' },
        { socketPath: '/b.sock' },
        { proxy: { host: 'p', port: 1 } },
        { proxy: { host: 'p', port: 1, auth: { username: 'a', password: 'b' } } },
        { jar: new Holder() },
        { jar: new Holder() },
        { fetchOptions: { dispatcher: new Holder() } },
        { fetchOptions: { dispatcher: new Holder() } },
        { fetchOptions: { headers: { Authorization: 'alice' } } },
        { fetchOptions: { headers: { Authorization: 'bob' } } },
        { fetchOptions: { credentials: 'include' } },
        { withCredentials: true },
        {},
      ];
      expect(await originRequests(ways)).toBe(ways.length);
    });

    test('T17 who names a common partition shares what no name can be given to', async () => {
      const ways = [{ jar: new Holder() }, { jar: new Holder() }, { fetchOptions: { dispatcher: new Holder() } }];
      expect(await originRequests(ways, () => 'all of us')).toBe(1);
    });
  });

  test('T18 partitions share nothing, and none can tell what another has', async () => {
    stage.origin.reply('/x', { headers: { 'cache-control': 'public, max-age=60' }, body: 'x', delayMs: 60 });
    let tenant = 't1';
    const [one, other] = stage.services({ partition: () => tenant });
    await ask(one, '/x');
    tenant = 't2';
    const startedAt = performance.now();
    expect((await ask(other, '/x')).cache.status).toBe('miss');
    expect(performance.now() - startedAt).toBeGreaterThan(50);
    tenant = 't1';
    expect((await ask(other, '/x')).cache.status).toBe('hit');
    expect(stage.origin.hits).toBe(2);
  });

  test('T18 a partition that cannot be told is none: the request goes by', async () => {
    stage.origin.reply('/x', { headers: fresh(), body: 'x' });
    for (const partition of [() => undefined, () => Promise.resolve('t1'), () => 5]) {
      const api = stage.service({ partition: partition as never });
      expect((await ask(api, '/x')).cache.stored).toBe(false);
    }
  });

  describe("T1 credentials: 'strict'", () => {
    test('T1 strict: an authorized answer is not stored where several share', async () => {
      echo('/me');
      const [one, other] = stage.services({ credentials: 'strict', shared: true });
      for (const user of ['alice', 'bob', 'alice'])
        for (const api of [one, other]) expect(echoed((await ask(api, '/me', bearer(user))).data)).toContain(user);
    });

    test('T1 strict: an error for one is not given to another who asks at the same time', async () => {
      stage.origin.reply('/me', (req, res) => {
        setTimeout(() => res.writeHead(500).end(String(req.headers.authorization)), 60);
      });
      const [api] = stage.services({ credentials: 'strict', shared: true });
      const get = async (user: string): Promise<unknown> => (await ask(api, '/me', bearer(user))).data;
      expect(await Promise.all([get('alice'), get('bob')])).toEqual(['Bearer alice', 'Bearer bob']);
    });

    test('T1 strict: what was stored so is not found by requests that are not', async () => {
      echo('/me');
      const [one, other] = stage.services({ shared: false });
      await ask(one, '/me', { ...bearer('alice'), cache: { credentials: 'strict' } });
      expect(echoed((await ask(other, '/me')).data)).not.toContain('alice');
      expect(echoed((await ask(other, '/me', bearer('bob'))).data)).not.toContain('alice');
    });
  });

  test.each(['GET', 'HEAD'])('T1 what a %s tells one user of a public entry is not told to others', async (method) => {
    stage.origin.reply('/doc', (req, res) => {
      const { authorization } = req.headers;
      const known = method === 'GET' && req.headers['if-none-match'] === '"1"';
      const own = authorization === undefined ? { 'cache-control': 'public, max-age=60' } : { 'x-user': authorization };
      res.writeHead(known ? 304 : 200, { etag: '"1"', 'cache-control': 'max-age=60', ...own }).end(known ? '' : 'doc');
    });
    const [one, other] = stage.services();
    await ask(one, '/doc');
    await ask(one, '/doc', { method, ...bearer('alice'), cache: { refresh: true } });
    for (const api of [one, other]) {
      const { data, headers } = await ask(api, '/doc');
      expect([data, headers['x-user']]).toEqual(['doc', undefined]);
    }
  });

  test('T1 a refresh behind alice’s back is not bob’s', async () => {
    echo('/me', { 'cache-control': 'public, max-age=0, stale-while-revalidate=60' });
    const [one, other] = stage.services();
    await ask(one, '/me');
    echo('/me', { 'cache-control': 'max-age=60' });
    await ask(one, '/me', bearer('alice'));
    await new Promise((resolve) => setTimeout(resolve, 60));
    for (const api of [one, other]) expect(echoed((await ask(api, '/me', bearer('bob'))).data)).not.toContain('alice');
    expect(echoed((await ask(other, '/me')).data)).not.toContain('alice');
  });
});
