/**
 * What is seldom done with a cache, in a browser? The same as in seldom.ts, loaded when it is done for the first time.
 */
import type * as Behind from './work.js';

type Work = typeof Behind;

/** As in rewriting.ts. */
export const resetExpiration: Work['resetExpiration'] = async (...given) =>
  (await import('./work.js')).resetExpiration(...given);

/** As in rewriting.ts. */
export const copyFrom: Work['copyFrom'] = async (...given) => (await import('./work.js')).copyFrom(...given);

/** As in rekeying.ts. */
export const recreateKeys: Work['recreateKeys'] = async (...given) =>
  (await import('./work.js')).recreateKeys(...given);
