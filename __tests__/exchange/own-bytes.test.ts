/** T46: a large body is not copied for a caller to whom it belongs alone, and for nobody else is that left out. */
import { fresh, times, useBench } from './bench.js';

const bench = useBench('http');
const SIZE = 2_000_000;

afterEach(() => jest.restoreAllMocks());

/** How many large copies of octets were made meanwhile. */
async function copiesDuring(work: () => Promise<unknown>): Promise<number> {
  const spy = jest.spyOn(Buffer, 'from');
  await work();
  const calls = spy.mock.calls as readonly (readonly unknown[])[];
  return calls.filter(([given]) => given instanceof Uint8Array && given.byteLength === SIZE).length;
}

function get(api: ReturnType<typeof bench.client>, url: string) {
  return api.get<Buffer>(url, { responseType: 'arraybuffer', validateStatus: null });
}

test.each([
  ['may not be stored', { 'cache-control': 'no-store' }, {}],
  ['is too large to be stored', fresh(), { maxEntryBytes: 1_000_000 }],
])('T46 none where it %s', async (_, headers, options) => {
  bench.origin.reply('/large', { headers, body: new Uint8Array(SIZE).fill(7) });
  const api = bench.client(options);
  const copies = await copiesDuring(async () => {
    const { data, cache } = await get(api, '/large');
    expect(cache.stored).toBe(false);
    expect(Buffer.isBuffer(data)).toBe(true);
    expect(data.equals(Buffer.alloc(SIZE, 7))).toBe(true);
  });
  expect(copies).toBe(0);
});

test('one where it is stored: what its caller writes into it is not in the store', async () => {
  bench.origin.reply('/large', { headers: fresh(), body: new Uint8Array(SIZE).fill(7) });
  const api = bench.client();
  const copies = await copiesDuring(async () => (await get(api, '/large')).data.fill(0));
  expect(copies).toBe(1);
  const { data, cache } = await get(api, '/large');
  expect(cache.status).toBe('hit');
  expect(data.equals(Buffer.alloc(SIZE, 7))).toBe(true);
});

test('one for each where several share what is not stored', async () => {
  bench.origin.reply('/large', { status: 503, body: new Uint8Array(SIZE).fill(7), delayMs: 50 });
  const api = bench.client();
  const copies = await copiesDuring(() => Promise.all(times(3, () => get(api, '/large'))));
  expect(copies).toBe(3);
  expect(bench.origin.hits).toBe(1);
});

test('a custom adapter may give the same octets again: it keeps them', async () => {
  const octets = Buffer.alloc(SIZE, 7);
  const api = bench.client(
    {},
    {
      adapter: (config) =>
        Promise.resolve({ data: octets, status: 200, statusText: 'OK', headers: {}, config } as never),
    },
  );
  (await get(api, '/large')).data.fill(0);
  expect(octets.equals(Buffer.alloc(SIZE, 7))).toBe(true);
});
