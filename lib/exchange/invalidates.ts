/**
 * What does a request make untrue beside its own URL? What its option `invalidates` names, once it has succeeded.
 *
 * Its caller is answered afterwards: whoever asks this process then is not given what was there before. Other processes
 * may be a moment behind where much has to be looked through.
 */
import { isAxiosError } from 'axios';
import type { AxiosResponse } from 'axios';
import { removeDescribed } from '../handle/removal.js';
import { perform } from '../storage/guard.js';
import { invalidate } from './commit.js';
import type { Passage } from './engine.js';
import { effectiveUrl } from './message.js';
import { untruthOf } from './untrue.js';

/** Milliseconds that a caller waits for what carries a tag to have been found and removed. */
const LONGEST_WAIT = 250;

/** Performs the request, and what follows from its success. */
export async function withConsequences(
  passage: Passage,
  run: (passage: Passage) => Promise<AxiosResponse>,
): Promise<AxiosResponse> {
  try {
    const response = await run(passage);
    await follow(passage, response);
    return response;
  } catch (error) {
    if (isAxiosError(error) && error.response !== undefined) await follow(passage, error.response);
    throw error;
  }
}

async function follow(passage: Passage, { status, cache }: AxiosResponse): Promise<void> {
  // RFC 9111 §4.4 calls these non-error responses. What the store answered has changed nothing.
  if (status < 200 || status >= 400 || cache.status === 'hit' || cache.status === 'stale') return;
  const { invalidates } = passage;
  const urls = invalidates.filter((target) => typeof target === 'string').map((url) => absolute(passage, url));
  const tags = invalidates.flatMap((target) => (typeof target === 'string' ? [] : target.tags));
  const ends: Promise<void>[] = [];
  if (urls.length > 0) ends.push(invalidate(passage, urls));
  if (tags.length > 0) ends.push(endTags(passage, tags));
  await perform(() => Promise.all(ends), LONGEST_WAIT);
}

async function endTags({ engine, settings }: Passage, tags: readonly string[]): Promise<void> {
  const { store, events, clock } = engine;
  try {
    await removeDescribed({ store, clock, policy: () => settings, ...untruthOf(engine) }, { tags });
    for (const tag of tags) events.emit('invalidated', { tag });
  } catch (cause) {
    events.emit('error', { operation: 'invalidates', cause });
  }
}

function absolute({ config }: Passage, url: string): string {
  return effectiveUrl({ ...config, url, params: undefined });
}
