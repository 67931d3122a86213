/** RELIABILITY 4.4: a waiter's abort hurts nobody else, and the last one's frees everything. */
import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import type { AxiosRequestConfig } from 'axios';
import { ADAPTERS, fresh, outcome, seededRandom, times, until, useBench } from './bench.js';

interface Stop {
  readonly config: AxiosRequestConfig;
  abort(): void;
}

const STOPS: Readonly<Record<string, () => Stop>> = {
  signal: () => {
    const controller = new AbortController();
    return { config: { signal: controller.signal }, abort: () => controller.abort() };
  },
  cancelToken: () => {
    const source = axios.CancelToken.source();
    return { config: { cancelToken: source.token }, abort: () => source.cancel('enough') };
  },
};

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);

  // An origin that answers after so long, and notes whose connection was closed before.
  function slowOrigin(delayMs: number, body = '{"a":1}'): { closed: number } {
    const seen = { closed: 0 };
    bench.origin.reply('/a', async (_req, res) => {
      res.on('close', () => {
        if (!res.writableFinished) seen.closed += 1;
      });
      await sleep(delayMs, undefined, { ref: false });
      res.writeHead(200, fresh({ 'content-type': 'application/json' })).end(body);
    });
    return seen;
  }

  describe.each(Object.keys(STOPS))('by %s', (by) => {
    const makeStop = STOPS[by]!;

    test.each([
      ['one of ten', 5],
      ['the first, who caused the request', 0],
    ])('%s: it rejects at once, the others are served by the same request', async (_name, leaves) => {
      const seen = slowOrigin(150);
      const api = bench.client();
      const stops = times(10, makeStop);
      const pending = stops.map(({ config }) => outcome(api.get('/a', config)));
      await until(() => bench.origin.hits === 1);
      const startedAt = performance.now();
      stops[leaves]!.abort();
      const { error } = await pending[leaves]!;
      expect(performance.now() - startedAt).toBeLessThan(120);
      expect(error.code).toBe('ERR_CANCELED');
      expect(axios.isCancel(error)).toBe(true);
      const ends = await Promise.all(pending);
      expect(ends.filter(({ value }) => value?.data.a === 1)).toHaveLength(9);
      expect(bench.origin.hits).toBe(1);
      expect(seen.closed).toBe(0);
    });

    test('the last: everything ends, and a new caller in the same tick is not cancelled with them', async () => {
      const seen = slowOrigin(150);
      const api = bench.client();
      const stops = times(3, makeStop);
      const pending = stops.map(({ config }) => outcome(api.get('/a', config)));
      await until(() => bench.origin.hits === 1);
      for (const stop of stops) stop.abort();
      // A signal tells at once; a token in the next microtask, which is soon enough.
      if (by !== 'signal') await Promise.resolve();
      expect(api.cache.stats().flights).toBe(0);
      const late = await api.get('/a');
      expect(late.data).toEqual({ a: 1 });
      expect(late.cache).toMatchObject({ status: 'miss', collapsed: false });
      expect((await Promise.all(pending)).every(({ error }) => error.code === 'ERR_CANCELED')).toBe(true);
      await until(() => seen.closed === 1);
      expect(bench.origin.hits).toBe(2);
    });

    test('the only caller: the origin sees its connection close, and nothing is stored', async () => {
      const seen = slowOrigin(5_000);
      const api = bench.client();
      const { config, abort } = makeStop();
      const pending = outcome(api.get('/a', config));
      await until(() => bench.origin.hits === 1);
      abort();
      expect((await pending).error.code).toBe('ERR_CANCELED');
      await until(() => seen.closed === 1);
      expect(api.cache.stats()).toMatchObject({ flights: 0, store: { entries: 0 } });
    });

    test('before it was sent: no traffic to the origin, none to the store', async () => {
      const traffic: string[] = [];
      const note = (operation: string) => (key: string) => {
        traffic.push(`${operation} ${key}`);
        return undefined;
      };
      const store = { get: note('get'), set: note('set'), delete: note('delete') };
      const api = bench.client({ store });
      const { config, abort } = makeStop();
      abort();
      expect((await outcome(api.get('/a', config))).error.code).toBe('ERR_CANCELED');
      expect(traffic).toEqual([]);
      expect(bench.origin.hits).toBe(0);
    });

    test('while the store is being asked: no request goes out', async () => {
      const store = { get: () => sleep(50, undefined), set: () => true, delete: () => true };
      const api = bench.client({ store });
      const { config, abort } = makeStop();
      const pending = outcome(api.get('/a', config));
      await sleep(10);
      abort();
      expect((await pending).error.code).toBe('ERR_CANCELED');
      expect(bench.origin.hits).toBe(0);
    });

    test('after the answer: nothing happens any more', async () => {
      slowOrigin(0);
      const api = bench.client();
      const { config, abort } = makeStop();
      await api.get('/a', config);
      abort();
      expect((await api.get('/a')).cache.status).toBe('hit');
    });

    test('the body is on its way: the abort ends it, and nothing is stored', async () => {
      bench.origin.reply('/a', (_req, res) => {
        res.writeHead(200, fresh({ 'content-length': '100' }));
        res.write('the beginning');
      });
      const api = bench.client();
      const { config, abort } = makeStop();
      const pending = outcome(api.get('/a', config));
      await until(() => bench.origin.hits === 1);
      await sleep(30);
      abort();
      expect((await pending).error.code).toBe('ERR_CANCELED');
      expect(api.cache.stats()).toMatchObject({ flights: 0, store: { entries: 0 } });
    });
  });

  test('the message of a cancelToken is in the error', async () => {
    slowOrigin(100);
    const api = bench.client();
    const source = axios.CancelToken.source();
    const pending = [outcome(api.get('/a')), outcome(api.get('/a', { cancelToken: source.token }))];
    await until(() => bench.origin.hits === 1);
    source.cancel('enough');
    const { error } = await pending[1]!;
    expect(error.message).toBe('enough');
    await pending[0];
  });

  test('one signal for many requests gathers no listeners', async () => {
    slowOrigin(20);
    const api = bench.client();
    const { signal } = new AbortController();
    await Promise.all(times(8, () => api.get('/a', { signal })));
    await Promise.all(times(8, () => api.get('/a', { signal })));
    await outcome(api.get('/refused', { signal }));
    await until(() => getEventListeners(signal, 'abort').length === 0);
  });

  test('1,000 callers, 500 of which abort at random: one request, 500 right answers, nothing left', async () => {
    const random = seededRandom(4);
    const seen = slowOrigin(1_500, JSON.stringify({ a: 1, list: times(50, String) }));
    const api = bench.client();
    const stops = times(1_000, (at) => (at % 2 === 0 ? STOPS['signal']! : STOPS['cancelToken']!)());
    const pending = stops.map(({ config }) => outcome(api.get('/a', config)));
    const leaving = stops
      .map((_, at) => at)
      .sort(() => random() - 0.5)
      .slice(0, 500);
    await until(() => bench.origin.hits === 1);
    await Promise.all(
      leaving.map(async (at) => {
        await sleep(random() * 150);
        stops[at]!.abort();
      }),
    );
    const ends = await Promise.all(pending);
    const left = new Set(leaving);
    const served = ends.filter((_, at) => !left.has(at));
    expect(leaving.every((at) => ends[at]!.error.code === 'ERR_CANCELED')).toBe(true);
    expect(served.every(({ value }) => value?.data.a === 1 && value.data.list.length === 50)).toBe(true);
    expect(new Set(served.map(({ value }) => value?.data)).size).toBe(500);
    expect(bench.origin.hits).toBe(1);
    expect(seen.closed).toBe(0);
    expect(api.cache.stats().flights).toBe(0);
    const signals = stops.flatMap(({ config }) => (config.signal === undefined ? [] : [config.signal as AbortSignal]));
    expect(signals.every((signal) => getEventListeners(signal, 'abort').length === 0)).toBe(true);
  });
});
