/**
 * Under which keys do the answers to a request lie? Its URL's, within the partition of whoever sent it (RFC 9111 §2, §3.5).
 *
 * What decides the answer beside the URL separates keys too: the tenant, and the way a request takes (way.ts).
 */
import { lengthPrefixed, sha256Base64Url } from '../policy/digest.js';
import { emptyFields } from '../policy/fields.js';
import { createKey, credentialPartition } from '../policy/key.js';
import type { CacheSettings, PolicyRequest } from '../policy/types.js';
import type { Callbacks, Keys, Passage, SeenRequest } from './engine.js';
import { wayOf } from './way.js';

/** The key at which the epoch of a URL lies. */
export function epochKey(key: string): string {
  return `${tagOf(key)}epoch`;
}

/** The tag that a key begins with: its URL's. */
export function tagOf(key: string): string {
  return key.slice(0, key.indexOf('}') + 1);
}

/** Where the answers to a GET or HEAD of a URL lie, as far as this requester could have stored or read them. */
export function keysOfUrl(passage: Passage, url: string): readonly string[] {
  const keys = ['GET', 'HEAD'].map((method) => {
    const request = { ...passage.request, method, url, body: undefined };
    return keysFor({ ...passage, request });
  });
  return [...new Set(keys.flatMap(({ own, public: shared }) => [own, shared]))];
}

/** Derives the keys of a request. A throw of the caller's own function is the caller's to see as an event. */
export function keysFor(passage: Passage): Keys {
  const { request, settings, callbacks } = passage;
  const tenant =
    callbacks.partition === undefined ? undefined : textOf(callbacks.partition(seenRequest(passage)), 'partition');
  const credentials = credentialPartition(request, settings);
  const base = [tenant, ...wayOf(passage.config, request, settings, tenant !== undefined)];
  const own = keyOf(request, settings, callbacks, passage, partition(base, credentials));
  const shared = credentials === undefined ? own : keyOf(request, settings, callbacks, passage, partition(base));
  const get = { ...request, method: 'GET' };
  const ofGet =
    request.method === 'HEAD'
      ? [
          keyOf(get, settings, callbacks, passage, partition(base, credentials)),
          keyOf(get, settings, callbacks, passage, partition(base)),
        ]
      : [];
  const epoch = epochKey(own);
  const lookedAt = [...new Set([own, shared, ...ofGet, epoch])];
  return { own, public: shared, ofGet, epoch, lookedAt, tag: tagOf(own), hasCredentials: credentials !== undefined };
}

// A promise is no text, and nobody else will look at it.
function textOf(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  if (value instanceof Promise) value.catch(() => undefined);
  throw new TypeError(`${name} has to return a text at once`);
}

function partition(base: readonly (string | undefined)[], credentials?: string): string | undefined {
  const parts = [...base, credentials];
  if (parts.every((part) => part === undefined)) return undefined;
  return lengthPrefixed(parts);
}

function keyOf(
  request: PolicyRequest,
  settings: CacheSettings,
  { keyFn }: Callbacks,
  passage: Passage,
  owner: string | undefined,
): string {
  const standard = createKey(request, settings, owner);
  if (keyFn === undefined) return standard;
  const identity = textOf(keyFn(seenRequest(passage), createKey(request, settings)), 'keyFn');
  // In place of URL, content and matched fields; method and partition still apply. As a digest, since a text that is read
  // as a URL is normalised, and what it calls two things would become one.
  return createKey({ method: request.method, url: `key:${sha256Base64Url(identity)}`, headers: {} }, settings, owner);
}

/** The request as a caller's function sees it: what that does to the headers, it does to a copy. */
function seenRequest({ request: { method, url, headers }, config }: Passage): SeenRequest {
  return { method, url, headers: Object.assign(emptyFields(), headers), data: config.data as unknown, config };
}
