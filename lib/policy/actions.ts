/**
 * What does the cache do with one request? `CacheActions`, after the class of that name in Python's
 * requests-cache: its outputs, inputs and methods, over the two decisions of this policy.
 *
 * Every flag is derived from a decision and cannot disagree with it; at most one of `error504`,
 * `resendAsync`, `resendRequest` and `sendRequest` is true. Responses are replaced, never amended.
 */
import type { ReuseDecision, StoreDecision } from './decisions.js';
import { parseExpiration, resolveExpireAfter } from './expiration.js';
import { emptyFields, toFields } from './fields.js';
import { expiresAt, freshnessLifetime, statedExpiration } from './freshness.js';
import type { FreshnessFacts } from './freshness.js';
import { CacheInputs } from './inputs.js';
import { decideReuse } from './reuse.js';
import { completeSettings } from './settings.js';
import { decideOnFailure, decideStoring, factsOf } from './storing.js';
import type {
  CacheSettings,
  EpochMs,
  Exchange,
  ExchangeTimes,
  Expiration,
  Fields,
  PolicyRequest,
  PolicyResponse,
  StoredResponse,
} from './types.js';
import { readVary } from './vary.js';

/** Derives the key of a request whose identity includes the named request fields. */
export type VaryKeyFunction = (request: PolicyRequest, names: readonly string[]) => string;

/** The course of one request through the cache. */
export class CacheActions<B = unknown> extends CacheInputs {
  #stored: StoredResponse<B> | undefined;
  #reuse: ReuseDecision<B> | undefined;
  #storing: StoreDecision<B> | undefined;
  #answer: FreshnessFacts | undefined;
  #varyKey: string | undefined;

  /** Begins with what the request and the settings say. */
  static fromRequest<B = unknown>(
    cacheKey: string,
    request: PolicyRequest,
    settings: Partial<CacheSettings> | undefined,
    now: EpochMs,
  ): CacheActions<B> {
    const headers = toFields(request.headers);
    const policyRequest = { ...request, method: request.method.toUpperCase(), headers };
    return new CacheActions<B>({ cacheKey, request: policyRequest, settings: completeSettings(settings ?? {}), now });
  }

  /** The lifetime: what the answer states once there is one and it states one, else what the options give. */
  get expireAfter(): Expiration | undefined {
    const stated = this.#answer && statedExpiration(this.#answer, this.settings);
    return stated ?? resolveExpireAfter(this.settings, this.request.url);
  }

  /** When the response in hand becomes stale; `null` means never, `undefined` that no lifetime is known yet. */
  get expires(): EpochMs | null | undefined {
    const answer = this.#answer;
    if (answer && freshnessLifetime(answer, this.settings).source !== 'none') return expiresAt(answer, this.settings);
    const option = resolveExpireAfter(this.settings, this.request.url);
    if (option === undefined) return undefined;
    const expiration = parseExpiration(option, this.startedAt);
    return expiration === 'do-not-cache' ? undefined : expiration.expiresAt;
  }

  /** The store is not to be written: known of the request at first, of the response once there is one. */
  get skipWrite(): boolean {
    if (this.#storing === undefined) return this.directives.noStore;
    return this.#storing.kind !== 'store' && (this.#storing.kind !== 'freshen' || Boolean(this.#storing.notStored));
  }

  /** Answer 504. */
  get error504(): boolean {
    return this.#reuse?.kind === 'fail';
  }

  /** Send the request for the first time. */
  get sendRequest(): boolean {
    return this.#reuse?.kind === 'fetch';
  }

  /** Send it again, with `validationHeaders` where there are any. */
  get resendRequest(): boolean {
    return this.#reuse?.kind === 'revalidate';
  }

  /** Answer from the store and send it again in the background. */
  get resendAsync(): boolean {
    return this.#reuse?.kind === 'serve-and-refresh';
  }

  /** The fields that make the request conditional (RFC 9111 §4.3.1). */
  get validationHeaders(): Fields {
    const reuse = this.#reuse;
    return reuse?.kind === 'revalidate' || reuse?.kind === 'serve-and-refresh'
      ? reuse.validationHeaders
      : emptyFields();
  }

  /** The key under which a response for these request fields belongs, after a Vary mismatch (RFC 9111 §4.1). */
  get varyKey(): string | undefined {
    return this.#varyKey;
  }

  /** What was decided about the stored response; `undefined` before `updateFromCachedResponse`. */
  get reuse(): ReuseDecision<B> | undefined {
    return this.#reuse;
  }

  /** What was decided about the answer; `undefined` before one came. */
  get storing(): StoreDecision<B> | undefined {
    return this.#storing;
  }

  /** Decides whether the stored response is reused. Pass `undefined` where there is none, or `skipRead` is set. */
  updateFromCachedResponse(
    stored: StoredResponse<B> | undefined,
    now: EpochMs,
    createKey?: VaryKeyFunction,
  ): ReuseDecision<B> {
    const reuse = decideReuse(this.request, stored, this.settings, now);
    const isOtherVariant = reuse.kind === 'fetch' && reuse.because === 'vary-miss';
    // What was made for another request neither helps out on errors nor is confirmed by a 304.
    this.#stored = isOtherVariant ? undefined : stored;
    this.#reuse = reuse;
    if (stored !== undefined && createKey && isOtherVariant) {
      const vary = readVary(stored.headers);
      // Under an ignored field nothing could be found again.
      const isKeyed = vary.kind === 'names' && reuse.rule !== 'vary-ignored-header';
      this.#varyKey = isKeyed ? createKey(this.request, vary.names) : undefined;
    }
    return reuse;
  }

  /** The request as it goes to the origin: with the validators, where there are any. */
  updateRequest(request: PolicyRequest): PolicyRequest {
    return { ...request, headers: Object.assign(emptyFields(), toFields(request.headers), this.validationHeaders) };
  }

  /** Decides what becomes of the origin's answer. `filterResult` is the verdict of the caller's filter. */
  updateFromResponse(response: PolicyResponse, times: ExchangeTimes, filterResult?: boolean): StoreDecision<B> {
    const answer = { ...response, headers: toFields(response.headers) };
    return this.#decided(decideStoring(this.#exchange(filterResult), answer, times), answer, times);
  }

  /** Decides what a failure to reach the origin leaves (RFC 5861 §4). */
  updateFromError(now: EpochMs): StoreDecision<B> {
    this.#storing = decideOnFailure(this.#exchange(), now);
    return this.#storing;
  }

  /** Decides what a 304 to our validators makes of the stored response. */
  updateRevalidatedResponse(
    notModified: PolicyResponse,
    stored: StoredResponse<B>,
    times: ExchangeTimes,
  ): StoreDecision<B> {
    this.#stored = stored;
    const answer = { ...notModified, status: 304, headers: toFields(notModified.headers) };
    return this.#decided(decideStoring({ ...this.#exchange(), validating: true }, answer, times), answer, times);
  }

  #decided(decision: StoreDecision<B>, answer: PolicyResponse, times: ExchangeTimes): StoreDecision<B> {
    const isKept = decision.kind === 'store' || decision.kind === 'freshen';
    this.#answer = isKept ? decision.response : factsOf(this.request, answer, times, this.settings);
    this.#storing = decision;
    return decision;
  }

  #exchange(filterResult?: boolean): Exchange<B> {
    return {
      request: this.request,
      stored: this.#stored,
      settings: this.settings,
      validating: Object.keys(this.validationHeaders).length > 0,
      reading: !this.skipRead,
      filterResult,
    };
  }
}
