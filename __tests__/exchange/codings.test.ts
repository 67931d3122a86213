/** T41; issue 4: content codings undone, kept (`decompress: false`), and what over fetch cannot be verified. */
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { ADAPTERS, fresh, outcome, useBench } from './bench.js';
import { describeData, describeResponse } from './data.js';

const JSON_TEXT = JSON.stringify({ text: 'x'.repeat(5_000) });
const CODED: Readonly<Record<string, (text: string) => Buffer>> = {
  gzip: (text) => gzipSync(text),
  'x-gzip': (text) => gzipSync(text),
  br: (text) => brotliCompressSync(text),
  deflate: (text) => deflateSync(text),
};

function replyCoded(bench: ReturnType<typeof useBench>, coding: string, body: Buffer, type = 'application/json'): void {
  bench.origin.reply('/z', {
    headers: fresh({ 'content-encoding': coding, 'content-type': type, 'content-length': String(body.length) }),
    body,
  });
}

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);

  test.each(Object.keys(CODED))('%s JSON: stored, and a hit equals plain axios in data', async (coding) => {
    replyCoded(bench, coding, CODED[coding]!(JSON_TEXT));
    const api = bench.client();
    const plain = await bench.plain().get('/z');
    const miss = await api.get('/z');
    const hit = await api.get('/z');
    expect(hit.cache.status).toBe('hit');
    expect(miss.data).toEqual(plain.data);
    expect(hit.data).toEqual(plain.data);
    for (const type of ['arraybuffer', 'text', 'blob', 'stream'] as const)
      expect(await describeData((await api.get('/z', { responseType: type, transformResponse: [] })).data)).toEqual(
        await describeData((await bench.plain().get('/z', { responseType: type, transformResponse: [] })).data),
      );
  });

  test('T41 gzip: content-length of a hit is that of the delivered body, content-encoding is gone', async () => {
    replyCoded(bench, 'gzip', gzipSync(JSON_TEXT));
    const api = bench.client();
    await api.get('/z');
    const { headers, data } = await api.get('/z', { responseType: 'arraybuffer' });
    expect(headers['content-encoding']).toBeUndefined();
    expect(headers['content-length'] ?? String(data.byteLength)).toBe(String(data.byteLength));
    expect(data.byteLength).toBe(JSON_TEXT.length);
  });

  test('deflate in its bare form', async () => {
    replyCoded(bench, 'deflate', deflateRawSync(JSON_TEXT));
    const api = bench.client();
    const plain = await outcome(bench.plain().get('/z'));
    const ours = await outcome(api.get('/z'));
    expect(ours.value?.data).toEqual(plain.value?.data);
  });

  test('coded content that is not JSON', async () => {
    replyCoded(bench, 'gzip', gzipSync('plain text '.repeat(1_000)), 'text/plain');
    const api = bench.client();
    const first = await api.get('/z');
    expect(first.data).toBe('plain text '.repeat(1_000));
    const second = await api.get('/z');
    expect(second.data).toBe(first.data);
    // Node's fetch hides a cut: only JSON shows that it is whole.
    expect(second.cache.status).toBe(adapter === 'http' ? 'hit' : 'miss');
    if (adapter === 'fetch') expect(first.cache.explain()).toMatch(/nothing tells whether its body is whole/);
  });

  test('a coding that nobody can undo is handed on as it is, and stored with its name', async () => {
    replyCoded(bench, 'gzip, br', gzipSync('twice'), 'text/plain');
    const api = bench.client();
    const plain = await outcome(bench.plain().get('/z', { responseType: 'arraybuffer' }));
    const ours = await outcome(api.get('/z', { responseType: 'arraybuffer' }));
    expect(ours.error === undefined).toBe(plain.error === undefined);
    if (ours.value && plain.value)
      expect(await describeResponse(ours.value)).toEqual(await describeResponse(plain.value));
  });

  test('bytes that are no gzip at all: the caller gets the error that plain axios gives, and nothing is stored', async () => {
    replyCoded(bench, 'gzip', Buffer.from('this is not gzip'));
    const api = bench.client();
    const plain = await outcome(bench.plain().get('/z'));
    const ours = await outcome(api.get('/z'));
    expect(ours.error?.name).toBe(plain.error?.name);
    expect(ours.error?.code).toBe(plain.error?.code);
    expect(api.cache.stats().store.entries).toBe(0);
  });

  test('a 304 confirms a coded entry, whose content stays as it was', async () => {
    const body = gzipSync(JSON_TEXT);
    bench.origin.reply('/z', (req, res) => {
      const known = req.headers['if-none-match'] === '"1"';
      const headers = {
        ...fresh({ etag: '"1"', 'content-encoding': 'gzip', 'content-type': 'application/json' }),
        date: bench.date(),
      };
      res.writeHead(known ? 304 : 200, headers).end(known ? undefined : body);
    });
    const api = bench.client();
    const { data } = await api.get('/z');
    bench.advance(90);
    const confirmed = await api.get('/z');
    expect(confirmed.cache.status).toBe('revalidated');
    expect(confirmed.data).toEqual(data);
    expect((await api.get('/z')).data).toEqual(data);
  });

  test('a HEAD and a 204 that name a coding are no cut contents', async () => {
    bench.origin.reply('/z', (req, res) => {
      res.writeHead(req.method === 'HEAD' ? 200 : 204, fresh({ 'content-encoding': 'gzip' })).end();
    });
    const api = bench.client();
    for (const method of ['HEAD', 'GET']) {
      await api.request({ url: '/z', method });
      expect((await api.request({ url: '/z', method })).cache.status).toBe('hit');
    }
  });
});

describe('decompress: false over http', () => {
  const bench = useBench('http');
  const body = gzipSync(JSON_TEXT);
  beforeEach(() => {
    replyCoded(bench, 'gzip', body);
  });

  test('gives the coded octets with their header, on a miss and on a hit', async () => {
    const api = bench.client();
    const config = { decompress: false, responseType: 'arraybuffer' } as const;
    const expected = await describeResponse(await bench.plain().get('/z', config));
    expect(await describeResponse(await api.get('/z', config))).toEqual(expected);
    const hit = await api.get('/z', config);
    expect(hit.cache.status).toBe('hit');
    expect(await describeResponse(hit)).toEqual(expected);
    expect(hit.headers['content-encoding']).toBe('gzip');
    expect(Buffer.compare(hit.data, body)).toBe(0);
  });

  test('shares nothing with callers who want it decoded', async () => {
    const api = bench.client();
    await api.get('/z');
    const coded = await api.get('/z', { decompress: false, responseType: 'arraybuffer' });
    expect(Buffer.compare(coded.data, body)).toBe(0);
    expect((await api.get('/z')).data).toEqual(JSON.parse(JSON_TEXT));
  });

  test('as a stream', async () => {
    const api = bench.client();
    const config = { decompress: false, responseType: 'stream' } as const;
    for (const status of ['miss', 'hit']) {
      const { data, cache } = await api.get('/z', config);
      expect(await describeData(data)).toEqual(['node stream', body.toString('hex')]);
      expect(cache.status).toBe(status);
    }
  });
});
