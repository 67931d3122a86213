/**
 * Has what carries this tag been deleted since the request looked into the store? Answers that were asked for before must
 * not be stored after, nor be given to requests that came after.
 *
 * Which tags an answer has is known only when it is there. So each deletion of a tag is noted: in this process, and as a
 * mark in the store for other processes. Whoever has written an answer with tags looks at their marks afterwards: either
 * the mark was there, and the answer is taken back; or it came later, and so did the listing that removes what carries the
 * tag. Lookups pay nothing for it, and stay one round trip.
 */
import { sha256Base64Url } from '../policy/digest.js';
import type { Seconds } from '../policy/types.js';
import { perform } from '../storage/guard.js';
import type { EntryRecord } from '../storage/records.js';
import type { Engine } from './engine.js';

/** A mark outlives every answer that was under way when it was made. */
const KEEP_MARK: Seconds = 3_600;
/** Milliseconds that a deletion waits for the store to have taken its marks. */
const LONGEST_WAIT = 250;
const LONGEST_RECHECK = 5_000;

function markKey(tag: string): string {
  return `{${sha256Base64Url(`tag ${tag}`).slice(0, 22)}}tag`;
}

/** Notes that what carries these tags is over, here and in the store. */
export async function markTags({ store, tagMarks, clock }: Engine, tags: readonly string[]): Promise<void> {
  const now = clock();
  for (const tag of tags) {
    const mark = `${now.toString(36)}-${Math.random().toString(36).slice(2)}`;
    tagMarks.note(tag, mark);
    if (!store.isPrivate) store.put({ kind: 'epoch', key: markKey(tag), epoch: mark }, KEEP_MARK);
  }
  if (!store.isPrivate && tags.length > 0) await perform(() => store.flush(), LONGEST_WAIT);
}

/** Takes back an entry that has just been written, if another process deleted one of its tags in the meantime. */
export async function recheckTags(engine: Engine, entry: EntryRecord, turn: number): Promise<void> {
  const { store, tagMarks, events } = engine;
  if (entry.tags.length === 0 || store.isPrivate) return;
  // The mark has to be read after the entry is there: one that comes later is followed by a listing that finds it.
  await perform(() => store.flush(), LONGEST_RECHECK);
  const { records } = await store.lookup(entry.tags.map(markKey));
  for (const [at, tag] of entry.tags.entries()) {
    const mark = records[at]?.epoch;
    if (mark !== undefined) tagMarks.discover(tag, mark);
  }
  if (!tagMarks.endedSince(entry.tags, turn, entry.response.requestedAt)) return;
  void store.remove([entry.key]);
  events.emit('not-stored', { key: entry.key, reason: 'superseded' });
}
