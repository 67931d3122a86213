/**
 * Everything of ours in an outside store: to be listed, or to be removed.
 */
import { assertListable, listAll } from './listing.js';
import type { Listed } from './listing.js';
import { isEpochKey } from './epochs.js';
import { KEY_START, LEASE } from './object-store.js';
import type { Reader, ReaderOptions } from './reading.js';
import { readMany, together } from './reading.js';
import type { StoreRecord } from './records.js';

export interface ListingOptions extends ReaderOptions {
  readonly reader: Reader;
}

/** So many values in one round trip, each of which may be as large as an entry can be. */
const READ_BATCH = 32;
const REMOVE_BATCH = 500;
/** Names that are collected before any of them is removed, where removing upsets the listing. */
const COLLECT = 50_000;
const STEP_MS = 5_000;

/** Every record, as this process sees them. What has long been overdue leaves. */
export async function* listRecords(options: ListingOptions): AsyncGenerator<StoreRecord> {
  const { backend, namespace, prefix, overlay, reader, transform } = options;
  // Not before the end: removing upsets some listings.
  const overdue: string[] = [];
  const collect = (key: string): void => {
    if (overdue.length < COLLECT) overdue.push(key);
  };
  for await (const listed of listAll(backend, namespace, prefix + KEY_START)) {
    for await (const { name, value } of valuesOf(options, listed)) {
      const key = name.slice(prefix.length);
      const own = overlay(key);
      const text = transform === undefined ? value : await transform.open(value, name);
      const record = own ?? reader.read(key, text, collect);
      if (record !== undefined && record !== 'removed') yield record;
    }
  }
  // What is on its way has a newer time.
  const dead = overdue.filter((key) => overlay(key) === undefined);
  await removeNames(
    options,
    dead.map((key) => prefix + key),
  );
}

async function* valuesOf({ backend, guard }: ListingOptions, listed: readonly Listed[]): AsyncGenerator<Listed> {
  for (let at = 0; at < listed.length; at += READ_BATCH) {
    const batch = listed.slice(at, at + READ_BATCH);
    const names = batch.filter((item) => !('value' in item)).map(({ name }) => name);
    const outcome = await guard.run('read', () => (names.length === 0 ? [] : readMany(backend, names)), STEP_MS);
    if (!outcome.ok) throw outcome.cause;
    const values = new Map(names.map((name, index) => [name, outcome.value[index]]));
    yield* batch.map(({ name, value }) => ({ name, value: value ?? values.get(name) }));
  }
}

/** Removes everything, and tells how many records there were. */
export async function clearAll(options: ListingOptions): Promise<number> {
  const { backend, namespace, prefix } = options;
  assertListable(backend);
  // A database that lists by position skips what moves up: it is asked again, until nothing is left.
  const isSteady = backend.names !== undefined;
  let count = 0;
  for (;;) {
    let collected: string[] = [];
    let removed = 0;
    for await (const listed of listAll(backend, namespace, prefix)) {
      collected.push(...listed.map(({ name }) => name).filter((name) => isOurs(name, prefix)));
      if (collected.length < (isSteady ? REMOVE_BATCH : COLLECT)) continue;
      if (!isSteady) break;
      removed += await removeNames(options, collected);
      collected = [];
    }
    removed += await removeNames(options, collected);
    count += removed;
    if (isSteady || removed === 0) return count;
  }
}

function isOurs(name: string, prefix: string): boolean {
  return name.startsWith(prefix + KEY_START) || name.startsWith(prefix + LEASE + KEY_START);
}

async function removeNames({ backend, guard, prefix }: ListingOptions, names: readonly string[]): Promise<number> {
  let removed = 0;
  for (let at = 0; at < names.length; at += REMOVE_BATCH) {
    const batch = names.slice(at, at + REMOVE_BATCH);
    // Those of epochs and leases are no records: they go too, and are not counted.
    const others = batch.filter((name) => isEpochKey(name) || name.startsWith(prefix + LEASE)).length;
    const removeAll = () =>
      backend.deleteMany === undefined
        ? together(batch.map((name) => () => backend.delete(name)))
        : backend.deleteMany(batch);
    const outcome = await guard.run('remove', removeAll, STEP_MS);
    if (!outcome.ok) throw outcome.cause;
    removed += Math.max(0, removedOf(outcome.value, batch.length) - others);
  }
  return removed;
}

// Adapters answer with a number, with true for any of them, with one answer each, or with nothing of the kind.
function removedOf(answer: unknown, asked: number): number {
  if (typeof answer === 'number') return answer;
  return Array.isArray(answer) ? answer.filter((one) => one !== false && one !== 0).length : asked;
}
