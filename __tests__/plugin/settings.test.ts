/** DESIGN 2: `cache.settings` is checked on assignment and holds from the next request on; which layer outranks which. */
import { ADAPTERS, fresh, useBench } from '../exchange/bench.js';

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);
  const settingsOf = (api: { cache: { settings: object } }): Record<string, unknown> =>
    api.cache.settings as Record<string, unknown>;

  test('an assignment holds from the next request on, also for what is stored already', async () => {
    bench.origin.reply('/a', { body: 'a' });
    const api = bench.client();
    await api.get('/a');
    expect((await api.get('/a')).cache.status).toBe('miss');
    settingsOf(api)['expireAfter'] = 60;
    await api.get('/a');
    expect((await api.get('/a')).cache.status).toBe('hit');
    settingsOf(api)['disabled'] = true;
    expect((await api.get('/a')).cache.status).toBe('bypass');
    delete settingsOf(api)['disabled'];
    expect((await api.get('/a')).cache.status).toBe('hit');
  });

  test('settings read back, enumerate and test with `in`', () => {
    const api = bench.client({ expireAfter: '10m' });
    const settings = settingsOf(api);
    settings['staleIfError'] = true;
    expect(settings['expireAfter']).toBe('10m');
    expect({ ...settings }).toMatchObject({ expireAfter: '10m', staleIfError: true });
    expect('staleIfError' in settings).toBe(true);
    expect('refresh' in settings).toBe(false);
  });

  test('a setting of one instance holds for all instances of the plugin', async () => {
    bench.origin.reply('/a', { body: 'a' });
    const plugin = bench.plugin();
    const one = bench.over(plugin);
    const other = bench.over(plugin);
    settingsOf(one)['expireAfter'] = 60;
    await other.get('/a');
    expect((await other.get('/a')).cache.status).toBe('hit');
  });

  test('the request outranks the instance, the instance outranks the plugin', async () => {
    bench.origin.reply('/a', { body: 'a' });
    const api = bench.client({ expireAfter: 1_000 }, { cache: { expireAfter: 100 } });
    const lifetime = async (url: string, cache?: object): Promise<number> => {
      const { cache: info } = await api.get(url, { ...(cache && { cache }) });
      return Math.round(((info.expires?.getTime() ?? 0) - Date.now()) / 10_000) * 10;
    };
    bench.origin.reply('/b', { body: 'b' });
    bench.origin.reply('/c', { body: 'c' });
    expect(await lifetime('/a')).toBe(100);
    expect(await lifetime('/b', { expireAfter: 10 })).toBe(10);
    api.defaults.cache = {};
    expect(await lifetime('/c')).toBe(1_000);
  });

  test('urlsExpireAfter outranks the instance and the plugin; a request outranks it; the first match wins', async () => {
    const urlsExpireAfter = { '*/short/*': 10, '*/sh*': 999 };
    const api = bench.client({ urlsExpireAfter, expireAfter: 1_000 });
    const lifetime = async (url: string, cache?: object): Promise<number> => {
      bench.origin.reply(url, { body: 'x' });
      const { cache: info } = await api.get(url, { ...(cache && { cache }) });
      return Math.round(((info.expires?.getTime() ?? 0) - Date.now()) / 10_000) * 10;
    };
    expect(await lifetime('/short/1')).toBe(10);
    expect(await lifetime('/short/2', { expireAfter: 50 })).toBe(50);
    expect(await lifetime('/other')).toBe(1_000);
  });

  test('response headers outrank every lifetime of the options, do-not-cache outranks them', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: 'a' });
    const api = bench.client({ expireAfter: 1_000 });
    const { cache } = await api.get('/a', { cache: { expireAfter: 500 } });
    expect(Math.round(((cache.expires?.getTime() ?? 0) - Date.now()) / 10_000)).toBe(6);
    bench.origin.reply('/b', { headers: fresh(), body: 'b' });
    await api.get('/b', { cache: { expireAfter: 'do-not-cache' } });
    expect((await api.get('/b', { cache: { expireAfter: 'do-not-cache' } })).cache).toMatchObject({
      status: 'miss',
      stored: false,
    });
  });
});
