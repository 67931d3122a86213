/** T44; issue 4 "Done when": what a caller does to its data and headers nobody else sees. */
import { ADAPTERS, fresh, seededRandom, times, useBench } from './bench.js';

const ORIGINAL = {
  a: [1, 2, 3],
  b: { deep: { deeper: ['x', { y: 1 }] } },
  c: 'text',
  d: null,
  e: times(20, (at) => ({ id: at, tags: ['t', String(at)] })),
};

type Mutation = (response: any, random: () => number) => void;

const MUTATIONS: readonly Mutation[] = [
  ({ data }) => data.a.push('EVIL'),
  ({ data }) => delete data.b,
  ({ data }) => (data.b.deep.deeper[1].y = 'EVIL'),
  ({ data }) => data.e.reverse(),
  ({ data }, random) => (data.e[Math.floor(random() * 20)].tags = ['EVIL']),
  ({ data }) => Object.setPrototypeOf(data, { evil: true }),
  ({ data }) => Object.assign(data, { c: 'EVIL', evil: 1 }),
  ({ headers }) => headers.set('x-mark', 'EVIL'),
  ({ headers }) => headers.delete('cache-control'),
  ({ headers }) => headers.clear(),
  ({ headers }) => (headers.etag = 'EVIL'),
  (response) => (response.data = 'EVIL'),
  (response) => (response.headers = { evil: '1' }),
  (response) => (response.status = 500),
  ({ config }) => (config.url = '/evil'),
  ({ config }) => (config.headers.Authorization = 'EVIL'),
  ({ config }) => (config.transformResponse = () => 'EVIL'),
  ({ cache }) => (cache.status = 'EVIL'),
  ({ cache }) => cache.expires?.setFullYear(1970),
  ({ cache }) => cache.createdAt?.setFullYear(1970),
];

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);

  function expectPristine(response: any): void {
    expect(response.data).toEqual(ORIGINAL);
    expect(Object.getPrototypeOf(response.data)).toBe(Object.prototype);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-mark')).toBe('original');
    expect(response.headers.get('etag')).toBe('"1"');
    expect(response.headers.get('cache-control')).toBe('max-age=60');
    expect(response.config.url).toBe('/a');
    expect(response.cache.expires.getTime()).toBeGreaterThan(Date.now());
    expect(['hit', 'miss']).toContain(response.cache.status);
  }

  test('500 random mutations by one caller after another', async () => {
    bench.origin.reply('/a', { headers: fresh({ etag: '"1"', 'x-mark': 'original' }), body: ORIGINAL });
    const api = bench.client();
    const random = seededRandom(44);
    for (let round = 0; round < 500; round += 1) {
      const response = await api.get('/a');
      expectPristine(response);
      MUTATIONS[Math.floor(random() * MUTATIONS.length)]!(response, random);
    }
    expect(bench.origin.hits).toBe(1);
  });

  test('500 callers of one flight, each mutating before the next one looks', async () => {
    bench.origin.reply('/a', { headers: fresh({ etag: '"1"', 'x-mark': 'original' }), body: ORIGINAL, delayMs: 50 });
    const api = bench.client();
    const random = seededRandom(45);
    await Promise.all(
      times(500, async () => {
        const response = await api.get('/a');
        expectPristine(response);
        MUTATIONS[Math.floor(random() * MUTATIONS.length)]!(response, random);
      }),
    );
    expect(bench.origin.hits).toBe(1);
  });

  test("bytes handed out are the caller's own, on the miss, in the flight and on a hit", async () => {
    bench.origin.reply('/b', { headers: fresh(), body: new Uint8Array([1, 2, 3, 4]), delayMs: 20 });
    const api = bench.client();
    const flight = await Promise.all(times(3, () => api.get('/b', { responseType: 'arraybuffer' })));
    for (const { data } of flight) {
      expect([...new Uint8Array(data)]).toEqual([1, 2, 3, 4]);
      new Uint8Array(data instanceof ArrayBuffer ? data : data.buffer, data.byteOffset ?? 0, 4).fill(0);
    }
    for (let round = 0; round < 3; round += 1) {
      const { data } = await api.get('/b', { responseType: 'arraybuffer' });
      expect([...new Uint8Array(data)]).toEqual([1, 2, 3, 4]);
      if (data instanceof ArrayBuffer) new Uint8Array(data).fill(9);
      else data.fill(9);
    }
  });

  test('answers that are shared but not stored are copied for each caller, fields and bytes', async () => {
    bench.origin.reply('/e', {
      status: 503,
      body: new Uint8Array([1, 2, 3, 4]),
      headers: { etag: '"1"' },
      delayMs: 50,
    });
    const api = bench.client({}, { validateStatus: null });
    await Promise.all(
      times(5, async () => {
        const { data, headers, cache } = await api.get('/e', { responseType: 'arraybuffer' });
        expect(cache).toMatchObject({ status: 'miss', stored: false });
        expect([...new Uint8Array(data)]).toEqual([1, 2, 3, 4]);
        expect(headers['etag']).toBe('"1"');
        headers['etag'] = 'EVIL';
        new Uint8Array(data instanceof ArrayBuffer ? data : data.buffer, data.byteOffset ?? 0, 4).fill(0);
      }),
    );
    expect(bench.origin.hits).toBe(1);
  });

  test('T56, T22: names like __proto__ in data, headers and URLs pollute nothing', async () => {
    bench.origin.reply('/__proto__', (_req, res) => {
      res.setHeader('constructor', 'evil');
      res.setHeader('__proto__', 'evil');
      res.setHeader('hasOwnProperty', 'evil');
      res.writeHead(200, fresh({ 'content-type': 'application/json' }));
      res.end('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}');
    });
    const api = bench.client();
    for (const status of ['miss', 'hit']) {
      const { data, headers, cache } = await api.get('/__proto__', { params: { ['__proto__']: 1, constructor: 2 } });
      expect(cache.status).toBe(status);
      expect(({} as any).polluted).toBeUndefined();
      expect((headers as any).get('cache-control')).toBe('max-age=60');
      expect(Object.hasOwn(data, 'constructor')).toBe(true);
    }
    expect(bench.origin.hits).toBe(1);
  });
});
