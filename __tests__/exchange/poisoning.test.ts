/** T28-T30: what one caller sends must not change what the next one gets. */
import { ADAPTERS, fresh, outcome, useBench } from './bench.js';

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);

  test.each(['X-Forwarded-Host', 'X-Forwarded-Scheme', 'X-Original-URL', 'X-Rewrite-URL', 'X-Host', 'Forwarded'])(
    'T28 %s with an answer that echoes it: the next caller does not see it',
    async (name) => {
      bench.origin.reply('/home', (req, res) =>
        res.writeHead(200, fresh()).end(`for ${String(req.headers[name.toLowerCase()])}`),
      );
      const api = bench.client();
      await api.get('/home', { headers: { [name]: 'evil' } });
      expect((await api.get('/home')).data).toBe('for undefined');
    },
  );

  test('T28 two virtual hosts behind one URL are two origins', async () => {
    if (adapter === 'fetch') return; // fetch does not let one set Host.
    bench.origin.reply('/', (req, res) => res.writeHead(200, fresh()).end(req.headers.host));
    const api = bench.client();
    for (const host of ['a.test', 'b.test', 'a.test'])
      expect((await api.get('/', { headers: { Host: host } })).data).toBe(host);
    expect((await api.get('/')).data).toBe(new URL(bench.origin.url).host);
    expect(bench.origin.hits).toBe(3);
  });

  test.each(['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'])(
    'T28 %s: DELETE on a GET is not cached',
    async (name) => {
      bench.origin.reply('/home', (req, res) =>
        res.writeHead(200, fresh()).end(`for ${String(req.headers[name.toLowerCase()])}`),
      );
      const api = bench.client();
      const override = await api.get('/home', { headers: { [name]: 'DELETE' } });
      expect(override.cache.stored).toBe(false);
      expect((await api.get('/home')).data).toBe('for undefined');
    },
  );

  test.each(['/account/x.css', '/account;x.css', '/account%0a.css'])(
    'T29 %s without caching headers is not stored for its name',
    async (path) => {
      bench.origin.reply(path, { body: 'the account page' });
      const api = bench.client();
      expect((await api.get(path)).cache.stored).toBe(false);
      expect((await api.get(path)).cache.status).toBe('miss');
    },
  );

  test.each([400, 405, 413, 431])(
    'T30 a %i that one caller provoked does not replace the good answer',
    async (status) => {
      bench.origin.reply('/', (req, res) => {
        const isOdd = req.headers['x-odd'] !== undefined;
        res.writeHead(isOdd ? status : 200, fresh()).end(isOdd ? 'bad' : 'good');
      });
      const api = bench.client();
      await api.get('/');
      await outcome(api.get('/', { headers: { 'X-Odd': 'x'.repeat(100), 'Cache-Control': 'no-cache' } }));
      const { data, cache } = await api.get('/');
      expect([data, cache.status]).toEqual(['good', 'hit']);
    },
  );

  test('T59 early hints before a no-store answer lend it no lifetime', async () => {
    bench.origin.reply('/hints', (_req, res) => {
      res.writeEarlyHints({ link: '</a.css>; rel=preload', 'cache-control': 'max-age=99' });
      res.writeHead(200, { 'cache-control': 'no-store' }).end('x');
    });
    const api = bench.client();
    expect((await api.get('/hints')).cache.stored).toBe(false);
  });

  test('T57 fields that contradict each other are read in the same careful way by both adapters', async () => {
    const api = bench.client();
    const asks: Readonly<Record<string, Record<string, string | string[]>>> = {
      '/store': { 'cache-control': ['max-age=60', 'no-store'] },
      '/expires': { expires: ['0', 'Thu, 01 Dec 2033 16:00:00 GMT'] },
      '/age': { 'cache-control': 'max-age=60', age: ['1', '5000'] },
    };
    for (const [path, headers] of Object.entries(asks)) {
      bench.origin.reply(path, (_req, res) => {
        for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
        res.end('x');
      });
      await api.get(path);
      expect([path, (await api.get(path)).cache.status]).toEqual([path, 'miss']);
    }
  });
});
