/**
 * What do caches in memory not need, in a browser? The same as in seldom.ts, loaded with the first store that is given.
 */
import type { GivenParts } from './given.js';
import { withoutCryptography } from './keys.js';
import { LateStore } from './late.js';
import type { RecordStore } from './types.js';

/** As in given.ts, but for what goes wrong later: that is an event, and the store is not used. */
export function givenStore(parts: GivenParts): RecordStore {
  checkChanges(parts.changes);
  return new LateStore(parts.settings, parts.reports, async () => (await import('./given.js')).givenStore(parts));
}

/** As in given.ts, for encryption. */
export function checkChanges({ encryption }: GivenParts['changes']): void {
  const { crypto: web } = globalThis as { crypto?: Partial<Crypto> };
  if (encryption !== undefined && web?.subtle === undefined) throw withoutCryptography(encryption);
}
