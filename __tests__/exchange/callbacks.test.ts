/** T92; DESIGN 4: the caller's own functions are asked, and what they throw fails nobody. */
import type { CacheOptions } from 'axios-http-cache';
import { ADAPTERS, fresh, until, useBench } from './bench.js';
import { drain } from './data.js';

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);
  beforeEach(() => {
    bench.origin.reply('/a', { headers: fresh({ 'x-kind': 'k' }), body: 'the body' });
  });

  test('filterFn sees the response, and declines by false alone, at once or later', async () => {
    const seen: unknown[] = [];
    const verdicts: unknown[] = [false, Promise.resolve(false), undefined];
    const filterFn = (response: {
      status: number;
      url: string;
      headers: Record<string, string>;
      text(): string;
    }): any => {
      seen.push([response.status, new URL(response.url).pathname, response.headers['x-kind'], response.text()]);
      return verdicts.shift();
    };
    const api = bench.client({ filterFn });
    const declined = await api.get('/a');
    expect(declined.cache).toMatchObject({ status: 'miss', stored: false });
    expect(declined.cache.explain()).toMatch(/filterFn/);
    expect((await api.get('/a')).cache.stored).toBe(false);
    expect((await api.get('/a')).cache.stored).toBe(true);
    expect(seen).toEqual([0, 1, 2].map(() => [200, '/a', 'k', 'the body']));
  });

  test('filterFn of a stream is asked when the content is there', async () => {
    const texts: string[] = [];
    const filterFn = ({ text }: { text(): string }): boolean => texts.push(text()) > 1;
    const api = bench.client({ filterFn });
    for (const stored of [false, true]) {
      await drain((await api.get('/a', { responseType: 'stream' })).data);
      if (stored) await until(() => api.cache.stats().store.entries === 1);
      else expect(api.cache.stats().store.entries).toBe(0);
    }
    expect(texts).toEqual(['the body', 'the body']);
  });

  test('filterFn of a response that is not to be stored anyway is not asked', async () => {
    bench.origin.reply('/n', { headers: { 'cache-control': 'no-store' }, body: 'n' });
    const filterFn = jest.fn(() => true);
    await bench.client({ filterFn }).get('/n');
    expect(filterFn).not.toHaveBeenCalled();
  });

  test('keyFn gives two URLs one identity, and keeps credentials apart', async () => {
    bench.origin.reply('/me', (req, res) => res.writeHead(200, fresh()).end(req.headers.authorization));
    const api = bench.client({ keyFn: ({ url }) => new URL(url).pathname });
    await api.get('/me?cachebuster=1', { headers: { Authorization: 'alice' } });
    expect((await api.get('/me?cachebuster=2', { headers: { Authorization: 'bob' } })).data).toBe('bob');
    expect((await api.get('/me?cachebuster=1', { headers: { Authorization: 'alice' } })).cache.status).toBe('hit');
  });

  test('keyFn can tell apart what is one URL', async () => {
    const api = bench.client({ keyFn: ({ config }, standard) => `${standard} ${String((config as any).version)}` });
    await api.get('/a', { version: 1 } as never);
    expect((await api.get('/a', { version: 2 } as never)).cache.status).toBe('miss');
    expect((await api.get('/a', { version: 1 } as never)).cache.status).toBe('hit');
  });

  const boom = (): never => {
    throw new Error('mine');
  };
  const later = (): any => Promise.reject(new Error('mine'));

  test.each<[string, CacheOptions, string]>([
    ['filterFn throws', { filterFn: boom }, 'filterFn'],
    ['filterFn rejects', { filterFn: later }, 'filterFn'],
    ['keyFn throws', { keyFn: boom }, 'keyFn'],
    ['partition throws', { partition: boom }, 'partition'],
    ['tags throws', { tags: boom }, 'tags'],
  ])('T92 %s: the request succeeds, one event tells', async (_name, options, operation) => {
    const api = bench.client(options);
    expect((await api.get('/a')).data).toBe('the body');
    const errors = bench.events.filter(({ type }) => type === 'error');
    expect(errors).toHaveLength(1);
    expect(errors[0]?.operation).toContain(operation);
    expect((errors[0]?.cause as Error).message).toBe('mine');
    expect((await api.get('/a')).data).toBe('the body');
  });

  test.each<[string, CacheOptions]>([
    ['partition throws', { partition: boom }],
    ['keyFn throws', { keyFn: boom }],
  ])('%s: nothing is stored where nobody knows whose it is', async (_name, options) => {
    const api = bench.client(options);
    await api.get('/a');
    expect((await api.get('/a')).cache.status).not.toBe('hit');
    expect(api.cache.stats().store.entries).toBe(0);
  });

  test('T92 listeners that throw or reject', async () => {
    const api = bench.client({ onEvent: boom });
    api.cache.on('miss', boom);
    api.cache.on('miss', later);
    expect((await api.get('/a')).data).toBe('the body');
    expect((await api.get('/a')).cache.status).toBe('hit');
  });

  test("a transform of the caller's that throws is its own error, and what is stored stays", async () => {
    const api = bench.client();
    await expect(api.get('/a', { transformResponse: boom })).rejects.toThrow('mine');
    expect((await api.get('/a')).cache.status).toBe('hit');
  });
});
