/** `frozen`: one value for all who asked for that, which nobody can change, and copies for all others. */
import { ADAPTERS, fresh, times, useBench } from './bench.js';
import type { Client } from './bench.js';

const VALUE = { list: [{ id: 1, tags: ['a'] }], empty: {}, none: null };

function isDeepFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isDeepFrozen);
}

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);

  function spoil(data: typeof VALUE): void {
    data.list[0]?.tags.push('EVIL');
    data.list.length = 0;
    Object.assign(data, { evil: 1 });
  }

  test('hits share one value, which throws where it is changed', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: VALUE });
    const api = bench.client({ frozen: true });
    const answers = [await api.get('/a'), await api.get('/a'), await api.get('/a')];
    for (const { data } of answers) {
      expect(data).toEqual(VALUE);
      expect(isDeepFrozen(data)).toBe(true);
      expect(() => spoil(data as never)).toThrow(TypeError);
    }
    expect(answers[1]?.data).toBe(answers[2]?.data);
  });

  test('callers with and without it, in turn: none sees what another does', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: VALUE });
    const api = bench.client();
    let shared: unknown;
    for (const frozen of [false, true, false, true, true, false]) {
      const { data } = await api.get('/a', { cache: { frozen } });
      expect(data).toEqual(VALUE);
      expect(isDeepFrozen(data)).toBe(frozen);
      if (frozen) expect((shared ??= data)).toBe(data);
      else spoil(data as never);
    }
    expect(bench.origin.hits).toBe(1);
  });

  test('is an option of the plugin, of an instance and of a request, the nearest first', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: VALUE });
    const plugin = bench.plugin({ frozen: true });
    const others: Client = bench.over(plugin, { cache: { frozen: false } } as never);
    const api = bench.over(plugin);
    const isFrozen = async (client: Client, cache?: object): Promise<boolean> =>
      Object.isFrozen((await client.get('/a', { ...(cache && { cache }) })).data);
    await api.get('/a');
    expect([await isFrozen(api), await isFrozen(others)]).toEqual([true, false]);
    expect([await isFrozen(api, { frozen: false }), await isFrozen(others, { frozen: true })]).toEqual([false, true]);
    api.cache.settings.frozen = false;
    expect(await isFrozen(api)).toBe(false);
  });

  test('waiters of one flight: each gets what it asked for', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: VALUE, delayMs: 50 });
    const api = bench.client();
    await Promise.all(
      times(60, async (at) => {
        const frozen = at % 3 === 0;
        const { data } = await api.get('/a', { cache: { frozen } });
        expect(data).toEqual(VALUE);
        expect(isDeepFrozen(data)).toBe(frozen);
        if (!frozen) spoil(data as never);
      }),
    );
    expect(bench.origin.hits).toBe(1);
  });

  test('stale, revalidated, on error, and as the data of an error', async () => {
    let failing = false;
    bench.origin.reply('/a', (req, res) => {
      const is304 = req.headers['if-none-match'] === '"1"';
      res.writeHead(failing ? 503 : is304 ? 304 : 200, {
        'cache-control': 'max-age=10',
        etag: '"1"',
        date: bench.date(),
      });
      res.end(failing || is304 ? undefined : JSON.stringify(VALUE));
    });
    bench.origin.reply('/gone', { status: 410, headers: fresh(), body: VALUE });
    const api = bench.client({ frozen: true, staleIfError: true });
    const expectFrozen = ({ data }: { data: unknown }): void => {
      expect(data).toEqual(VALUE);
      expect(isDeepFrozen(data)).toBe(true);
    };
    expectFrozen(await api.get('/a'));
    bench.advance(20);
    const confirmed = await api.get('/a');
    expect(confirmed.cache.status).toBe('revalidated');
    expectFrozen(confirmed);
    bench.advance(20);
    failing = true;
    const stale = await api.get('/a');
    expect(stale.cache.status).toBe('stale');
    expectFrozen(stale);
    for (const status of ['miss', 'hit']) {
      const { response } = await api.get('/gone').then(
        () => ({ response: undefined }),
        (error: unknown) => error as { response: any },
      );
      expect(response.cache.status).toBe(status);
      expectFrozen(response);
    }
  });

  test('a 304, a range, a HEAD and octets are as without it', async () => {
    const headers = fresh({ etag: '"1"', 'content-type': 'application/json' });
    bench.origin.reply('/a', { headers, body: '[[1],[2]]' });
    const [api, usual] = [bench.client({ frozen: true }), bench.client()];
    const anyStatus = { validateStatus: () => true };
    for (const config of [
      {},
      { headers: { 'If-None-Match': '"1"' } },
      { headers: { Range: 'bytes=1-3' } },
      { headers: { Range: 'bytes=0-2' } },
      { headers: { Range: 'bytes=90-' } },
      { method: 'HEAD' },
      { responseType: 'text' },
      { transformResponse: [(data: string) => ({ length: data.length })] },
      {},
    ] as object[]) {
      const ask = async (client: Client): Promise<unknown> => {
        const { status, data } = await client.request({ url: '/a', ...anyStatus, ...config });
        return [status, data];
      };
      expect(await ask(api)).toEqual(await ask(usual));
      expect(await ask(api)).toEqual(await ask(usual));
    }
    const { data } = await api.get('/a', { responseType: 'arraybuffer' });
    new Uint8Array(data as ArrayBuffer).fill(0);
    if (Buffer.isBuffer(data)) data.fill(0);
    expect((await api.get('/a')).data).toEqual([[1], [2]]);
  });

  test('the value of an outside store is frozen too', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: VALUE });
    const api = bench.client({ frozen: true, store: new Map() });
    for (const status of ['miss', 'hit', 'hit']) {
      const { data, cache } = await api.get('/a');
      expect([cache.status, data, isDeepFrozen(data)]).toEqual([status, VALUE, true]);
    }
  });
});

describe('an adapter that answers with values', () => {
  const bench = useBench();

  test('is asked once, and what it gave is neither frozen nor shared', async () => {
    const given = structuredClone(VALUE);
    const adapter = async (config: any): Promise<any> => ({
      data: given,
      status: 200,
      statusText: 'OK',
      headers: fresh(),
      config,
      request: {},
    });
    const api = bench.client({ frozen: true }, { adapter });
    for (const status of ['miss', 'hit']) {
      const { data, cache } = await api.get('/a');
      expect([cache.status, data, isDeepFrozen(data)]).toEqual([status, VALUE, true]);
      expect(data).not.toBe(given);
    }
    expect(Object.isFrozen(given)).toBe(false);
    const copy = (await api.get('/a', { cache: { frozen: false } })).data as typeof VALUE;
    copy.list.length = 0;
    expect((await api.get('/a')).data).toEqual(VALUE);
  });
});
