/**
 * T34-T36; RELIABILITY 6.1; RFC 9111 §3.3, RFC 9112 §8: twelve ways in which a body can be less than whole, in four codings.
 *
 * None is stored, and the next request asks again. What the caller gets is what plain axios gives: the same data, or an
 * error where plain axios has one. Nowhere is it stricter, and nowhere more lenient.
 */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { Socket } from 'node:net';
import { ADAPTERS, outcome, useBench } from './bench.js';
import { drain } from './data.js';
import { chunk, send, startRawOrigin } from './raw-origin.js';
import type { RawOrigin } from './raw-origin.js';

const CONTENT = Buffer.from(`not json, but text that is long enough to be cut in half: ${'0123456789'.repeat(500)}`);
const CODINGS: Readonly<Record<string, (content: Buffer) => Buffer>> = {
  identity: (content) => content,
  gzip: (content) => gzipSync(content),
  br: (content) => brotliCompressSync(content),
  deflate: (content) => deflateSync(content),
};

type Broken = (socket: Socket, head: string, whole: Buffer) => void;

const lines = (head: string, ...more: string[]): Buffer => Buffer.from(`${[head, ...more].join('\r\n')}\r\n\r\n`);
const length = (octets: number): string => `Content-Length: ${String(octets)}`;
const half = (whole: Buffer): Buffer => whole.subarray(0, Math.floor(whole.length / 2));
const CHUNKED = 'Transfer-Encoding: chunked';

const FRAMINGS: Readonly<Record<string, Broken>> = {
  'length, closed early': (socket, head, whole) =>
    send(socket, Buffer.concat([lines(head, length(whole.length)), half(whole)]), 'fin'),
  'length, reset': (socket, head, whole) =>
    send(socket, Buffer.concat([lines(head, length(whole.length)), half(whole)]), 'rst'),
  'length, nothing sent': (socket, head, whole) => send(socket, lines(head, length(whole.length)), 'fin'),
  'chunks without the last one, closed': (socket, head, whole) =>
    send(socket, Buffer.concat([lines(head, CHUNKED), chunk(whole)]), 'fin'),
  'chunks without the last one, reset': (socket, head, whole) =>
    send(socket, Buffer.concat([lines(head, CHUNKED), chunk(whole)]), 'rst'),
  'cut inside a chunk': (socket, head, whole) =>
    send(socket, Buffer.concat([lines(head, CHUNKED), chunk(whole).subarray(0, 20 + half(whole).length)]), 'fin'),
  'cut inside the size of a chunk': (socket, head, whole) =>
    send(socket, Buffer.concat([lines(head, CHUNKED), chunk(half(whole)), Buffer.from('4')]), 'fin'),
  'a chunk size that is no number': (socket, head, whole) =>
    send(socket, Buffer.concat([lines(head, CHUNKED), chunk(half(whole)), Buffer.from('xyz\r\n')]), 'fin'),
  'no length, ended by the connection': (socket, head, whole) =>
    send(socket, Buffer.concat([lines(head, 'Connection: close'), whole]), 'fin'),
  'no length, cut by the connection': (socket, head, whole) =>
    send(socket, Buffer.concat([lines(head, 'Connection: close'), half(whole)]), 'fin'),
  'HTTP/1.0 without a length': (socket, head, whole) =>
    send(socket, Buffer.concat([lines(head.replace('HTTP/1.1', 'HTTP/1.0')), whole]), 'fin'),
  'two lengths that differ': (socket, head, whole) =>
    send(socket, Buffer.concat([lines(head, length(whole.length), length(whole.length + 5)), whole]), 'fin'),
};

// Only a coding shows that these are cut: as text they are complete answers of their own.
const CUT_WITH_INTACT_FRAMING: Readonly<Record<string, Broken>> = {
  'cut, with the length of what is left': (socket, head, whole) =>
    send(socket, Buffer.concat([lines(head, length(half(whole).length)), half(whole)]), 'open'),
  'cut, in well-formed chunks': (socket, head, whole) =>
    send(socket, Buffer.concat([lines(head, CHUNKED), chunk(half(whole)), Buffer.from('0\r\n\r\n')]), 'open'),
  'nothing at all, length 0': (socket, head) => send(socket, lines(head, length(0)), 'open'),
  'nothing at all, in chunks': (socket, head) =>
    send(socket, Buffer.concat([lines(head, CHUNKED), Buffer.from('0\r\n\r\n')]), 'open'),
  'cut within the last octets': (socket, head, whole) =>
    send(socket, Buffer.concat([lines(head, length(whole.length - 3)), whole.subarray(0, -3)]), 'open'),
  'damaged in the middle': (socket, head, whole) => {
    const damaged = Buffer.from(whole);
    damaged.fill(0xff, Math.floor(whole.length / 2), Math.floor(whole.length / 2) + 8);
    send(socket, Buffer.concat([lines(head, length(whole.length)), damaged]), 'open');
  },
};

const cases = [
  ...Object.entries(FRAMINGS).flatMap(([framing, broken]) =>
    Object.keys(CODINGS).map((coding) => [coding, framing, broken] as const),
  ),
  ...Object.entries(CUT_WITH_INTACT_FRAMING).flatMap(([framing, broken]) =>
    Object.keys(CODINGS).flatMap((coding) => (coding === 'identity' ? [] : [[coding, framing, broken] as const])),
  ),
];

function startBroken(coding: string, broken: Broken, contentType = 'text/plain'): Promise<RawOrigin> {
  const head = [
    'HTTP/1.1 200 OK',
    'Cache-Control: max-age=60',
    `Content-Type: ${contentType}`,
    ...(coding === 'identity' ? [] : [`Content-Encoding: ${coding}`]),
  ].join('\r\n');
  return startRawOrigin((socket) => broken(socket, head, CODINGS[coding]!(CONTENT)));
}

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);
  let origin: RawOrigin | undefined;
  afterEach(() => origin?.close());

  test.each(cases)(
    '%s, %s: not stored, and the caller gets what plain axios gives',
    async (coding, _framing, broken) => {
      origin = await startBroken(coding, broken);
      const plain = await outcome(bench.plain().get(origin.url));
      const api = bench.client();
      const ours = await outcome(api.get(origin.url));
      expect(ours.error === undefined).toBe(plain.error === undefined);
      expect(ours.value?.data).toEqual(plain.value?.data);
      if (ours.value !== undefined) expect(ours.value.cache).toMatchObject({ status: 'miss', stored: false });
      expect(api.cache.stats().store.entries).toBe(0);
      const before = origin.hits;
      await outcome(api.get(origin.url));
      expect(origin.hits).toBe(before + 1);
    },
  );

  test.each(cases)('%s, %s: nor when it is read as a stream (T37)', async (coding, _framing, broken) => {
    origin = await startBroken(coding, broken);
    const api = bench.client();
    const { value } = await outcome(api.get(origin.url, { responseType: 'stream' }));
    if (value !== undefined) {
      try {
        await drain(value.data);
      } catch {
        // The cut reached the reader.
      }
    }
    expect(api.cache.stats().store.entries).toBe(0);
    const before = origin.hits;
    await outcome(api.get(origin.url));
    expect(origin.hits).toBe(before + 1);
  });

  test('T36 the reason why a close-delimited body is not stored is told', async () => {
    origin = await startBroken('identity', FRAMINGS['no length, ended by the connection']!);
    const { cache } = await bench.client().get(origin.url);
    expect(cache.explain()).toMatch(/nothing tells whether its body is whole \(RFC 9112 §8\)/);
  });

  test('more octets than the length says: as plain axios, and what was stored is no more than the length', async () => {
    origin = await startRawOrigin((socket) => {
      const head = lines('HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Type: text/plain', length(5));
      send(socket, Buffer.concat([head, Buffer.from('12345and more')]), 'fin');
    });
    const plain = await outcome(bench.plain().get(origin.url));
    const api = bench.client();
    for (let round = 0; round < 2; round += 1) {
      const ours = await outcome(api.get(origin.url));
      expect(ours.value?.data ?? 'error').toBe(plain.value?.data ?? 'error');
    }
  });

  test('length and chunks at once: never stored', async () => {
    origin = await startRawOrigin((socket) => {
      const head = lines('HTTP/1.1 200 OK\r\nCache-Control: max-age=60', length(5), CHUNKED);
      send(socket, Buffer.concat([head, chunk(Buffer.from('12345')), Buffer.from('0\r\n\r\n')]), 'fin');
    });
    const plain = await outcome(bench.plain().get(origin.url));
    const api = bench.client();
    const ours = await outcome(api.get(origin.url));
    expect(ours.error === undefined).toBe(plain.error === undefined);
  });

  test('a whole body in each framing and coding is stored, as far as the adapter lets one see that it is whole', async () => {
    for (const coding of Object.keys(CODINGS)) {
      origin = await startBroken(coding, (socket, head, whole) =>
        send(socket, Buffer.concat([lines(head, CHUNKED), chunk(whole), Buffer.from('0\r\n\r\n')]), 'open'),
      );
      const api = bench.client();
      await api.get(origin.url);
      const isSeen = adapter === 'http' || coding === 'identity';
      expect((await api.get(origin.url)).cache.status).toBe(isSeen ? 'hit' : 'miss');
      await origin.close();
    }
  });
});
