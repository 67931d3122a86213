/**
 * Is the content whole, in a browser? Browsers undo codings themselves: here there is nothing to undo (decode.ts, whose
 * place this takes by the field `browser` of package.json).
 */
import type { DecodedContent } from './decode.js';

/** As in decode.ts: none. */
export function isDecodable(_contentEncoding: string | undefined): boolean {
  return false;
}

/** As in decode.ts: no. */
export function canDecode(): boolean {
  return false;
}

/** As in decode.ts. */
export function decode(bytes: Uint8Array): Promise<DecodedContent> {
  return Promise.resolve({ bytes, whole: true });
}

/** As in decode.ts. */
export function isTooLarge(_error: unknown): boolean {
  return false;
}

/** As in decode.ts: none is needed. */
export function decodingStream(_contentEncoding: string | undefined): undefined {
  return undefined;
}
