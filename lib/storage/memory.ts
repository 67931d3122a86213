/**
 * Where do responses lie when nobody gave a store? In this process, bounded in bytes, as objects.
 *
 * Records are kept as they are, without a codec: looking one up costs less than a microsecond, and everybody gets the
 * same object. A record is therefore immutable, save that a body keeps another form of its content once somebody
 * asked for it; the bytes are counted when that happens. With strings as values this is a plain Keyv adapter too.
 */
import { Bounded } from './bounded.js';
import type { Bounds, EvictionCause } from './bounded.js';
import { packed } from './packing.js';
import type { EntryRecord, StoredBody, StoreRecord } from './records.js';
import { inSlices, sharedUse } from './backend.js';
import type { Backend } from './backend.js';

/** A value that had to leave. */
export interface Eviction {
  readonly key: string;
  readonly url?: string;
  readonly cause: EvictionCause;
}

export interface MemoryStoreOptions extends Partial<Bounds> {
  readonly onEvict?: ((eviction: Eviction) => void) | undefined;
}

/** 64 MiB. */
export const DEFAULT_MAX_BYTES = 67_108_864;
/** What the engine takes for a record beyond its strings and octets: measured, rounded up. */
const RECORD_BYTES = 1_200;
const FIELD_BYTES = 48;
/** An entry that takes more of the room keeps its body in one form: what saves it some work would cost others their place. */
const LARGEST_SHARE = 0.25;

/** A byte-bounded store in this process. Its values expire by themselves, by real time. */
export function memoryStore(options: MemoryStoreOptions = {}): Backend {
  const { maxBytes = DEFAULT_MAX_BYTES, maxEntries, onEvict } = options;
  const held = new Bounded<unknown>({ maxBytes, maxEntries }, (key, value, cause) => {
    const url = isRecord(value) && value.kind === 'entry' ? { url: value.response.url } : {};
    onEvict?.({ key, ...url, cause });
  });
  const onGrowth = (key: string, record: EntryRecord): boolean => {
    const bytes = sizeOf(key, record);
    return bytes <= maxBytes * LARGEST_SHARE && held.resize(key, record, bytes);
  };
  const put = (key: string, value: unknown, ttl?: number): boolean => {
    if (!isRecord(value) || value.kind !== 'entry') return held.set(key, value, sizeOf(key, value), ttl);
    const record = packed(value, key, onGrowth);
    return held.set(key, record, sizeOf(key, record), ttl);
  };
  return {
    holdsRecords: true,
    longTtl: true,
    get: (key) => held.get(key),
    peek: (key) => held.peek(key),
    set: put,
    delete: (key) => held.delete(key),
    clear: () => held.clear(),
    names: () => inSlices(held.keys()),
    async *iterator() {
      for await (const keys of inSlices(held.keys())) for (const key of keys) yield [key, held.peek(key)];
    },
    figures: () => ({ entries: held.entries, bytes: held.bytes }),
    retain: sharedUse(
      () => held.resume(),
      () => held.pause(),
    ),
  };
}

function isRecord(value: unknown): value is StoreRecord {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

/** What `value` takes in memory, in bytes, as far as can be said without looking into the engine. */
export function sizeOf(key: string, value: unknown): number {
  const base = RECORD_BYTES + key.length;
  if (typeof value === 'string') return base + value.length;
  if (!isRecord(value)) return base;
  if (value.kind === 'epoch') return base;
  if (value.kind === 'variants') return base + [...value.variants, ...value.selectors.flat()].join('').length;
  const { url, headers, selectedBy, body } = value.response;
  return (
    base + url.length + value.tags.join('').length + fieldBytes(headers) + fieldBytes(selectedBy) + bodyBytes(body)
  );
}

function fieldBytes(fields: Readonly<Record<string, string>>): number {
  let bytes = 0;
  for (const name of Object.keys(fields)) bytes += FIELD_BYTES + name.length + (fields[name]?.length ?? 0);
  return bytes;
}

// Text takes one byte a character if it is all ASCII, which shows where its octets are known, else up to two.
function bodyBytes({ bytes, text = '', parsed = 'none', octets = bytes?.byteLength }: StoredBody): number {
  const value = parsed === 'none' ? 0 : parsed.bytes;
  return (bytes?.byteLength ?? 0) + value + (text.length === octets ? text.length : text.length * 2);
}
