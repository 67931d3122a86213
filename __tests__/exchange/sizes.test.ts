/** T40, T46; issue 4: bombs and bodies that are too large are served, and not stored. */
import { gzipSync } from 'node:zlib';
import { ADAPTERS, fresh, useBench } from './bench.js';
import { drain } from './data.js';

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);

  test('a body of exactly maxEntryBytes is stored, one of an octet more is not, and says so', async () => {
    bench.origin.reply('/fits', { headers: fresh(), body: Buffer.alloc(1_000, 'x') });
    bench.origin.reply('/over', { headers: fresh(), body: Buffer.alloc(1_001, 'x') });
    const api = bench.client({ maxEntryBytes: 1_000 });
    await api.get('/fits');
    expect((await api.get('/fits')).cache.status).toBe('hit');
    const over = await api.get('/over');
    expect(over.data).toHaveLength(1_001);
    expect(over.cache).toMatchObject({ status: 'miss', stored: false });
    expect(over.cache.explain()).toMatch(/not stored/);
    expect((await api.get('/over')).cache.status).toBe('miss');
  });

  test('the default is 5 MiB', async () => {
    bench.origin.reply('/fits', { headers: fresh(), body: Buffer.alloc(5 * 1024 * 1024, 'x') });
    bench.origin.reply('/over', { headers: fresh(), body: Buffer.alloc(5 * 1024 * 1024 + 1, 'x') });
    const api = bench.client();
    const config = { responseType: 'arraybuffer' } as const;
    await api.get('/fits', config);
    await api.get('/over', config);
    expect((await api.get('/fits', config)).cache.status).toBe('hit');
    expect((await api.get('/over', config)).cache.status).toBe('miss');
  });

  test('characters are counted as octets', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: '€'.repeat(400) });
    const api = bench.client({ maxEntryBytes: 1_000 });
    await api.get('/a');
    expect((await api.get('/a')).cache.status).toBe('miss');
  });

  test('T40 a bomb: 50 MiB of zeros in 50 KB of gzip are served as plain axios serves them, and not stored', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));
    bench.origin.reply('/bomb', {
      headers: fresh({ 'content-encoding': 'gzip', 'content-type': 'application/octet-stream' }),
      body: bomb,
    });
    const set = jest.fn(() => true);
    const api = bench.client({ store: { get: () => undefined, set, delete: () => true } });
    const { data, cache } = await api.get('/bomb', { responseType: 'arraybuffer' });
    expect(data.byteLength).toBe(50 * 1024 * 1024);
    expect(cache.stored).toBe(false);
    expect(set).not.toHaveBeenCalled();
  });

  test('T40 a bomb against maxContentLength: stopped on the way, as by plain axios', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));
    bench.origin.reply('/bomb', { headers: fresh({ 'content-encoding': 'gzip' }), body: bomb });
    const api = bench.client();
    await expect(api.get('/bomb', { maxContentLength: 100_000 })).rejects.toMatchObject({
      message: 'maxContentLength size of 100000 exceeded',
    });
    expect(api.cache.stats().store.entries).toBe(0);
  });

  test('T40 a coding named a thousand times', async () => {
    const coding = Array.from({ length: 1_000 }, () => 'gzip').join(', ');
    bench.origin.reply('/a', { headers: fresh({ 'content-encoding': coding }), body: gzipSync('x') });
    const api = bench.client();
    await api.get('/a', { responseType: 'arraybuffer' }).catch(() => undefined);
    await api.get('/a', { responseType: 'arraybuffer' }).catch(() => undefined);
    expect(api.cache.stats().flights).toBe(0);
  });

  test('many callers of one large body share it, and none is stored', async () => {
    bench.origin.reply('/big', { headers: fresh(), body: Buffer.alloc(6_000_000, 'x'), delayMs: 30 });
    const api = bench.client();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => api.get('/big', { responseType: 'arraybuffer' })),
    );
    expect(answers.every(({ data }) => data.byteLength === 6_000_000)).toBe(true);
    expect(api.cache.stats().store.entries).toBe(0);
  });

  test('a bomb as a stream is decoded as it is read, and not kept', async () => {
    const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024));
    bench.origin.reply('/bomb', { headers: fresh({ 'content-encoding': 'gzip' }), body: bomb });
    const api = bench.client();
    const { data } = await api.get('/bomb', { responseType: 'stream' });
    expect((await drain(data)).length).toBe(20 * 1024 * 1024);
    expect(api.cache.stats().store.entries).toBe(0);
  });
});
