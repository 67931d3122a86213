/**
 * What do the caller's own functions say of a response? Filter and tags; what they throw is an event, never the
 * request's error.
 */
import { emptyFields } from '../policy/fields.js';
import type { PolicyResponse } from '../policy/types.js';
import { bodyText } from '../storage/records.js';
import type { EntryRecord, StoredBody } from '../storage/records.js';
import type { Passage, SeenResponse } from './engine.js';

/** The response as a caller's function sees it. */
function seenResponse({ request, redact }: Passage, response: PolicyResponse, body: StoredBody): SeenResponse {
  return {
    status: response.status,
    statusText: response.statusText ?? '',
    // What is stored has these too.
    headers: Object.assign(emptyFields(), response.headers),
    url: redact(request.url),
    method: request.method,
    text: () => bodyText(body),
  };
}

/** The filter's verdict; a filter that throws declines. */
export async function filtered(passage: Passage, response: PolicyResponse, body: StoredBody): Promise<boolean> {
  try {
    return (await passage.callbacks.filterFn?.(seenResponse(passage, response, body))) !== false;
  } catch (cause) {
    passage.engine.events.emit('error', { operation: 'filterFn', cause });
    return false;
  }
}

/** Shows the filter what is served from the store: what it declines now does not stay there. */
export function reconsider(passage: Passage, { key, response }: EntryRecord): void {
  if (passage.callbacks.filterFn === undefined || passage.settings.readOnly) return;
  void filtered(passage, response, response.body).then((wanted) => {
    if (!wanted) void passage.engine.store.remove([key]);
  });
}

/** The tags of a response: those the options give, and those of its `Cache-Tag` field. */
export function tagsOf(passage: Passage, response: PolicyResponse, body: StoredBody): readonly string[] {
  const { tags } = passage.callbacks;
  const written = response.headers['cache-tag']?.split(',').map((tag) => tag.trim()) ?? [];
  try {
    const given: unknown = typeof tags === 'function' ? tags(seenResponse(passage, response, body)) : (tags ?? []);
    if (given instanceof Promise) given.catch(() => undefined);
    if (!Array.isArray(given)) throw new TypeError('tags has to return a list at once');
    return [...new Set([...(given as readonly string[]), ...written])].filter((tag) => tag !== '');
  } catch (cause) {
    passage.engine.events.emit('error', { operation: 'tags', cause });
    return written;
  }
}
