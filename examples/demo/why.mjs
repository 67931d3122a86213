// Why did the cache do that, in five words? `response.cache.reason` and a phrase; `response.cache.explain()` says it in
// full. The details come from the Cache-Status field (RFC 9211), which the cache adds to every response.
import { duration } from './screen.mjs';

/** The reason, and what it means. */
export function why(response) {
  return `${response.cache.reason} · ${phrase(response)}`;
}

function phrase(response) {
  const { cache } = response;
  const { detail, forwardStatus } = parameters(response.headers['cache-status']);
  if (cache.status === 'bypass')
    return detail === 'disabled' ? 'switched off' : `${method(response)} goes straight through`;
  if (response.status === 504 && cache.reason === 'only-if-cached') return 'nothing usable is stored';
  if (cache.reason === 'stale-while-revalidate') return 'refreshing';
  if (cache.reason === 'stale-if-error')
    return forwardStatus === undefined ? 'it failed lately' : `it said ${forwardStatus}`;
  if (cache.status === 'hit') return cache.expires === null ? 'for ever' : `for another ${left(cache)}`;
  if (cache.status === 'stale') return 'the request accepts that';
  if (cache.revalidated) return '304: no body sent';
  if (cache.collapsed) return 'shares that answer';
  if (!cache.stored) return `not kept: ${detail ?? 'an error'}`;
  if (cache.reason === 'vary-miss') return 'made for other headers';
  if (cache.reason !== 'uri-miss') return 'the origin sent a new one';
  return cache.isExpired ? 'stored, to be validated' : `stored for ${cache.expires ? left(cache) : 'ever'}`;
}

function left({ expires }) {
  return duration((expires.getTime() - Date.now()) / 1_000);
}

function method({ config }) {
  return (config.method ?? 'get').toUpperCase();
}

/** Of the last member of the list, the one nearest to the caller: ours. */
function parameters(cacheStatus = '') {
  const ours = String(cacheStatus).split(',').at(-1);
  return { detail: /; detail=([\w-]+)/.exec(ours)?.[1], forwardStatus: /; fwd-status=(\d+)/.exec(ours)?.[1] };
}
