/**
 * What do the headers of a message say about caching? `CacheDirectives`, after the class of that name in Python's
 * requests-cache: the directives and the fields that belong with them.
 */
import { requestDirectives } from './directives.js';
import type { Directives } from './directives.js';
import { toFields } from './fields.js';
import type { LooseFields } from './fields.js';
import type { Seconds } from './types.js';

/** The directives of a message and the fields that belong with them, by the names of the Python class. */
export interface CacheDirectives extends Directives {
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
  readonly expires: string | undefined;
  readonly hasValidator: boolean;
  /** How far a request moves the limit of what it accepts: later for max-stale, earlier for min-fresh. */
  readonly expireOffsetSeconds: Seconds;
}

/** Reads the directives of request or response fields, in any case of names. */
export const CacheDirectives = {
  fromHeaders(headers: LooseFields): CacheDirectives {
    const fields = toFields(headers);
    const directives = requestDirectives(fields);
    const etag = fields['etag'];
    const lastModified = fields['last-modified'];
    const { maxStale = 0, minFresh = 0 } = directives;
    return {
      ...directives,
      etag,
      lastModified,
      expires: fields['expires'],
      hasValidator: Boolean(etag) || Boolean(lastModified),
      expireOffsetSeconds: maxStale > 0 ? maxStale : 0 - minFresh,
    };
  },
};
