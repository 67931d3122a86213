/**
 * How does a response carry what the cache says of it? Its Cache-Status field (RFC 9211).
 */
import { appendCacheStatus, cacheStatus } from '../observe/cache-status.js';
import type { CacheInfo, InfoFacts } from '../observe/info.js';
import type { EpochMs } from '../policy/types.js';
import type { Engine } from './engine.js';
import type { OwnHeaders } from './message.js';

/** Adds our member to what caches on the way have said, unless the options leave it out. */
export function addCacheStatus(
  headers: OwnHeaders,
  { cacheStatus: mode }: Pick<Engine, 'cacheStatus'>,
  facts: InfoFacts,
  info: CacheInfo,
  now: EpochMs,
): void {
  if (mode === false) return;
  const earlier = headers.get('cache-status');
  const member = cacheStatus(facts, info, now, mode === 'key');
  headers.set('cache-status', appendCacheStatus(typeof earlier === 'string' ? earlier : undefined, member));
}
