/** Whose answer is it, where the browser adds cookies that no script can see? */
import { cors, useStage } from './stage.js';
import type { Handler } from '../helpers/origin.js';

const stage = useStage();

const asUser: Handler = (req, res) => {
  const { searchParams } = new URL(req.url ?? '', 'http://o.test');
  res.setHeader('set-cookie', `session=${String(searchParams.get('user'))}; HttpOnly; Path=/`);
  res.writeHead(200).end();
};
const userOf = (cookie = ''): string => /session=(\w+)/.exec(cookie)?.[1] ?? 'nobody';
const whoAmI =
  (headers: Record<string, string>): Handler =>
  (req, res) =>
    res.writeHead(200, { 'content-type': 'text/plain', ...headers }).end(userOf(req.headers.cookie));

describe.each(['xhr', 'fetch'] as const)('%s', (adapter) => {
  test('with cookies and without are two users, to another origin', async () => {
    stage.api.reply('/login', cors(asUser, { credentials: true }));
    stage.api.reply('/me', cors(whoAmI({ 'cache-control': 'max-age=60' }), { credentials: true }));
    const page = await stage.open();
    const seen = await page.evaluate(
      async ([adapter, baseURL]) => {
        const { axios, cachePlugin } = window.lab;
        const api = axios.create({ adapter, baseURL }).use(cachePlugin());
        const me = async (withCredentials: boolean): Promise<string> => {
          const { data, cache } = await api.get('/me', { withCredentials });
          return `${cache.status}: ${String(data)}`;
        };
        await api.post('/login?user=alice', null, { withCredentials: true });
        return [await me(true), await me(false), await me(true), await me(false)];
      },
      [adapter, stage.api.url] as const,
    );
    expect(seen[0]).toBe('miss: alice');
    expect(seen.slice(2)).toEqual(['hit: alice', seen[1]?.replace('miss', 'hit')]);
    // The browser's own cache does not tell the two apart: only over fetch can it be told to.
    expect(seen[1]).toMatch(/^miss: (nobody|alice)$/);
  });

  test.each([
    ['a partition', {}],
    ['Vary: Cookie', { vary: 'Cookie' }],
  ])('two who sign in one after the other never mix, by %s', async (how, vary: Record<string, string>) => {
    stage.site.reply('/login', asUser);
    stage.site.reply(
      '/me',
      whoAmI({ 'cache-control': how === 'a partition' ? 'private, no-cache' : 'max-age=60', ...vary }),
    );
    const page = await stage.open();
    const seen = await page.evaluate(
      async ([adapter, hasPartition]) => {
        const { axios, cachePlugin } = window.lab;
        let user = 'nobody';
        const own = { partition: () => user, cacheControl: false, expireAfter: '1m' } as const;
        const api = axios.create({ adapter }).use(cachePlugin(hasPartition ? own : {}));
        const seen: string[] = [];
        for (user of ['alice', 'bob', 'alice']) {
          await api.post(`/login?user=${user}`);
          for (let i = 0; i < 2; i += 1) {
            const { data, cache } = await api.get('/me');
            seen.push(`${cache.status}: ${String(data)}`);
          }
        }
        return seen;
      },
      [adapter, how === 'a partition'] as const,
    );
    expect(seen.map((line) => line.split(': ')[1])).toEqual(['alice', 'alice', 'bob', 'bob', 'alice', 'alice']);
    if (how === 'a partition')
      expect(seen.map((line) => line.split(': ')[0])).toEqual(['miss', 'hit', 'miss', 'hit', 'hit', 'hit']);
  });

  test('nor by clear() when one signs out', async () => {
    stage.site.reply('/login', asUser);
    stage.site.reply('/me', whoAmI({ 'cache-control': 'private, no-cache' }));
    const page = await stage.open();
    const seen = await page.evaluate(async (adapter) => {
      const { axios, cachePlugin } = window.lab;
      const api = axios.create({ adapter }).use(cachePlugin({ cacheControl: false, expireAfter: '1m' }));
      const seen: unknown[] = [];
      for (const user of ['alice', 'bob']) {
        await api.post(`/login?user=${user}`);
        await api.cache.clear();
        seen.push((await api.get('/me')).data);
      }
      return seen;
    }, adapter);
    expect(seen).toEqual(['alice', 'bob']);
  });

  test('an Authorization field is a user of its own', async () => {
    stage.site.reply('/me', (req, res) =>
      res.writeHead(200, { 'cache-control': 'max-age=60', vary: 'Authorization' }).end(req.headers.authorization),
    );
    const page = await stage.open();
    const seen = await page.evaluate(async (adapter) => {
      const { axios, cachePlugin } = window.lab;
      const api = axios.create({ adapter }).use(cachePlugin());
      const seen: string[] = [];
      for (const user of ['alice', 'bob', 'alice', 'bob']) {
        const { data, cache } = await api.get('/me', { headers: { Authorization: `Bearer ${user}` } });
        seen.push(`${cache.status}: ${String(data)}`);
      }
      return seen;
    }, adapter);
    expect(seen).toEqual(['miss: Bearer alice', 'miss: Bearer bob', 'hit: Bearer alice', 'hit: Bearer bob']);
  });
});
