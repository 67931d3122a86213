/**
 * How do entries become smaller on their way to an outside store? By gzip or zstd, by Node's zlib or, for gzip, by the
 * streams of the web platform.
 *
 * What is small is done at once; what is large, on another thread, so that the event loop goes on. Whoever can write to
 * the store can also write what inflates without end: reading stops at the size an entry can have.
 */
import { nodeModule } from '../platform.js';
import type { Builtins } from '../platform.js';
import type { SealReason } from './codec.js';
import type { Algorithm } from './sealed.js';
import type { MaybePromise } from './types.js';

/** The option `compression` in full. */
export interface CompressionOptions {
  /**
   * A body is compressed from this size on, in bytes.
   * @default 1024
   */
  readonly threshold?: number | undefined;
  /**
   * `'zstd'` where the runtime has it: Node 22.15 and newer.
   * @default 'gzip'
   */
  readonly algorithm?: Algorithm | undefined;
}

/** Why octets could not be decompressed. */
export type InflateProblem = Extract<SealReason, 'compression' | 'inflates-too-far'>;

/** One algorithm, both ways. Nothing throws or rejects. */
export interface Compressor {
  /** `undefined` if it cannot be done: the content stays as it is. */
  compress(bytes: Uint8Array): MaybePromise<Uint8Array | undefined>;
  /** Stops at `maxOctets`. */
  decompress(bytes: Uint8Array, maxOctets: number): MaybePromise<Uint8Array | InflateProblem>;
}

type Done = (error: Error | null, result: Uint8Array) => void;

/** Node's functions for one algorithm. */
interface Zlib {
  readonly options: object;
  compressSync(bytes: Uint8Array, options: object): Uint8Array;
  compress(bytes: Uint8Array, options: object, done: Done): void;
  decompressSync(bytes: Uint8Array, options: object): Uint8Array;
  decompress(bytes: Uint8Array, options: object, done: Done): void;
}

/** Octets that are compressed at once, in a tenth of a millisecond or so. */
const SYNC_OCTETS = 32_768;
/** Octets that small ones may become while the event loop waits. */
const SYNC_INFLATED = 262_144;
/** A fifth larger than at the usual level 6, in half the time. */
const GZIP_LEVEL = 3;

/** What compresses by this algorithm; `undefined` where the runtime has nothing for it. */
export function compressorFor(algorithm: Algorithm): Compressor | undefined {
  const zlib = nodeModule('zlib');
  if (zlib === undefined) return algorithm === 'gzip' ? streamCompressor() : undefined;
  const functions = functionsOf(algorithm, zlib);
  return functions && zlibCompressor(functions);
}

function functionsOf(algorithm: Algorithm, zlib: Builtins['zlib']): Zlib | undefined {
  if (algorithm === 'gzip') {
    const { gzipSync, gzip, gunzipSync, gunzip } = zlib;
    const options = { level: GZIP_LEVEL };
    return { options, compressSync: gzipSync, compress: gzip, decompressSync: gunzipSync, decompress: gunzip };
  }
  // Not in every version of Node that is supported, nor in its types.
  const { zstdCompressSync, zstdCompress, zstdDecompressSync, zstdDecompress } = zlib as unknown as Readonly<
    Record<string, ((...args: unknown[]) => never) | undefined>
  >;
  if (!zstdCompressSync || !zstdCompress || !zstdDecompressSync || !zstdDecompress) return undefined;
  return {
    options: {},
    compressSync: zstdCompressSync,
    compress: zstdCompress,
    decompressSync: zstdDecompressSync,
    decompress: zstdDecompress,
  };
}

function zlibCompressor(zlib: Zlib): Compressor {
  return {
    compress(bytes) {
      if (bytes.length > SYNC_OCTETS) return inBackground((done) => zlib.compress(bytes, zlib.options, done), giveUp);
      return attempt(() => zlib.compressSync(bytes, zlib.options), giveUp);
    },
    decompress(bytes, maxOctets) {
      const atOnce = Math.min(maxOctets, SYNC_INFLATED);
      if (bytes.length <= SYNC_OCTETS) {
        const result = attempt(() => zlib.decompressSync(bytes, { maxOutputLength: atOnce }), problemOf);
        if (result !== 'inflates-too-far' || atOnce === maxOctets) return result;
      }
      return inBackground((done) => zlib.decompress(bytes, { maxOutputLength: maxOctets }, done), problemOf);
    },
  };
}

function attempt<T>(action: () => Uint8Array, otherwise: (error: unknown) => T): Uint8Array | T {
  try {
    return action();
  } catch (error) {
    return otherwise(error);
  }
}

function inBackground<T>(start: (done: Done) => void, otherwise: (error: unknown) => T): Promise<Uint8Array | T> {
  return new Promise<Uint8Array>((resolve, reject) => {
    start((error, result) => (error === null ? resolve(result) : reject(error)));
  }).catch(otherwise);
}

function giveUp(): undefined {
  return undefined;
}

function problemOf(error: unknown): InflateProblem {
  return (error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE' ? 'inflates-too-far' : 'compression';
}

function streamCompressor(): Compressor | undefined {
  const { CompressionStream: Deflating, DecompressionStream: Inflating } = globalThis as Partial<typeof globalThis>;
  if (Deflating === undefined || Inflating === undefined) return undefined;
  return {
    compress: (bytes) => through(new Deflating('gzip'), bytes, Number.POSITIVE_INFINITY).catch(giveUp),
    decompress: async (bytes, maxOctets) => {
      const inflated = await through(new Inflating('gzip'), bytes, maxOctets).catch(problemOf);
      return inflated ?? 'inflates-too-far';
    },
  };
}

/** What comes out of the stream; `undefined` once that is more than `maxOctets`. */
async function through(
  { readable, writable }: GenericTransformStream,
  bytes: Uint8Array,
  maxOctets: number,
): Promise<Uint8Array | undefined> {
  const writer = (writable as WritableStream<Uint8Array>).getWriter();
  // What goes wrong is seen at the other end too.
  void Promise.allSettled([writer.write(bytes), writer.close()]);
  const chunks: Uint8Array[] = [];
  let octets = 0;
  const reader = (readable as ReadableStream<Uint8Array>).getReader();
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    octets += chunk.value.length;
    if (octets > maxOctets) {
      void reader.cancel().catch(giveUp);
      return undefined;
    }
    chunks.push(chunk.value);
  }
  const whole = new Uint8Array(octets);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
