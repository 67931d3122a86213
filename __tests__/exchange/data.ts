/** What kind of data did a caller get, and which octets? In a form that can be compared. */
import type { AxiosResponse } from 'axios';

const isNodeStream = (data: any): boolean => typeof data?.pipe === 'function';
const hex = (bytes: ArrayBuffer | Uint8Array): string =>
  Buffer.from(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes)).toString('hex');

/** Reads a stream of either kind to its end. */
export async function drain(stream: AsyncIterable<Uint8Array | string>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

/** The data as `[kind, content]`; consumes streams. */
export async function describeData(data: any): Promise<readonly unknown[]> {
  if (Buffer.isBuffer(data)) return ['Buffer', hex(data)];
  if (data instanceof ArrayBuffer) return ['ArrayBuffer', hex(data)];
  if (data instanceof Uint8Array) return ['Uint8Array', hex(data)];
  if (data instanceof Blob) return ['Blob', data.type.replace(/;\s+/g, ';'), hex(await data.arrayBuffer())];
  if (isNodeStream(data)) return ['node stream', hex(await drain(data))];
  if (data instanceof ReadableStream) return ['web stream', hex(await drain(data as any))];
  return [typeof data, data];
}

const VOLATILE = new Set(['date', 'age', 'cache-status', 'connection', 'keep-alive', 'transfer-encoding']);

/** Everything of a response that does not depend on when and by which connection it came. */
export async function describeResponse({ data, status, statusText, headers }: AxiosResponse): Promise<object> {
  const fields = Object.entries(headers).flatMap(([name, value]) =>
    VOLATILE.has(name.toLowerCase()) ? [] : [[name.toLowerCase(), value as unknown] as const],
  );
  return { data: await describeData(data), status, statusText, headers: Object.fromEntries(fields) };
}
