/** T7-T9, T26-T30, T58, T59: what of a response is for one caller, for one connection, or for nobody again. */
import { fresh } from '../exchange/bench.js';
import { ask, STAGES, useStage } from './stage.js';

describe.each(STAGES)('$adapter over $store', (name) => {
  const stage = useStage(name);

  test('T7 Set-Cookie is for who asked, and in no later answer', async () => {
    stage.origin.reply('/s', { headers: fresh({ 'set-cookie': 'sid=s3cr3t; Path=/' }), body: 'x' });
    const [one, other] = stage.services();
    expect(String((await ask(one, '/s')).headers['set-cookie'])).toBe('sid=s3cr3t; Path=/');
    for (const api of [one, other]) {
      const { headers, cache } = await ask(api, '/s');
      expect([cache.status, headers['set-cookie']]).toEqual(['hit', undefined]);
    }
  });

  test('T7 nor in the answer of who shared the request', async () => {
    stage.origin.reply('/s', { headers: fresh({ 'set-cookie': 'sid=s3cr3t' }), body: 'x', delayMs: 40 });
    const [api] = stage.services();
    const answers = await Promise.all([ask(api, '/s'), ask(api, '/s'), ask(api, '/s')]);
    expect(answers.filter(({ headers }) => headers['set-cookie'] !== undefined).length).toBeLessThanOrEqual(1);
  });

  test.each([
    'private',
    'private=""',
    'private=" "',
    'private, private="x"',
    'private="x", private',
    'PRIVATE',
    'max-age=60 private',
    'private;',
    'private="set-cookie, authorization"',
    'private =  "a"',
    'public, private',
  ])('T8 %s is not stored where several share', async (directive) => {
    stage.origin.reply('/p', { headers: { 'cache-control': `max-age=60, ${directive}` }, body: 'x' });
    const [one, other] = stage.services({ shared: true });
    expect((await ask(one, '/p')).cache.stored).toBe(false);
    expect((await ask(other, '/p')).cache.status).toBe('miss');
  });

  test('T8 what a cache of one user stored is not served by one that several share', async () => {
    stage.origin.reply('/p', { headers: { 'cache-control': 'private, max-age=60' }, body: 'x' });
    const store = new Map();
    const own = stage.service(name.store === 'memory' ? { store, shared: false } : { shared: false });
    const common = stage.service(name.store === 'memory' ? { store, shared: true } : { shared: true });
    expect((await ask(own, '/p')).cache.stored).toBe(true);
    expect((await ask(common, '/p')).cache.status).toBe('miss');
  });

  test.each(['no-cache = "x-mine"', 'no-cache="x-mine', 'private=" x-mine "', 'private="x-mine', 'no-cache=x-mine'])(
    'T9 %s: the fields it names are never in an answer that was not validated',
    async (directive) => {
      stage.origin.reply('/q', (_req, res, n) => {
        res.writeHead(200, { 'cache-control': `${directive}, max-age=60`, 'x-mine': `n ${String(n)}` }).end('x');
      });
      const [one, other] = stage.services({ shared: true });
      await ask(one, '/q');
      expect((await ask(other, '/q')).headers['x-mine']).toBe('n 2');
    },
  );

  test('T26 a part first: no part is ever given as the whole', async () => {
    stage.origin.reply('/r', (req, res) => {
      const isPart = req.headers.range === 'bytes=0-3';
      const part = isPart ? { 'content-range': 'bytes 0-3/10' } : {};
      res.writeHead(isPart ? 206 : 200, fresh({ etag: '"1"', ...part })).end(isPart ? '0123' : '0123456789');
    });
    const [one, other] = stage.services();
    const range = { headers: { Range: 'bytes=0-3' } };
    expect((await ask(one, '/r', { ...range, responseType: 'text' })).status).toBe(206);
    for (const api of [one, other]) {
      const whole = await ask(api, '/r', { responseType: 'text' });
      expect([whole.status, String(whole.data)]).toEqual([200, '123456789'.padStart(10, '0')]);
    }
    const part = await ask(other, '/r', { ...range, responseType: 'text' });
    expect([part.status, String(part.data)]).toEqual([206, '0123']);
  });

  test('T27 a 206 that nobody asked for is passed on, and not stored', async () => {
    stage.origin.reply('/r', (_req, res) => {
      res.writeHead(206, fresh({ 'content-range': 'bytes 0-3/10' })).end('0123');
    });
    const [one, other] = stage.services();
    for (const api of [one, other]) {
      const { status, cache } = await ask(api, '/r');
      expect([status, cache.status, cache.stored]).toEqual([206, 'miss', false]);
    }
  });

  test.each([
    ...['X-Forwarded-Host', 'X-Forwarded-Scheme', 'X-Forwarded-Proto', 'X-Forwarded-Port', 'X-Forwarded-Prefix'],
    ...['X-Forwarded-Server', 'X-Original-URL', 'X-Rewrite-URL', 'X-Original-Host', 'X-Host', 'Forwarded'],
  ])('T28 %s: what it provoked is not what others get', async (field) => {
    stage.origin.reply('/home', (req, res) => {
      res
        .writeHead(200, { 'cache-control': 'public, max-age=60' })
        .end(`for ${String(req.headers[field.toLowerCase()])}`);
    });
    const [one, other] = stage.services();
    await ask(one, '/home', { headers: { [field]: 'evil' } });
    for (const api of [one, other]) expect((await ask(api, '/home')).data).toBe('for undefined');
  });

  test.each(['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'])(
    'T28 %s: a GET that is a DELETE is not stored',
    async (field) => {
      stage.origin.reply('/home', (req, res) => {
        res.writeHead(200, fresh()).end(`for ${String(req.headers[field.toLowerCase()])}`);
      });
      const [one, other] = stage.services();
      expect((await ask(one, '/home', { headers: { [field]: 'DELETE' } })).cache.stored).toBe(false);
      expect((await ask(other, '/home')).data).toBe('for undefined');
    },
  );

  test.each(['/account/x.css', '/account;x.css', '/account%0a.css', '/account/..%2fx.js', '/account.jpg?x.css'])(
    'T29 %s: what a name looks like is no reason to store',
    async (path) => {
      stage.origin.reply(path, { body: 'the account page' });
      const [one, other] = stage.services();
      expect((await ask(one, path)).cache.stored).toBe(false);
      expect((await ask(other, path)).cache.status).toBe('miss');
    },
  );

  test.each([400, 403, 405, 413, 414, 431, 500, 501])(
    'T30 a %i that one caller provokes replaces no good answer',
    async (status) => {
      stage.origin.reply('/', (req, res) => {
        const isOdd = req.headers['x-odd'] !== undefined;
        res.writeHead(isOdd ? status : 200, fresh()).end(isOdd ? 'bad' : 'good');
      });
      const [one, other] = stage.services();
      await ask(one, '/');
      const odd = { 'X-Odd': 'x'.repeat(1_000), 'Cache-Control': 'no-cache' };
      expect((await ask(one, '/', { headers: odd })).status).toBe(status);
      for (const api of [one, other]) {
        const { data, cache } = await ask(api, '/');
        expect([data, cache.status]).toEqual(['good', 'hit']);
      }
    },
  );

  test('T58 fields of the connection are on no hit, nor are those that Connection names', async () => {
    const ofConnection: Readonly<Record<string, string>> = {
      'keep-alive': 'timeout=5',
      'proxy-authenticate': 'Basic',
      'proxy-authentication-info': 'x',
      te: 'trailers',
      trailer: 'Expires',
      upgrade: 'h2c',
      'x-hop': '1',
    };
    stage.origin.reply('/c', (_req, res) => {
      res.writeHead(200, fresh({ ...ofConnection, connection: 'X-Hop, close', 'x-kept': '1' }));
      res.end('x');
    });
    const [one, other] = stage.services();
    await ask(one, '/c');
    const { headers, cache } = await ask(other, '/c');
    expect([cache.status, headers['x-kept']]).toEqual(['hit', '1']);
    for (const field of [...Object.keys(ofConnection), 'connection'])
      expect([field, headers[field]]).toEqual([field, undefined]);
  });

  test('T59 neither early hints nor a trailer lend a lifetime', async () => {
    stage.origin.reply('/hints', (_req, res) => {
      res.writeEarlyHints({ link: '</a.css>; rel=preload', 'cache-control': 'max-age=99' });
      res.writeHead(200, { 'cache-control': 'no-store' }).end('x');
    });
    stage.origin.reply('/trailer', (_req, res) => {
      res.writeHead(200, { 'transfer-encoding': 'chunked', trailer: 'Cache-Control' });
      res.write('x');
      res.addTrailers({ 'cache-control': 'max-age=99' });
      res.end();
    });
    const [one, other] = stage.services();
    for (const path of ['/hints', '/trailer']) {
      await ask(one, path);
      expect([path, (await ask(other, path)).cache.status]).toEqual([path, 'miss']);
    }
  });

  test('T32 a beforeRedirect of the caller’s own that adds credentials', async () => {
    if (name.adapter === 'fetch') return; // fetch has none.
    stage.origin.reply('/go', (_req, res) => res.writeHead(301, fresh({ location: '/me' })).end());
    stage.origin.reply('/me', (req, res) =>
      res.writeHead(200, fresh()).end(`for ${String(req.headers.authorization)}`),
    );
    const [one, other] = stage.services();
    const as = (user: string): object => ({
      beforeRedirect: (options: { headers: Record<string, string> }) => {
        options.headers['authorization'] = user;
      },
    });
    for (const user of ['alice', 'bob'])
      for (const api of [one, other]) expect((await ask(api, '/go', as(user))).data).toBe(`for ${user}`);
    // One that only looks on changes nothing.
    const looking = { beforeRedirect: () => undefined };
    await ask(one, '/go', looking);
    expect((await ask(other, '/go', looking)).cache.status).toBe('hit');
  });
});
