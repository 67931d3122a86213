/** T38, T42; issue 4: one stored entry serves every `responseType`; a hit equals a miss equals plain axios. */
import type { AxiosRequestConfig } from 'axios';
import { ADAPTERS, fresh, times, useBench } from './bench.js';
import { describeData, describeResponse } from './data.js';

const TYPES = ['json', 'text', 'arraybuffer', 'blob', 'stream', undefined] as const;
type Type = (typeof TYPES)[number];
const asking = (type: Type): AxiosRequestConfig => (type === undefined ? {} : { responseType: type });

const ALL_BYTES = new Uint8Array(times(256, (at) => at));

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);
  const pairs = TYPES.flatMap((first) => TYPES.map((second) => [first, second] as const));

  test.each(pairs)('T42 JSON: asked as %s, then as %s', async (first, second) => {
    bench.origin.reply('/a', { headers: fresh(), body: { text: 'grüße, 世界 🌍', list: [1, 2.5, null] } });
    const api = bench.client();
    const plain = bench.plain();
    for (const [type, status] of [
      [first, 'miss'],
      [second, 'hit'],
      [second, 'hit'],
    ] as const) {
      const ours = await api.get('/a', asking(type));
      expect(ours.cache.status).toBe(status);
      expect(await describeResponse(ours)).toEqual(await describeResponse(await plain.get('/a', asking(type))));
    }
  });

  test.each(TYPES)('binary: all 256 byte values as %s', async (type) => {
    bench.origin.reply('/b', { headers: fresh(), body: ALL_BYTES });
    const api = bench.client();
    const expected = await describeResponse(await bench.plain().get('/b', asking(type)));
    expect(await describeResponse(await api.get('/b', asking(type)))).toEqual(expected);
    const hit = await api.get('/b', asking(type));
    expect(hit.cache.status).toBe('hit');
    expect(await describeResponse(hit)).toEqual(expected);
  });

  test('T42 binary asked as text first is not damaged for who asks for bytes', async () => {
    bench.origin.reply('/b', { headers: fresh(), body: ALL_BYTES });
    const api = bench.client();
    await api.get('/b', { responseType: 'text' });
    const { data } = await api.get('/b', { responseType: 'arraybuffer' });
    expect(new Uint8Array(data)).toEqual(ALL_BYTES);
    expect(bench.origin.hits).toBe(1);
  });

  const TEXTS: Readonly<Record<string, { type: string; bytes: readonly number[] | string }>> = {
    'T38 JSON cut short, right length': { type: 'application/json', bytes: '{"a":1' },
    'T45 {"toJSON":1}': { type: 'application/json', bytes: '{"toJSON":1}' },
    'T45 __proto__': { type: 'application/json', bytes: '{"__proto__":{"polluted":1}}' },
    'T45 deep nesting': { type: 'application/json', bytes: '['.repeat(1_000) + ']'.repeat(1_000) },
    "T45 Keyv's own mark": { type: 'text/plain', bytes: ':base64:aGk=' },
    'T45 a colon in quotes': { type: 'application/json', bytes: '":x"' },
    'T45 a lone surrogate': { type: 'application/json', bytes: '"\\ud800"' },
    'T45 NUL': { type: 'text/plain', bytes: [97, 0, 98, 0] },
    'T45 empty': { type: 'text/plain', bytes: '' },
    'T45 empty JSON': { type: 'application/json', bytes: '' },
    'T45 one byte': { type: 'text/plain', bytes: 'x' },
    'T45 BOM and JSON': { type: 'application/json', bytes: [0xef, 0xbb, 0xbf, 0x7b, 0x7d] },
    'BOM alone': { type: 'text/plain', bytes: [0xef, 0xbb, 0xbf] },
    'latin-1': { type: 'text/plain; charset=iso-8859-1', bytes: [0x67, 0x72, 0xfc, 0xdf] },
    'UTF-16': { type: 'text/plain; charset=utf-16le', bytes: [0xff, 0xfe, 0x61, 0, 0x62, 0] },
    'a charset nobody knows': { type: 'text/plain; charset=klingon', bytes: [0x61, 0xff] },
    'JSON that is text': { type: 'text/plain', bytes: '{"a":1}' },
    'a number': { type: 'application/json', bytes: '12345678901234567890' },
    null: { type: 'application/json', bytes: 'null' },
    'a string': { type: 'application/json', bytes: '"x"' },
    'broken UTF-8': { type: 'text/plain', bytes: [0x61, 0xc3, 0x28, 0xe2, 0x82, 0x62] },
  };

  test.each(Object.keys(TEXTS))('%s: hit, miss and plain axios agree, for every type', async (name) => {
    const { type, bytes } = TEXTS[name]!;
    bench.origin.reply('/t', { headers: fresh({ 'content-type': type }), body: Buffer.from(bytes as string) });
    const plain = bench.plain();
    const api = bench.client();
    for (const responseType of TYPES) {
      const expected = await describeResponse(await plain.get('/t', asking(responseType)));
      await api.cache.clear();
      expect(await describeResponse(await api.get('/t', asking(responseType)))).toEqual(expected);
      for (const other of TYPES) await api.get('/t', asking(other));
      const hit = await api.get('/t', asking(responseType));
      expect(hit.cache.status).toBe('hit');
      expect(await describeResponse(hit)).toEqual(expected);
    }
    expect(({} as any).polluted).toBeUndefined();
  });

  test('T45 20,000 nested arrays', async () => {
    bench.origin.reply('/t', {
      headers: fresh({ 'content-type': 'application/json' }),
      body: '['.repeat(20_000) + ']'.repeat(20_000),
    });
    const api = bench.client();
    for (const status of ['miss', 'hit']) {
      const { data, cache } = await api.get('/t', { transformResponse: [] });
      expect([cache.status, data.length]).toEqual([status, 40_000]);
    }
  });

  test.each(['utf8', 'utf-8', 'latin1', 'binary', 'ascii', 'base64', 'hex', 'utf16le'])(
    'responseEncoding: %s',
    async (encoding) => {
      bench.origin.reply('/b', {
        headers: fresh({ 'content-type': 'text/plain' }),
        body: Buffer.from([0xef, 0xbb, 0xbf, 0xfc, 0x61, 0xff]),
      });
      const api = bench.client();
      await api.get('/b', { responseType: 'arraybuffer' });
      const config = { responseEncoding: encoding, responseType: 'text' } as AxiosRequestConfig;
      const hit = await api.get('/b', config);
      expect(hit.cache.status).toBe('hit');
      expect(hit.data).toBe((await bench.plain().get('/b', config)).data);
    },
  );

  test("options of the JSON transform are each caller's own", async () => {
    bench.origin.reply('/t', { headers: fresh({ 'content-type': 'application/json' }), body: 'not json' });
    const api = bench.client();
    expect((await api.get('/t')).data).toBe('not json');
    const strict = { responseType: 'json', transitional: { silentJSONParsing: false } } as const;
    const { error } = await api.get('/t', strict).then(
      () => ({ error: undefined }),
      (thrown: unknown) => ({ error: thrown as any }),
    );
    expect(error?.name).toBe('SyntaxError');
    expect(error.response.cache.status).toBe('hit');
    const kept = await api.get('/t', { transitional: { forcedJSONParsing: false } });
    expect(kept.data).toBe('not json');
    expect(bench.origin.hits).toBe(1);
  });

  test.each(['formdata', 'document', 'ms-stream'])(
    'responseType %s passes by the cache, as with plain axios',
    async (type) => {
      bench.origin.reply('/t', { headers: fresh(), body: 'text' });
      const api = bench.client();
      const end = async (client: typeof api | ReturnType<typeof bench.plain>): Promise<unknown> =>
        client.get('/t', { responseType: type as never }).then(
          async ({ data }) => describeData(data),
          (error: unknown) => (error as Error).message,
        );
      expect(await end(api)).toEqual(await end(bench.plain()));
      expect(api.cache.stats()).toMatchObject({ miss: 0, hit: 0, store: { entries: 0 } });
    },
  );

  test('204, and a HEAD, have the data that plain axios gives', async () => {
    bench.origin.reply('/n', { status: 204, headers: fresh() });
    bench.origin.reply('/h', { headers: fresh({ 'content-length': '100' }) });
    const api = bench.client();
    for (const ask of [{ url: '/n' }, { url: '/h', method: 'HEAD' }]) {
      const expected = await describeResponse(await bench.plain().request(ask));
      expect(await describeResponse(await api.request(ask))).toEqual(expected);
      const hit = await api.request(ask);
      expect(hit.cache.status).toBe('hit');
      expect(await describeResponse(hit)).toEqual(expected);
    }
  });
});
