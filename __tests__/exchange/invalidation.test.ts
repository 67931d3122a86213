/** RFC 9111 §4.4; T77-T81 in one process: what a successful unsafe request makes untrue. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ADAPTERS, fresh, outcome, until, useBench } from './bench.js';

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);
  const answerWith = (status: number, headers: Record<string, string> = {}): void => {
    bench.origin.reply('/a', (req, res, n) => {
      if (req.method === 'GET') res.writeHead(200, fresh()).end(`get ${String(n)}`);
      else res.writeHead(status, headers).end();
    });
  };

  describe.each(['POST', 'PUT', 'PATCH', 'DELETE'])('T77 %s', (method) => {
    test.each([200, 201, 204, 205, 302])('answered %i drops what is stored for the URL', async (status) => {
      answerWith(status);
      const api = bench.client();
      await api.get('/a');
      await api.request({ url: '/a', method, maxRedirects: 0, validateStatus: () => true });
      expect((await api.get('/a')).cache.status).toBe('miss');
    });

    test.each([400, 404, 500, 503])('answered %i drops nothing', async (status) => {
      answerWith(status);
      const api = bench.client();
      await api.get('/a');
      await outcome(api.request({ url: '/a', method }));
      expect((await api.get('/a')).cache.status).toBe('hit');
    });
  });

  test('a GET right after the response of the POST, without anything in between, goes to the origin', async () => {
    answerWith(200);
    const api = bench.client();
    await api.get('/a');
    const [after] = await Promise.all([api.post('/a').then(() => api.get('/a'))]);
    expect(after.data).toBe('get 3');
  });

  test('T78 Location and Content-Location of the same origin are dropped, another origin is not', async () => {
    const headers = { location: '/b', 'content-location': `${bench.origin.url}/c`, link: '</d>' };
    answerWith(201, headers);
    for (const path of ['/b', '/c', '/d']) bench.origin.reply(path, { headers: fresh(), body: path });
    const api = bench.client();
    for (const path of ['/b', '/c', '/d']) await api.get(path);
    await api.post('/a');
    expect((await api.get('/b')).cache.status).toBe('miss');
    expect((await api.get('/c')).cache.status).toBe('miss');
    expect((await api.get('/d')).cache.status).toBe('hit');
  });

  test('T78 a Location at another origin drops nothing there', async () => {
    const port = String(bench.origin.port);
    answerWith(201, { location: `http://localhost:${port}/b` });
    bench.origin.reply('/b', { headers: fresh(), body: 'b' });
    const api = bench.client();
    await api.get(`http://localhost:${port}/b`);
    await api.post('/a');
    expect((await api.get(`http://localhost:${port}/b`)).cache.status).toBe('hit');
  });

  test('T79 all variants and all partitions of the URL are dropped', async () => {
    bench.origin.reply('/a', (req, res) => {
      const { authorization = 'nobody', 'accept-language': language } = req.headers;
      res.writeHead(200, fresh({ vary: 'Accept-Language' })).end(`${authorization} ${String(language)}`);
    });
    const api = bench.client();
    const callers = ['alice', 'bob'].flatMap((user) =>
      ['de', 'en'].map((language) => ({ headers: { Authorization: user, 'Accept-Language': language } })),
    );
    for (const caller of callers) await api.get('/a', caller);
    for (const caller of callers) expect((await api.get('/a', caller)).cache.status).toBe('hit');
    await api.put('/a');
    for (const caller of callers) expect((await api.get('/a', caller)).cache.status).toBe('miss');
  });

  test('a query, a fragment and the way the URL is written name what is meant', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: 'a' });
    const api = bench.client();
    await api.get('/a', { params: { x: 1 } });
    await api.get('/a?x=2');
    await api.post('/a?x=1#top');
    expect((await api.get('/a?x=1')).cache.status).toBe('miss');
    expect((await api.get('/a?x=2')).cache.status).toBe('hit');
  });

  test('T80 a GET that began before the POST and ends after it is not stored', async () => {
    let value = 'old';
    bench.origin.reply('/a', async (req, res) => {
      if (req.method === 'POST') {
        value = 'new';
        res.end();
        return;
      }
      const answer = value;
      await sleep(answer === 'old' ? 200 : 0);
      res.writeHead(200, fresh()).end(answer);
    });
    const api = bench.client();
    const early = api.get('/a');
    await until(() => bench.origin.hits === 1);
    await api.post('/a');
    // A new caller does not join the flight from before.
    expect((await api.get('/a')).data).toBe('new');
    expect((await early).data).toBe('old');
    expect((await api.get('/a')).data).toBe('new');
  });

  test('T81 a refresh that began before the POST is not stored', async () => {
    let value = 'old';
    bench.origin.reply('/a', async (req, res, n) => {
      if (req.method === 'POST') {
        value = 'new';
        res.end();
        return;
      }
      const answer = value;
      if (n === 2) await sleep(200);
      res.writeHead(200, { 'cache-control': 'max-age=60, stale-while-revalidate=600', date: bench.date() }).end(answer);
    });
    const api = bench.client();
    await api.get('/a');
    bench.advance(90);
    expect((await api.get('/a')).cache.status).toBe('stale');
    await until(() => bench.origin.hits === 2);
    await api.post('/a');
    await until(() => api.cache.stats().refreshes === 0);
    expect((await api.get('/a')).data).toBe('new');
  });

  test('delete() while a GET is under way: its answer is not stored', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: 'a', delayMs: 100 });
    const api = bench.client();
    const early = api.get('/a');
    await until(() => bench.origin.hits === 1);
    await api.cache.delete({ urls: ['/a'] });
    await early;
    expect((await api.get('/a')).cache.status).toBe('miss');
  });

  test('a POST through `cache: false` invalidates as well', async () => {
    answerWith(204);
    const api = bench.client();
    await api.get('/a');
    await api.post('/a', undefined, { cache: false });
    expect((await api.get('/a')).cache.status).toBe('miss');
  });
});
