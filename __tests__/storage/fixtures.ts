/** Records to store, and the store events they cause. */
import { createRecordStore } from '../../lib/storage/store.js';
import type { RecordStoreOptions } from '../../lib/storage/store.js';
import type { EntryRecord, EpochRecord, StoredBody, VariantsRecord } from '../../lib/storage/records.js';
import type { RecordStore, StoreEvent } from '../../lib/storage/types.js';

/** For tests of what a store does, not of how fast: the machine may be busy with others. */
export const PATIENT = { timeout: 3_000, budget: 10_000 };

export const NOW = Date.UTC(2026, 0, 1);

export function fields(values: Record<string, string>): Record<string, string> {
  return Object.assign(Object.create(null) as Record<string, string>, values);
}

export function aKey(name: string): string {
  return `{${name}}digest`;
}

export function anEntry(
  name: string,
  body: string | Uint8Array | StoredBody = `body of ${name}`,
  response: Partial<EntryRecord['response']> = {},
): EntryRecord {
  return {
    kind: 'entry',
    key: aKey(name),
    epoch: '',
    tags: ['users', 'list'],
    response: {
      method: 'GET',
      url: `https://api.example.com/${encodeURIComponent(name)}`,
      status: 200,
      statusText: 'OK',
      headers: fields({ 'content-type': 'application/json', 'cache-control': 'max-age=60', etag: '"1"' }),
      selectedBy: fields({ 'accept-language': 'de' }),
      requestedAt: NOW,
      receivedAt: NOW + 20,
      ...response,
      body: aBody(body),
    },
  };
}

function aBody(body: string | Uint8Array | StoredBody): StoredBody {
  if (typeof body === 'string') return { form: 'content', bytes: new TextEncoder().encode(body) };
  return body instanceof Uint8Array ? { form: 'content', bytes: body } : body;
}

export const anEpoch: EpochRecord = { kind: 'epoch', key: aKey('epoch'), epoch: '7f' };

export const someVariants: VariantsRecord = {
  kind: 'variants',
  key: aKey('variants'),
  epoch: '',
  selectors: [['accept-language'], []],
  variants: ['{variants}one', '{variants}two'],
};

export interface OpenedStore {
  readonly store: RecordStore;
  readonly events: StoreEvent[];
  /** Types of the events so far, without what a probe's timing decides. */
  types(): string[];
}

const opened: RecordStore[] = [];

/** A record store that `closeAll` closes. */
export function openStore(options: RecordStoreOptions = {}): OpenedStore {
  const events: StoreEvent[] = [];
  const store = createRecordStore({ onEvent: (event) => events.push(event), ...options });
  opened.push(store);
  return { store, events, types: () => events.map(({ type }) => type) };
}

export async function closeAll(): Promise<void> {
  await Promise.all(opened.splice(0).map((store) => store.close()));
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Waits until `condition` holds, at most `limit` milliseconds. */
export async function until(condition: () => boolean | Promise<boolean>, limit = 5_000): Promise<void> {
  const end = performance.now() + limit;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within ${limit} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
