/** T31-T33; RFC 9110 §15.4: redirects are followed below the cache, which stores no more than each hop allows. */
import { startOrigin } from '../helpers/origin.js';
import { ADAPTERS, fresh, outcome, useBench } from './bench.js';
import { drain } from './data.js';

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);
  // Over fetch the hops cannot be seen: nothing that came through them is stored under the first URL.
  const seen = adapter === 'http';
  const redirect = (path: string, to: string, headers: Record<string, string> = {}, status = 302): void => {
    bench.origin.reply(path, { status, headers: { location: to, ...headers } });
  };
  const LONG = { 'cache-control': 'max-age=31536000, immutable' };

  test('T31 a no-store redirect to an immutable answer: the first URL follows when the origin moves on', async () => {
    redirect('/latest', '/v1', { 'cache-control': 'no-store' });
    bench.origin.reply('/v1', { headers: LONG, body: 'v1' });
    bench.origin.reply('/v2', { headers: LONG, body: 'v2' });
    const api = bench.client();
    const first = await api.get('/latest');
    expect(first.data).toBe('v1');
    expect(first.cache).toMatchObject({ status: 'miss', stored: false });
    redirect('/latest', '/v2', { 'cache-control': 'no-store' });
    expect((await api.get('/latest')).data).toBe('v2');
  });

  test('a redirect without a lifetime is not reused, though its target is', async () => {
    redirect('/latest', '/v1');
    bench.origin.reply('/v1', { headers: LONG, body: 'v1' });
    const api = bench.client();
    await api.get('/latest');
    expect((await api.get('/latest')).cache.status).toBe('miss');
  });

  test('a redirect with a lifetime: the answer is as fresh as the least fresh of the way', async () => {
    redirect('/a', '/b', { 'cache-control': 'max-age=20' });
    bench.origin.reply('/b', { headers: fresh(), body: 'b' });
    const api = bench.client();
    await api.get('/a');
    expect((await api.get('/a')).cache.status).toBe(seen ? 'hit' : 'miss');
    bench.advance(30);
    expect((await api.get('/a')).cache.status).toBe('miss');
  });

  test('a redirect with a longer lifetime than its target lends it none', async () => {
    redirect('/a', '/b', { 'cache-control': 'max-age=600' });
    bench.origin.reply('/b', { headers: fresh(), body: 'b' });
    const api = bench.client();
    await api.get('/a');
    bench.advance(90);
    expect((await api.get('/a')).cache.status).toBe('miss');
  });

  test.each([301, 308])('a permanent redirect (%i) may be reused without a lifetime', async (status) => {
    redirect('/a', '/b', {}, status);
    bench.origin.reply('/b', { headers: fresh(), body: 'b' });
    const api = bench.client();
    await api.get('/a');
    expect((await api.get('/a')).cache.status).toBe(seen ? 'hit' : 'miss');
  });

  test('T33 five redirects, the third no-store: nothing is stored', async () => {
    for (const at of [1, 2, 3, 4, 5])
      redirect(`/${String(at)}`, `/${String(at + 1)}`, at === 3 ? { 'cache-control': 'no-store' } : fresh(), 301);
    bench.origin.reply('/6', { headers: fresh(), body: 'end' });
    const api = bench.client();
    expect((await api.get('/1')).data).toBe('end');
    expect((await api.get('/1')).cache.status).toBe('miss');
    expect(api.cache.stats().store.entries).toBe(0);
  });

  test('T33 five redirects of different lifetimes: the shortest counts', async () => {
    for (const at of [1, 2, 3, 4, 5])
      redirect(`/${String(at)}`, `/${String(at + 1)}`, { 'cache-control': `max-age=${String(at === 4 ? 15 : 600)}` });
    bench.origin.reply('/6', { headers: { 'cache-control': 'max-age=600' }, body: 'end' });
    const api = bench.client();
    await api.get('/1');
    expect((await api.get('/1')).cache.status).toBe(seen ? 'hit' : 'miss');
    bench.advance(20);
    expect((await api.get('/1')).cache.status).toBe('miss');
  });

  test('T32 with credentials to another origin: nothing is stored under the first URL', async () => {
    const other = await startOrigin({ '/b': { headers: fresh(), body: 'b' } });
    try {
      redirect('/a', `${other.url}/b`, fresh(), 301);
      const api = bench.client();
      const alice = { headers: { Authorization: 'Bearer alice' } };
      expect((await api.get('/a', alice)).data).toBe('b');
      expect((await api.get('/a', alice)).cache.status).toBe('miss');
      expect(api.cache.stats().store.entries).toBe(0);
      // axios takes the credentials off on the way.
      expect(other.requests[0]?.headers.authorization).toBeUndefined();
    } finally {
      await other.close();
    }
  });

  test("T32 what one user was redirected to is not another's", async () => {
    bench.origin.reply('/me', (req, res) =>
      res.writeHead(302, fresh({ location: `/users/${String(req.headers.authorization)}` })).end(),
    );
    bench.origin.reply('/users/alice', { headers: fresh(), body: 'alice' });
    bench.origin.reply('/users/bob', { headers: fresh(), body: 'bob' });
    const api = bench.client();
    for (const user of ['alice', 'bob', 'alice', 'bob'])
      expect((await api.get('/me', { headers: { Authorization: user } })).data).toBe(user);
  });

  test('maxRedirects: 0 and following are two questions, whichever is asked first', async () => {
    if (!seen) return;
    redirect('/a', '/b', fresh());
    bench.origin.reply('/b', { headers: fresh(), body: 'b' });
    const stay = { maxRedirects: 0, validateStatus: () => true };
    for (const stayFirst of [true, false]) {
      const api = bench.client();
      const [first, second] = stayFirst
        ? [await api.get('/a', stay), await api.get('/a')]
        : [await api.get('/a'), await api.get('/a', stay)];
      expect([first.status, second.status]).toEqual(stayFirst ? [302, 200] : [200, 302]);
    }
  });

  test('maxRedirects: 0 rejects a 302 as plain axios does, fresh and stored', async () => {
    if (!seen) return;
    redirect('/a', '/b', fresh());
    const api = bench.client();
    const plain = await outcome(bench.plain().get('/a', { maxRedirects: 0 }));
    for (const status of ['miss', 'hit']) {
      const { error } = await outcome(api.get('/a', { maxRedirects: 0 }));
      expect([error.code, error.response.status]).toEqual([plain.error.code, 302]);
      expect(error.response.cache.status).toBe(status);
    }
  });

  test("the caller's own beforeRedirect is called, and may forbid", async () => {
    if (!seen) return;
    redirect('/a', '/b');
    bench.origin.reply('/b', { headers: fresh(), body: 'b' });
    const api = bench.client();
    const hops: string[] = [];
    await api.get('/a', { beforeRedirect: (options) => void hops.push(String(options['path'])) });
    expect(hops).toEqual(['/b']);
    const forbid = (): never => {
      throw new Error('not there');
    };
    const plain = await outcome(bench.plain().get('/a', { beforeRedirect: forbid }));
    const ours = await outcome(bench.client().get('/a', { beforeRedirect: forbid }));
    expect(ours.error.message).toBe(plain.error.message);
  });

  test('too many redirects: the error that plain axios gives', async () => {
    redirect('/loop', '/loop');
    const plain = await outcome(bench.plain().get('/loop'));
    const ours = await outcome(bench.client().get('/loop'));
    expect([ours.error.code, ours.error.message]).toEqual([plain.error.code, plain.error.message]);
  });

  test('a target asked for by its own URL is stored there', async () => {
    redirect('/a', '/b', { 'cache-control': 'no-store' });
    bench.origin.reply('/b', { headers: fresh(), body: 'b' });
    const api = bench.client();
    await api.get('/a');
    await api.get('/b');
    expect((await api.get('/b')).cache.status).toBe('hit');
  });

  test('a stream that came through redirects obeys the same', async () => {
    redirect('/latest', '/v1', { 'cache-control': 'no-store' });
    bench.origin.reply('/v1', { headers: LONG, body: 'v1' });
    const api = bench.client();
    const { data } = await api.get('/latest', { responseType: 'stream' });
    await drain(data);
    expect(api.cache.stats().store.entries).toBe(0);
  });

  test('a 304 to a validation that was redirected speaks of another URL: the entry is not kept on its word', async () => {
    bench.origin.reply('/a', { headers: fresh({ etag: '"1"' }), body: 'a' });
    bench.origin.reply('/b', (req, res) => {
      const known = req.headers['if-none-match'] === '"1"';
      res.writeHead(known ? 304 : 200, fresh({ etag: '"1"' })).end(known ? undefined : 'b');
    });
    const api = bench.client();
    expect((await api.get('/a')).data).toBe('a');
    bench.advance(90);
    redirect('/a', '/b', { 'cache-control': 'no-store' });
    expect((await api.get('/a')).data).toBe('b');
  });
});
