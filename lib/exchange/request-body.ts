/**
 * What does a request send, as far as that is part of its identity? Content that can be read without consuming it
 * (POST and QUERY, where `methods` allows them; RFC 9110 §9.3.3).
 */
import { lengthPrefixed, sha256Base64Url } from '../policy/digest.js';
import type { MaybePromise } from '../storage/types.js';

/** Content that no key can be made of: a stream, or an object only its adapter knows how to send. */
export const UNREADABLE = Symbol('unreadable request content');

type Readable = string | Uint8Array | undefined;

/** The content as text or octets. Only blobs, alone or in a form, have to be waited for. */
export function readRequestBody(data: unknown): MaybePromise<Readable | typeof UNREADABLE> {
  if (data === undefined || data === null) return undefined;
  if (typeof data === 'string' || data instanceof Uint8Array) return data;
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (data instanceof URLSearchParams) return data.toString();
  if (data instanceof FormData) return readForm(data);
  return data instanceof Blob ? readBlob(data) : UNREADABLE;
}

// The boundary between the parts is drawn anew for each request: the parts are the identity, not their framing.
function readForm(form: FormData): MaybePromise<string> {
  const parts = [...form.entries()];
  const texts = parts.flatMap(([name, value]) => (typeof value === 'string' ? [name, value] : []));
  if (texts.length === parts.length * 2) return lengthPrefixed(['form', ...texts]);
  return Promise.all(parts.map(async ([name, value]) => [name, await partText(value)])).then((read) =>
    lengthPrefixed(['form with files', ...read.flat()]),
  );
}

async function partText(value: FormDataEntryValue): Promise<string> {
  if (typeof value === 'string') return lengthPrefixed(['text', value]);
  return lengthPrefixed(['file', value.name, value.type, sha256Base64Url(await readBlob(value))]);
}

async function readBlob(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}
