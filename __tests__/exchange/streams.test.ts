/** Issue 4: a miss streams as it arrives, a hit is a real stream of one's own. */
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { ADAPTERS, fresh, times, until, useBench } from './bench.js';
import { describeData, drain } from './data.js';

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

  test('a miss streams as it arrives: the first part is there before the origin has sent the second', async () => {
    const origin = halves();
    const api = bench.client();
    const { data, cache } = await api.get('/s', STREAM);
    expect(cache.status).toBe('miss');
    const reader = iterate(data);
    expect(Buffer.from((await reader.next()).value as Uint8Array).toString()).toBe('one');
    origin.finish();
    expect(Buffer.from((await reader.next()).value as Uint8Array).toString()).toBe('two');
    expect((await reader.next()).done).toBe(true);
    const hit = await api.get('/s', STREAM);
    expect(hit.cache.status).toBe('hit');
    expect((await drain(hit.data)).toString()).toBe('onetwo');
  });

  test("PEERS 2.1 #7: a hit is a stream of one's own, of the kind plain axios gives, however often it is asked for", async () => {
    bench.origin.reply('/s', { headers: fresh(), body: 'x'.repeat(200_000) });
    const api = bench.client();
    const [kind] = await describeData((await bench.plain().get('/s', STREAM)).data);
    for (const status of ['miss', 'hit', 'hit', 'hit']) {
      const { data, cache } = await api.get('/s', STREAM);
      expect(cache.status).toBe(status);
      const described = await describeData(data);
      expect(described[0]).toBe(kind);
      expect((described[1] as string).length).toBe(400_000);
    }
  });

  test('a stored stream serves other types, and they serve streams', async () => {
    bench.origin.reply('/j', { headers: fresh(), body: { a: 1 } });
    const api = bench.client();
    await drain((await api.get('/j', STREAM)).data);
    expect((await api.get('/j')).data).toEqual({ a: 1 });
    expect(bench.origin.hits).toBe(1);
  });

  test('concurrent streams are each complete, and so is a json caller beside them', async () => {
    bench.origin.reply('/j', { headers: fresh(), body: { text: 'x'.repeat(100_000) }, delayMs: 30 });
    const api = bench.client();
    const streams = times(5, () => api.get('/j', STREAM));
    const json = api.get('/j');
    for (const { data } of await Promise.all(streams)) expect((await drain(data)).length).toBe(100_011);
    expect((await json).data.text.length).toBe(100_000);
    expect((await api.get('/j')).cache.status).toBe('hit');
  });

  test('a stream larger than an entry may be is served whole, and not stored', async () => {
    bench.origin.reply('/s', { headers: fresh(), body: Buffer.alloc(50_000, 'x') });
    const api = bench.client({ maxEntryBytes: 10_000 });
    for (let round = 0; round < 2; round += 1)
      expect((await drain((await api.get('/s', STREAM)).data)).length).toBe(50_000);
    expect(bench.origin.hits).toBe(2);
  });

  test('RFC 9111 §4: a stream that may not be stored ends the entry it takes the place of', async () => {
    bench.origin.reply('/s', (_req, res, n) =>
      res.writeHead(200, { 'cache-control': n === 1 ? 'max-age=60, stale-while-revalidate=600' : 'no-store' }).end('s'),
    );
    const api = bench.client();
    await api.get('/s');
    await drain((await api.get('/s', { ...STREAM, headers: { 'Cache-Control': 'max-age=0' } })).data);
    expect((await api.get('/s')).cache.status).toBe('miss');
  });

  test('a coded stream is decoded on the way, and stored decoded', async () => {
    bench.origin.reply('/z', {
      headers: fresh({ 'content-encoding': 'gzip', 'content-type': 'application/json' }),
      body: gzipSync(JSON.stringify({ a: 'x'.repeat(1_000) })),
    });
    const api = bench.client();
    for (const status of ['miss', 'hit']) {
      const { data, cache, headers } = await api.get('/z', STREAM);
      const text = (await drain(data)).toString();
      expect(JSON.parse(text)).toEqual({ a: 'x'.repeat(1_000) });
      expect(cache.status).toBe(status);
      // T41; over fetch a miss tells what went over the wire, as plain axios does.
      if (adapter === 'http' || status === 'hit') expect(headers['content-length'] ?? '1008').toBe(String(text.length));
    }
  });

  test('a validation by a stream caller: 304 gives a stream of the stored content', async () => {
    bench.origin.reply('/e', (req, res) => {
      const known = req.headers['if-none-match'] === '"1"';
      res
        .writeHead(known ? 304 : 200, { ...fresh({ etag: '"1"' }), date: bench.date() })
        .end(known ? undefined : 'body');
    });
    const api = bench.client();
    await api.get('/e');
    bench.advance(90);
    const { data, cache } = await api.get('/e', STREAM);
    expect(cache.status).toBe('revalidated');
    expect((await drain(data)).toString()).toBe('body');
  });

  test('onDownloadProgress speaks on a miss, for a stream and for json, and is silent on a hit', async () => {
    bench.origin.reply('/s', {
      headers: fresh({ 'content-type': 'application/json' }),
      body: `"${'x'.repeat(200_000)}"`,
    });
    const api = bench.client();
    const loaded: number[] = [];
    const onDownloadProgress = (event: { loaded: number }): void => void loaded.push(event.loaded);
    await api.get('/s', { onDownloadProgress });
    await until(() => Math.max(0, ...loaded) >= 200_000);
    loaded.length = 0;
    await api.get('/s', { onDownloadProgress });
    await sleep(50);
    expect(loaded).toEqual([]);
  });
});
