/**
 * What did the cache do with this request, and why? The `cache` of every response.
 */
import { currentAge, expiresAt } from '../policy/freshness.js';
import { FORWARDED_BECAUSE, NOT_STORED_BECAUSE, SERVED_BECAUSE } from '../policy/reasons.js';
import type { ForwardReason, ForwardRule, ServeRule, WhyNotStored } from '../policy/decisions.js';
import type { CacheSettings, EpochMs, Seconds, StoredResponse } from '../policy/types.js';

/** What became of the request. */
export type CacheStatus = 'hit' | 'stale' | 'revalidated' | 'miss' | 'bypass';

/** Why a body that could be received could not be kept. */
export type WhyBodyNotStored =
  | 'body-incomplete'
  | 'body-unverifiable'
  | 'body-opaque'
  | 'redirect'
  | 'redirect-unseen'
  | 'request-changed'
  | 'too-large'
  | 'for-one-user'
  | 'superseded'
  | 'store-refused';

/** What the cache tells of one response. */
export interface CacheInfo {
  /** `miss`: the body came from the origin; `bypass`: the cache was not asked; `stale`: any stale body. */
  readonly status: CacheStatus;
  /** The body came from the store. */
  readonly fromCache: boolean;
  /** This exchange handed the response to the store, or updated what is there. */
  readonly stored: boolean;
  /** The origin confirmed the stored response with a 304. */
  readonly revalidated: boolean;
  /** The origin's answer was shared with another request. */
  readonly collapsed: boolean;
  /** Names what is stored; a digest, without secrets. Missing where the cache was not asked. */
  readonly key?: string;
  /** Whole seconds since the origin made the response, on its way to here included (RFC 9111 §4.2.3). */
  readonly ageSeconds?: number;
  /** When this cache received it. */
  readonly createdAt?: Date;
  /** When it becomes stale; `null`: never. */
  readonly expires?: Date | null;
  /** It is stale by now. */
  readonly isExpired?: boolean;
  /** One word, that of RFC 9211 where it has one. */
  readonly reason: string;
  /** The whole story in sentences, with the rules it rests on. */
  explain(): string;
}

/** Why a response was not stored, in one word. */
export type NotStoredReason = WhyNotStored | WhyBodyNotStored;

/** What a `CacheInfo` is made of. */
export interface InfoFacts {
  readonly status: CacheStatus;
  readonly served?: ServeRule | undefined;
  readonly forwarded?: { readonly because: ForwardReason; readonly rule: ForwardRule } | undefined;
  readonly notStored?: NotStoredReason | undefined;
  /** What the caller is given, where it is or could be stored. */
  readonly response?: StoredResponse | undefined;
  readonly stored?: boolean | undefined;
  readonly collapsed?: boolean | undefined;
  readonly revalidated?: boolean | undefined;
  readonly fromCache: boolean;
  readonly key?: string | undefined;
  readonly failed504?: boolean | undefined;
  /** The status of the origin's answer, where one came. */
  readonly forwardStatus?: number | undefined;
}

/** Why a body was not kept, as a part of a sentence. */
export const BODY_NOT_STORED: Readonly<Record<WhyBodyNotStored, string>> = {
  'body-incomplete': 'its body is not whole (RFC 9111 §3.3)',
  'body-unverifiable': 'nothing tells whether its body is whole (RFC 9112 §8)',
  'body-opaque': 'its body came in a form that cannot be kept (from an adapter of your own)',
  redirect: 'it came through a redirect that may not be stored (RFC 9111 §3)',
  'redirect-unseen':
    'it came through redirects that this adapter does not show, and one of them may forbid it (RFC 9111 §3)',
  'request-changed': 'what was sent is not what was asked for: the caller changed its request meanwhile',
  'too-large': 'it is larger than an entry may be (maxEntryBytes)',
  'for-one-user': 'it confirms for one user what is stored for everybody',
  superseded: 'it was asked for before the resource changed, or before what is stored by now (RFC 9111 §4.4)',
  'store-refused': 'the store did not take it (full, down, or left alone for a while: storage)',
};

/** The one word for what happened. */
export function reasonOf(facts: InfoFacts): string {
  if (facts.failed504) return 'only-if-cached';
  return facts.served ?? facts.forwarded?.because ?? 'bypass';
}

/** Makes the `cache` of a response. */
export function createInfo(facts: InfoFacts, settings: CacheSettings | undefined, now: EpochMs): CacheInfo {
  const { response } = facts;
  const base: CacheInfo = {
    status: facts.status,
    fromCache: facts.fromCache,
    stored: facts.stored === true,
    revalidated: facts.revalidated === true,
    collapsed: facts.collapsed === true,
    reason: reasonOf(facts),
    explain: () => explain(facts),
  };
  const info = base as { -readonly [Name in keyof CacheInfo]: CacheInfo[Name] };
  if (facts.key !== undefined) info.key = facts.key;
  if (response === undefined || settings === undefined) return info;
  const expiresOn = expiresAt(response, settings);
  const ageSeconds = Math.floor(currentAge(response, now));
  info.ageSeconds = ageSeconds;
  info.createdAt = new Date(response.receivedAt);
  info.expires = expiresOn === null ? null : new Date(Math.max(-8.64e15, Math.min(8.64e15, expiresOn)));
  info.isExpired = expiresOn !== null && expiresOn <= now;
  info.explain = () => explain(facts, ageSeconds, expiresOn === null ? null : (expiresOn - now) / 1000);
  return info;
}

function explain(facts: InfoFacts, age?: Seconds, remaining?: Seconds | null): string {
  const sentences = [
    ...request(facts),
    ...(age === undefined ? [] : [`The response is ${String(age)} s old${lifeLeft(remaining)}.`]),
    ...storing(facts),
  ];
  return sentences.join(' ');
}

function request(facts: InfoFacts): string[] {
  if (facts.failed504)
    return ['504: the request accepts nothing but the cache, and nothing usable is stored (RFC 9111 §5.2.1.7).'];
  const sentences: string[] = [];
  if (facts.forwarded !== undefined) {
    sentences.push(`The request went to the origin: ${FORWARDED_BECAUSE[facts.forwarded.rule]}.`);
    if (facts.collapsed) sentences.push('It shared the answer that an identical request was already waiting for.');
  }
  if (facts.revalidated) sentences.push('The origin confirmed the stored response (304, RFC 9111 §4.3).');
  if (facts.collapsed && facts.forwarded === undefined)
    sentences.push('Another process was already fetching it, and has stored it for all.');
  if (facts.served !== undefined) sentences.push(`A stored response was served: ${SERVED_BECAUSE[facts.served]}.`);
  if (sentences.length === 0) sentences.push('The cache was not asked.');
  return sentences;
}

/** How much of its lifetime is left, as a part of a sentence. */
export function lifeLeft(remaining: Seconds | null | undefined): string {
  if (remaining === undefined) return '';
  if (remaining === null) return ' and never becomes stale';
  if (remaining <= 0 && remaining > -1) return '';
  const seconds = String(Math.abs(Math.round(remaining)));
  return remaining > 0 ? ` and fresh for another ${seconds} s` : ` and has been stale for ${seconds} s`;
}

function storing({ stored, notStored }: InfoFacts): string[] {
  if (stored) return ['It was stored.'];
  if (notStored === undefined) return [];
  const sentence = isAboutBody(notStored) ? BODY_NOT_STORED[notStored] : NOT_STORED_BECAUSE[notStored];
  return [`It was not stored: ${sentence}.`];
}

function isAboutBody(reason: NotStoredReason): reason is WhyBodyNotStored {
  return Object.hasOwn(BODY_NOT_STORED, reason);
}
