/**
 * How does a response carry what the cache says of it? Its Cache-Status field (RFC 9211).
 */
import { appendCacheStatus, cacheStatus } from '../observe/cache-status.js';
import type { CacheInfo, InfoFacts } from '../observe/info.js';
import type { EpochMs } from '../policy/types.js';
import type { Engine } from './engine.js';
import type { OwnHeaders } from './message.js';

const NAME = 'cache-status';

/** Adds our member to what caches on the way have said, unless the options leave it out. */
export function addCacheStatus(
  headers: OwnHeaders,
  { cacheStatus: mode }: Pick<Engine, 'cacheStatus'>,
  facts: InfoFacts,
  info: CacheInfo,
  now: EpochMs,
  areOurs = false,
): void {
  if (mode === false) return;
  const member = cacheStatus(facts, info, now, mode === 'key');
  // Ours have names in lower case: to look for the name in all its spellings takes longer than all the rest.
  const earlier: unknown = areOurs ? headers[NAME] : headers.get(NAME);
  const value = appendCacheStatus(typeof earlier === 'string' ? earlier : undefined, member);
  if (areOurs) headers[NAME] = value;
  else headers.set(NAME, value);
}
