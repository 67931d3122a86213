/** T37; RELIABILITY 4.4, 4.5: streams that end early, are slow, are aborted or that nobody reads. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import { ADAPTERS, fresh, outcome, until, useBench } from './bench.js';
import { drain } from './data.js';

const STREAM = { responseType: 'stream' } as const;

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);
  const iterate = (data: any): AsyncIterator<Uint8Array> => data[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;

  // An origin that sends the second half when it is told to.
  function halves(): { finish(): void; closed: number } {
    const seen = { finish: (): void => undefined, closed: 0 };
    bench.origin.reply('/s', (_req, res) => {
      res.on('close', () => {
        if (!res.writableFinished) seen.closed += 1;
      });
      res.writeHead(200, fresh({ 'content-type': 'text/plain', 'content-length': '6' }));
      res.write('one');
      seen.finish = () => void res.end('two');
    });
    return seen;
  }

  test('an abandoned reader: the origin sees its connection close, nothing is stored, the next one is served', async () => {
    const origin = halves();
    const api = bench.client();
    const { data } = await api.get('/s', STREAM);
    await iterate(data).next();
    if (typeof data.destroy === 'function') data.destroy();
    else await data.cancel().catch(() => undefined);
    if (adapter === 'http') await until(() => origin.closed === 1);
    expect(api.cache.stats()).toMatchObject({ flights: 0, store: { entries: 0 } });
    const next = await api.get('/s', STREAM);
    origin.finish();
    expect((await drain(next.data)).toString()).toBe('onetwo');
  });

  test('a slow reader slows the origin, and does not fill the memory', async () => {
    let sent = 0;
    const part = Buffer.alloc(65_536, 'x');
    bench.origin.reply('/big', async (_req, res) => {
      const closed = once(res, 'close');
      res.writeHead(200, fresh());
      for (let at = 0; at < 3_000 && !res.destroyed; at += 1) {
        sent += part.length;
        if (!res.write(part)) await Promise.race([once(res, 'drain'), closed]);
      }
      res.end();
    });
    const api = bench.client();
    const { data } = await api.get('/big', STREAM);
    const reader = iterate(data);
    await reader.next();
    await sleep(300);
    // The whole is 187 MiB; what is under way fits into the buffers of sockets and streams.
    expect(sent).toBeLessThan(20_000_000);
    const { arrayBuffers } = process.memoryUsage();
    let size = 0;
    let most = 0;
    for (let step = await reader.next(); !step.done; step = await reader.next()) {
      size += step.value.length;
      most = Math.max(most, process.memoryUsage().arrayBuffers - arrayBuffers);
    }
    expect(size).toBeGreaterThan(190_000_000);
    // A copy of what cannot be stored is not kept; what was read waits for the collector.
    expect(most).toBeLessThan(120_000_000);
    expect(api.cache.stats().store.entries).toBe(0);
  });

  test('T37 cut at half: the reader sees an error, nothing is stored, the next request asks the origin', async () => {
    bench.origin.reply('/s', (_req, res) => {
      res.writeHead(200, fresh({ 'content-length': '100' }));
      res.write('x'.repeat(50));
      setTimeout(() => res.destroy(), 30);
    });
    const api = bench.client();
    const { data } = await api.get('/s', STREAM);
    const { error } = await outcome(drain(data));
    expect(error).toBeDefined();
    expect(api.cache.stats().store.entries).toBe(0);
    await outcome(api.get('/s'));
    expect(bench.origin.hits).toBe(2);
  });

  test.each(['signal', 'cancelToken'])(
    'an abort by %s ends the stream with an error; nothing is stored',
    async (by) => {
      const origin = halves();
      const api = bench.client();
      const controller = new AbortController();
      const source = axios.CancelToken.source();
      const config = by === 'signal' ? { signal: controller.signal } : { cancelToken: source.token };
      const { data } = await api.get('/s', { ...STREAM, ...config });
      const reader = iterate(data);
      await reader.next();
      controller.abort();
      source.cancel();
      const { error } = await outcome(reader.next());
      expect(error).toBeDefined();
      expect(api.cache.stats().store.entries).toBe(0);
      await until(() => origin.closed === 1);
    },
  );

  test('an abort before the head has come', async () => {
    bench.origin.reply('/s', { headers: fresh(), body: 'late', delayMs: 2_000 });
    const api = bench.client();
    for (const by of ['signal', 'cancelToken']) {
      const controller = new AbortController();
      const source = axios.CancelToken.source();
      const config = by === 'signal' ? { signal: controller.signal } : { cancelToken: source.token };
      const pending = outcome(api.get('/s', { ...STREAM, ...config }));
      await sleep(50);
      const startedAt = performance.now();
      controller.abort();
      source.cancel();
      expect([by, (await pending).error?.code]).toEqual([by, 'ERR_CANCELED']);
      expect(performance.now() - startedAt).toBeLessThan(1_000);
    }
  });

  test('an error status: the error carries the stream, as with plain axios', async () => {
    bench.origin.reply('/s', { status: 500, body: 'why it failed' });
    for (const client of [bench.plain(), bench.client()]) {
      const { error } = await outcome(client.get('/s', STREAM));
      expect(error.message).toBe('Request failed with status code 500');
      expect((await drain(error.response.data)).toString()).toBe('why it failed');
    }
  });

  test('a hundred hits that nobody reads leave nothing behind', async () => {
    bench.origin.reply('/s', { headers: fresh(), body: 'x'.repeat(100_000) });
    const api = bench.client();
    await drain((await api.get('/s', STREAM)).data);
    for (let round = 0; round < 100; round += 1) await api.get('/s', STREAM);
    expect(api.cache.stats()).toMatchObject({ hit: 100, flights: 0 });
  });
});
