/** RELIABILITY 4.4: waiters of one flight are judged each by its own limits. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ADAPTERS, fresh, outcome, times, until, useBench } from './bench.js';

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);
  const BODY = { text: 'x'.repeat(2_000) };
  const slow = (delayMs = 100, status = 200): void => {
    bench.origin.reply('/a', { status, headers: fresh(), body: BODY, delayMs });
  };

  test('timeout: a waiter with a shorter one gives up alone', async () => {
    slow(250);
    const api = bench.client();
    const others = times(9, () => api.get('/a'));
    const hasty = await outcome(api.get('/a', { timeout: 60 }));
    expect(['ECONNABORTED', 'ETIMEDOUT']).toContain(hasty.error.code);
    expect(hasty.error.message).toBe('timeout of 60ms exceeded');
    expect((await Promise.all(others)).every(({ data }) => data.text === BODY.text)).toBe(true);
    expect(bench.origin.hits).toBe(1);
  });

  test('timeout: the first caller with a shorter one gives up alone', async () => {
    slow(250);
    const api = bench.client();
    const hasty = outcome(api.get('/a', { timeout: 60 }));
    const others = times(9, () => api.get('/a'));
    expect(['ECONNABORTED', 'ETIMEDOUT']).toContain((await hasty).error.code);
    expect((await Promise.all(others)).every(({ data }) => data.text === BODY.text)).toBe(true);
    // The adapter watches the limits of who caused the request: whoever allows more asks once more, together.
    expect(bench.origin.hits).toBe(2);
  });

  test('timeout: the error is the one that axios throws', async () => {
    slow(400);
    for (const config of [
      { timeout: 50 },
      // axios' fetch adapter does not know this one.
      ...(adapter === 'http' ? [{ timeout: 50, timeoutErrorMessage: 'too slow' }] : []),
      { timeout: 50, transitional: { clarifyTimeoutError: true } },
    ]) {
      const plain = await outcome(bench.plain().get('/a', config));
      const api = bench.client();
      const ours = await outcome(api.get('/a', config));
      const [, waiter] = await Promise.all([outcome(api.get('/a')), outcome(api.get('/a', config))]);
      expect([ours.error.code, ours.error.message]).toEqual([plain.error.code, plain.error.message]);
      expect([waiter.error.code, waiter.error.message]).toEqual([plain.error.code, plain.error.message]);
    }
  });

  test('timeout: it counts for the last waiter too, and ends the origin request', async () => {
    let closed = 0;
    bench.origin.reply('/a', (_req, res) => {
      res.on('close', () => {
        closed += 1;
      });
    });
    const api = bench.client();
    const ends = await Promise.all([outcome(api.get('/a', { timeout: 60 })), outcome(api.get('/a', { timeout: 120 }))]);
    expect(ends.every(({ error }) => /timeout/.test(error.message))).toBe(true);
    await until(() => closed >= 1 && api.cache.stats().flights === 0);
  });

  test('timeout: a store that does not answer does not hold up a request beyond its own limit by much', async () => {
    slow(0);
    const store = { get: () => new Promise(() => undefined), set: () => true, delete: () => true };
    const api = bench.client({ store });
    const startedAt = performance.now();
    expect((await api.get('/a')).data).toEqual(BODY);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  test.each([
    ["the first caller's", 0, 2],
    ["another caller's", 1, 1],
  ])('maxContentLength: %s is too small for the answer, the others get it', async (_name, at, requests) => {
    slow();
    const api = bench.client();
    const ends = await Promise.all(
      times(5, (caller) => outcome(api.get('/a', caller === at ? { maxContentLength: 1_000 } : {}))),
    );
    expect(ends[at]!.error.message).toBe('maxContentLength size of 1000 exceeded');
    expect(ends.filter(({ value }) => value?.data.text === BODY.text)).toHaveLength(4);
    expect(bench.origin.hits).toBe(requests);
  });

  test('T39 maxContentLength alone: the request rejects as axios does, and nothing is stored', async () => {
    slow(0);
    const config = { maxContentLength: 1_000 };
    const plain = await outcome(bench.plain().get('/a', config));
    const api = bench.client();
    const { error } = await outcome(api.get('/a', config));
    expect([error.code, error.message]).toEqual([plain.error.code, plain.error.message]);
    expect(api.cache.stats().store.entries).toBe(0);
  });

  test('maxContentLength holds for what is stored as well', async () => {
    slow(0);
    const api = bench.client();
    await api.get('/a');
    const { error } = await outcome(api.get('/a', { maxContentLength: 1_000 }));
    expect(error.message).toBe('maxContentLength size of 1000 exceeded');
    expect((await api.get('/a', { maxContentLength: 10_000 })).cache.status).toBe('hit');
    expect(bench.origin.hits).toBe(1);
  });

  test("validateStatus: each waiter's own, on a shared 404 and on a stored one", async () => {
    slow(80, 404);
    const api = bench.client();
    const asks = [{}, { validateStatus: () => true }, { validateStatus: (status: number) => status === 404 }, {}];
    for (const round of ['shared', 'stored']) {
      const ends = await Promise.all(asks.map((ask) => outcome(api.get('/a', ask))));
      expect([round, ...ends.map(({ value, error }) => value?.status ?? error.code)]).toEqual([
        round,
        'ERR_BAD_REQUEST',
        404,
        404,
        'ERR_BAD_REQUEST',
      ]);
      expect(ends[0]!.error.response.data).toEqual(BODY);
    }
    expect(bench.origin.hits).toBe(1);
  });

  test('validateStatus: null and undefined accept everything, as with axios', async () => {
    slow(0, 404);
    const api = bench.client();
    expect((await api.get('/a', { validateStatus: null })).status).toBe(404);
    expect((await api.get('/a', { validateStatus: null })).cache.status).toBe('hit');
  });

  test("responseType and transformResponse: each waiter's own, from one request", async () => {
    slow();
    const api = bench.client();
    const [json, text, bytes, blob, own, none] = await Promise.all([
      api.get('/a', { responseType: 'json' }),
      api.get('/a', { responseType: 'text', transformResponse: [] }),
      api.get('/a', { responseType: 'arraybuffer' }),
      api.get('/a', { responseType: 'blob' }),
      api.get('/a', { transformResponse: [(data: string) => data.length] }),
      api.get('/a'),
    ]);
    const written = JSON.stringify(BODY);
    expect(json.data).toEqual(BODY);
    expect(text.data).toBe(written);
    expect(Buffer.from(bytes.data).toString()).toBe(written);
    // axios' http adapter knows no Blob.
    expect(adapter === 'http' ? blob.data : await blob.data.text()).toBe(written);
    expect(own.data).toBe(written.length);
    expect(none.data).toEqual(BODY);
    expect(bench.origin.hits).toBe(1);
  });

  test('T43 A: transformResponse: () => 1, B: the default; B gets the real data', async () => {
    slow(0);
    const api = bench.client();
    expect((await api.get('/a', { transformResponse: () => 1 })).data).toBe(1);
    expect((await api.get('/a')).data).toEqual(BODY);
    expect((await api.get('/a', { transformResponse: () => 2 })).data).toBe(2);
    expect(bench.origin.hits).toBe(1);
  });

  test('a waiter whose transform throws fails alone', async () => {
    slow();
    const api = bench.client();
    const broken = (): never => {
      throw new Error('mine');
    };
    const [bad, good] = await Promise.all([
      outcome(api.get('/a', { transformResponse: broken })),
      outcome(api.get('/a')),
    ]);
    expect(bad.error.message).toBe('mine');
    expect(good.value?.data).toEqual(BODY);
    await sleep(0);
    expect((await api.get('/a')).cache.status).toBe('hit');
  });
});
