/**
 * Is the content whole? Content codings undone strictly (RFC 9110 §8.4), so that a cut stream is an error.
 *
 * axios' http adapter undoes them leniently: half a gzip stream reaches the caller as if it were all. Here the
 * strict attempt decides whether the content may be stored; a lenient second one gives the caller what axios
 * would have given.
 */
import { nodeModule } from '../platform.js';

/** Content after its coding was undone. */
export interface DecodedContent {
  readonly bytes: Uint8Array;
  /** False when the coded stream ended too early. */
  readonly whole: boolean;
}

type Zlib = NonNullable<ReturnType<typeof nodeModule<'zlib'>>>;
type Decoder = (bytes: Uint8Array, options: object, done: (error: Error | null, result: Uint8Array) => void) => void;
type SyncDecoder = (bytes: Uint8Array, options: object) => Uint8Array;

interface Coding {
  readonly asynchronous: Decoder;
  readonly synchronous: SyncDecoder;
  /** The zlib options that make a cut stream end as if it were whole. */
  readonly lenient: object;
}

// Small contents are undone at once, which is faster; larger ones leave the event loop free.
const LARGEST_SYNCHRONOUS = 16_384;
const LARGEST_AT_ONCE = 1_048_576;

// "deflate" is zlib's format, and from some servers the bare one (RFC 9110 §8.4.1.2).
const isZlibFormat = (bytes: Uint8Array): boolean => ((bytes[0] ?? 0) & 0x0f) === 0x08;

function codingFor(name: string, zlib: Zlib, bytes: Uint8Array): Coding | undefined {
  const lenient = { finishFlush: zlib.constants.Z_SYNC_FLUSH };
  switch (name) {
    case 'gzip':
    case 'x-gzip':
    case 'compress':
    case 'x-compress':
      return { asynchronous: zlib.unzip, synchronous: zlib.unzipSync, lenient };
    case 'deflate':
      return isZlibFormat(bytes)
        ? { asynchronous: zlib.inflate, synchronous: zlib.inflateSync, lenient }
        : { asynchronous: zlib.inflateRaw, synchronous: zlib.inflateRawSync, lenient };
    case 'br':
      return {
        asynchronous: zlib.brotliDecompress,
        synchronous: zlib.brotliDecompressSync,
        lenient: { finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH },
      };
    default:
      return name === 'zstd' ? zstd(zlib) : undefined;
  }
}

// In Node since 22.15; axios undoes it where it is there.
function zstd(zlib: Zlib): Coding | undefined {
  const recent = zlib as unknown as { zstdDecompress?: Decoder; zstdDecompressSync?: SyncDecoder };
  if (recent.zstdDecompress === undefined || recent.zstdDecompressSync === undefined) return undefined;
  const { ZSTD_e_flush: finishFlush } = zlib.constants as unknown as Readonly<Record<string, number>>;
  return {
    asynchronous: recent.zstdDecompress,
    synchronous: recent.zstdDecompressSync,
    lenient: { finishFlush },
  };
}

/** Whether axios' http adapter would undo this coding, and we can. */
export function isDecodable(contentEncoding: string | undefined): boolean {
  if (contentEncoding === undefined) return false;
  const zlib = nodeModule('zlib');
  return zlib !== undefined && codingFor(contentEncoding.toLowerCase(), zlib, new Uint8Array(0)) !== undefined;
}

/** Whether this runtime lets us undo codings ourselves. */
export function canDecode(): boolean {
  return nodeModule('zlib') !== undefined;
}

/** Undoes a coding that `isDecodable`; rejects with zlib's error where not even a lenient reading is possible. */
export async function decode(
  bytes: Uint8Array,
  contentEncoding: string,
  limit: number | undefined,
): Promise<DecodedContent> {
  const zlib = nodeModule('zlib');
  const coding = zlib && codingFor(contentEncoding.toLowerCase(), zlib, bytes);
  if (coding === undefined) return { bytes, whole: true };
  // A coded stream has at least a header: nothing at all is not an empty content.
  if (bytes.byteLength === 0) return { bytes, whole: false };
  const options = limit === undefined ? {} : { maxOutputLength: limit };
  try {
    return { bytes: await undo(coding, bytes, options), whole: true };
  } catch (error) {
    if (isTooLarge(error)) throw error;
    return { bytes: await undo(coding, bytes, { ...options, ...coding.lenient }), whole: false };
  }
}

async function undo(coding: Coding, bytes: Uint8Array, options: object): Promise<Uint8Array> {
  if (bytes.byteLength <= LARGEST_SYNCHRONOUS) {
    try {
      return coding.synchronous(bytes, { maxOutputLength: LARGEST_AT_ONCE, ...options });
    } catch (error) {
      if (!isTooLarge(error) || 'maxOutputLength' in options) throw error;
    }
  }
  return new Promise((resolve, reject) => {
    coding.asynchronous(bytes, options, (error, result) => {
      if (error === null) resolve(result);
      else reject(error);
    });
  });
}

/** Whether decoding stopped because the content grew beyond the limit. */
export function isTooLarge(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === 'ERR_BUFFER_TOO_LARGE';
}

/** A stream that undoes a coding strictly; `undefined` where there is nothing to undo, or nothing to do it with. */
export function decodingStream(contentEncoding: string | undefined): NodeJS.ReadWriteStream | undefined {
  const zlib = nodeModule('zlib');
  switch (zlib && contentEncoding?.toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
    case 'compress':
    case 'x-compress':
    case 'deflate':
      return zlib?.createUnzip();
    case 'br':
      return zlib?.createBrotliDecompress();
    default:
      return undefined;
  }
}
