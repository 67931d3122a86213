/**
 * What is seldom done with a cache, in a browser? The same as in seldom.ts, loaded when it is done for the first time.
 */
import type * as Seldom from './seldom.js';

type Work = typeof Seldom;

/** As in removal.ts. */
export const remove: Work['remove'] = async (...given) => (await import('./removal.js')).remove(...given);

/** As in removal.ts. */
export const removeDescribed: Work['removeDescribed'] = async (...given) =>
  (await import('./removal.js')).removeDescribed(...given);

/** As in rewriting.ts. */
export const resetExpiration: Work['resetExpiration'] = async (...given) =>
  (await import('./rewriting.js')).resetExpiration(...given);

/** As in rewriting.ts. */
export const copyFrom: Work['copyFrom'] = async (...given) => (await import('./rewriting.js')).copyFrom(...given);

/** As in rekeying.ts. */
export const recreateKeys: Work['recreateKeys'] = async (...given) =>
  (await import('./rekeying.js')).recreateKeys(...given);
