/** Issue 2 "Done when": several plugins, several instances, the same plugin twice, and uninstalling. */
import { ADAPTERS, fresh, useBench } from '../exchange/bench.js';

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);

  test('two plugins on two instances share nothing', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: 'a' });
    const one = bench.client();
    const other = bench.client();
    await one.get('/a');
    expect((await other.get('/a')).cache.status).toBe('miss');
    expect(bench.origin.hits).toBe(2);
    expect(one.cache.stats()).toMatchObject({ miss: 1, hit: 0 });
    await one.cache.clear();
    expect((await other.get('/a')).cache.status).toBe('hit');
  });

  test('one plugin on two instances: one store and one statistics', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: 'a' });
    const plugin = bench.plugin();
    const one = bench.over(plugin);
    const other = bench.over(plugin);
    await one.get('/a');
    expect((await other.get('/a')).cache.status).toBe('hit');
    expect(bench.origin.hits).toBe(1);
    expect(one.cache.stats()).toMatchObject({ miss: 1, hit: 1 });
    expect(other.cache.stats()).toMatchObject({ miss: 1, hit: 1 });
  });

  test('one plugin on two instances: one flight for both', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: 'a', delayMs: 60 });
    const plugin = bench.plugin();
    const one = bench.over(plugin);
    const other = bench.over(plugin);
    const answers = await Promise.all([one.get('/a'), other.get('/a'), one.get('/a')]);
    expect(answers.map(({ data }) => data)).toEqual(['a', 'a', 'a']);
    expect(answers.map(({ cache }) => cache.collapsed)).toEqual([false, true, true]);
    expect(bench.origin.hits).toBe(1);
  });

  test('the same plugin twice on one instance is a no-op', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: 'a' });
    const plugin = bench.plugin();
    const api = bench.over(plugin);
    const { cache } = api;
    expect(api.use(plugin)).toBe(api);
    expect(api.cache).toBe(cache);
    expect((api.interceptors.request as unknown as { handlers: unknown[] }).handlers).toHaveLength(1);
    await api.get('/a');
    const { headers } = await api.get('/a');
    expect(headers['cache-status']).toMatch(/^axios-http-cache; hit; ttl=\d+[^,]*$/);
    expect(cache.stats()).toMatchObject({ miss: 1, hit: 1 });
  });

  test('uninstall() leaves an instance without a cache, and others with theirs', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: 'a' });
    const plugin = bench.plugin();
    const one = bench.over(plugin);
    const other = bench.over(plugin);
    await one.get('/a');
    one.cache.uninstall();
    expect(one.cache).toBeUndefined();
    const bare = await one.get('/a');
    expect(bare.cache).toBeUndefined();
    expect(bare.headers['cache-status']).toBeUndefined();
    expect(bench.origin.hits).toBe(2);
    expect((await other.get('/a')).cache.status).toBe('hit');
  });

  test('uninstall() touches no other interceptor, and the plugin can be used again', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: 'a' });
    const plugin = bench.plugin();
    const api = bench.plain();
    const order: string[] = [];
    api.interceptors.request.use((config) => (order.push('before'), config));
    const cached = api.use(plugin);
    api.interceptors.request.use((config) => (order.push('after'), config));
    await cached.get('/a');
    cached.cache.uninstall();
    await api.get('/a');
    expect(order).toEqual(['after', 'before', 'after', 'before']);
    const again = api.use(plugin);
    expect((await again.get('/a')).cache.status).toBe('hit');
    expect(bench.origin.hits).toBe(2);
    await again.cache.close();
  });

  test('a request under way survives uninstall() and close()', async () => {
    bench.origin.reply('/slow', { headers: fresh(), body: 'late', delayMs: 60 });
    const api = bench.client();
    const pending = [api.get('/slow'), api.get('/slow')];
    const { cache } = api;
    cache.uninstall();
    await cache.close();
    expect((await Promise.all(pending)).map(({ data }) => data)).toEqual(['late', 'late']);
  });

  test('close() ends the store; requests go on without it', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: 'a' });
    const api = bench.client();
    await api.get('/a');
    await api.cache.close();
    const after = await api.get('/a');
    expect(after.data).toBe('a');
    expect(after.cache).toMatchObject({ status: 'miss', stored: false });
    await api.cache.close();
    expect(bench.origin.hits).toBe(2);
  });
});
