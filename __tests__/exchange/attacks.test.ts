/** Ways in which responses reached the wrong caller once: each is shut, and stays so. */
import { ADAPTERS, fresh, useBench } from './bench.js';

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);

  test('T20 a backslash ends the host, as for the adapters: no other origin gets the entry', async () => {
    bench.origin.reply('/home', { headers: { 'cache-control': 'public, max-age=60' }, body: 'of the victim' });
    const api = bench.client();
    const port = new URL(bench.origin.url).port;
    const link = `http://127.0.0.1:${port}\\@victim.invalid/home`;
    await api.get(link).catch(() => undefined);
    await expect(
      api.get('http://victim.invalid/home', { timeout: 2_000, cache: { onlyIfCached: true } }),
    ).rejects.toMatchObject({
      response: { status: 504 },
    });
  });

  test('§3.5 what is public at the end of a private redirect is not found by others at its beginning', async () => {
    bench.origin.reply('/me', (req, res) => {
      const user = String(req.headers.authorization);
      res.writeHead(302, { location: `/users/${user}`, 'cache-control': 'private, max-age=60' }).end();
    });
    for (const user of ['alice', 'bob'])
      bench.origin.reply(`/users/${user}`, { headers: { 'cache-control': 'public, max-age=60' }, body: user });
    const api = bench.client();
    for (const user of ['alice', 'bob', 'alice'])
      expect((await api.get('/me', { headers: { Authorization: user } })).data).toBe(user);
  });

  test('§4.1 a redirect that varies is not stored under the first URL', async () => {
    bench.origin.reply('/page', (req, res) => {
      const language = String(req.headers['accept-language']);
      res.writeHead(302, { location: `/${language}`, vary: 'Accept-Language', 'cache-control': 'max-age=60' }).end();
    });
    for (const language of ['de', 'fr']) bench.origin.reply(`/${language}`, { headers: fresh(), body: language });
    const api = bench.client();
    for (const language of ['de', 'fr'])
      expect((await api.get('/page', { headers: { 'Accept-Language': language } })).data).toBe(language);
  });

  test('a shared error is for everybody only if it says nothing else', async () => {
    bench.origin.reply('/busy', (req, res) => {
      setTimeout(() => {
        res.writeHead(503, { vary: 'X-User', 'cache-control': 'no-store' }).end(`for ${String(req.headers['x-user'])}`);
      }, 50);
    });
    const api = bench.client();
    const ask = async (user: string): Promise<unknown> =>
      (await api.get('/busy', { headers: { 'X-User': user }, validateStatus: null })).data;
    expect(await Promise.all([ask('alice'), ask('bob')])).toEqual(['for alice', 'for bob']);
  });

  test('promise 6: clear() and delete({ keys }) reach what is under way', async () => {
    let version = 'old';
    bench.origin.reply('/slow', (_req, res) => {
      const body = version;
      setTimeout(() => res.writeHead(200, fresh()).end(body), 80);
    });
    const api = bench.client();
    for (const forget of [async () => api.cache.clear(), async (key: string) => api.cache.delete({ keys: [key] })]) {
      version = 'old';
      const key = (await api.get('/slow', { cache: { forceRefresh: true } })).cache.key ?? '';
      const underWay = api.get('/slow', { cache: { forceRefresh: true } });
      await new Promise((resolve) => setTimeout(resolve, 30));
      version = 'new';
      await forget(key);
      expect((await underWay).data).toBe('old');
      expect((await api.get('/slow')).data).toBe('new');
    }
  });

  test('promise 3: of many that find only a validator, two requests are made, not one for each', async () => {
    bench.origin.reply('/tagged', (req, res) => {
      const known = req.headers['if-none-match'] === '"1"';
      setTimeout(() => res.writeHead(known ? 304 : 200, { etag: '"1"' }).end(known ? undefined : 'body'), 30);
    });
    const api = bench.client();
    const answers = await Promise.all(Array.from({ length: 50 }, async () => api.get('/tagged')));
    expect(new Set(answers.map(({ data }) => String(data)))).toEqual(new Set(['body']));
    expect(bench.origin.hits).toBe(2);
  });

  test('a waiter that comes late has its own time, not the rest of another', async () => {
    bench.origin.reply('/late', (_req, res, n) => {
      if (n > 1) res.writeHead(200, fresh()).end('here');
    });
    const api = bench.client();
    const first = api.get('/late', { timeout: 600 }).catch((error: unknown) => (error as { code: string }).code);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const second = api.get('/late', { timeout: 600 });
    expect(await first).toMatch(/ECONNABORTED|ETIMEDOUT/);
    expect((await second).data).toBe('here');
  });

  test('T84 an event of a failed refresh tells no secrets', async () => {
    bench.origin.reply('/swr', (_req, res, n) => {
      if (n === 1) res.writeHead(200, { 'cache-control': 'max-age=0, stale-while-revalidate=60' }).end('first');
      else res.destroy();
    });
    const seen: unknown[] = [];
    const api = bench.client();
    api.cache.on('refresh-failed', (event) => seen.push(event));
    const headers = { Authorization: 'Bearer s3cr3t' };
    await api.get('/swr', { headers });
    expect((await api.get('/swr', { headers })).cache.status).toBe('stale');
    for (let tries = 0; seen.length === 0 && tries < 100; tries += 1) await new Promise((r) => setTimeout(r, 20));
    expect(seen).toHaveLength(1);
    expect(JSON.stringify(seen)).not.toContain('s3cr3t');
  });

  test('an asynchronous keyFn is an event and no crash', async () => {
    bench.origin.reply('/k', { headers: fresh(), body: 'k' });
    const errors: unknown[] = [];
    const api = bench.client({ keyFn: (async () => Promise.reject(new Error('late'))) as never });
    api.cache.on('error', (event) => errors.push(event));
    expect((await api.get('/k')).data).toBe('k');
    expect(errors).toHaveLength(1);
  });

  test('promise 8: the error of a content that broke off tells what the cache did', async () => {
    bench.origin.reply('/cut', (_req, res) => {
      res.writeHead(200, { ...fresh(), 'content-length': '100' });
      res.write('ten bytes.');
      setTimeout(() => res.destroy(), 20);
    });
    const error = (await bench
      .client()
      .get('/cut')
      .catch((reason: unknown) => reason)) as {
      response?: { cache: { status: string; reason: string } };
    };
    expect(error).toBeInstanceOf(Error);
    // The fetch adapter gives no response with such an error.
    if (adapter === 'http') expect(error.response?.cache).toMatchObject({ status: 'miss', reason: 'uri-miss' });
    else expect(error.response).toBeUndefined();
  });
});
