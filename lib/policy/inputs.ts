/**
 * What is known of a request before anything is looked up? The inputs of `CacheActions`: what the request asks for, and
 * the settings in force.
 */
import { requestDirectives } from './directives.js';
import type { Directives } from './directives.js';
import { skipReadRule } from './reuse.js';
import { errorUsability, usability } from './staleness.js';
import type { CacheSettings, EpochMs, PolicyRequest, Seconds, StoredResponse } from './types.js';

/** What a `CacheActions` is made of. */
export interface CacheActionsFields {
  readonly cacheKey: string;
  readonly request: PolicyRequest;
  readonly settings: CacheSettings;
  /** When the exchange began. */
  readonly now: EpochMs;
}

/** A request, and how it wants to be answered. */
export class CacheInputs {
  readonly cacheKey: string;
  readonly request: PolicyRequest;
  readonly settings: CacheSettings;
  readonly directives: Directives;
  /** When the exchange began. */
  protected readonly startedAt: EpochMs;

  constructor(fields: CacheActionsFields) {
    this.cacheKey = fields.cacheKey;
    this.request = fields.request;
    this.settings = fields.settings;
    this.startedAt = fields.now;
    this.directives = requestDirectives(fields.request.headers);
  }

  /** The stored response or a 504, nothing else (RFC 9111 §5.2.1.7). */
  get onlyIfCached(): boolean {
    return this.settings.onlyIfCached || this.directives.onlyIfCached;
  }

  /** What is stored is to be validated. */
  get refresh(): boolean {
    return this.settings.refresh || this.directives.maxAge === 0;
  }

  /** How stale an answer may be when the origin fails, by option or request. */
  get staleIfError(): boolean | Seconds {
    return this.settings.staleIfError || (this.directives.staleIfError ?? false);
  }

  /** How stale an answer may be while it is refreshed, by option or request. */
  get staleWhileRevalidate(): boolean | Seconds {
    return this.settings.staleWhileRevalidate || (this.directives.staleWhileRevalidate ?? false);
  }

  /** The store is not to be asked. */
  get skipRead(): boolean {
    return skipReadRule(this.request, this.directives, this.settings) !== undefined;
  }

  /** Whether its age allows a stored response to be used now, or, with `error`, now that the origin fails. */
  isUsable(stored: StoredResponse | undefined, now: EpochMs, { error = false } = {}): boolean {
    if (stored === undefined) return false;
    const usable = error ? errorUsability : usability;
    return usable(stored, this.directives, this.settings, now) !== undefined;
  }
}
