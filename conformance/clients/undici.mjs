// How far does undici's cache interceptor get? Set up as in undici's own continuous integration: fetch over a
// dispatcher with the interceptor, GET and HEAD, private or shared.

import { Agent, fetch as undiciFetch, interceptors } from 'undici';

import { versionOf } from './versions.mjs';

export function create({ mode }) {
  // `pipelining: 0` is undici's word for one connection per request, as for the other clients.
  const agent = new Agent({ pipelining: 0 });
  const dispatcher = agent.compose(interceptors.cache({ type: mode, methods: ['GET', 'HEAD'] }));
  const fetch = (url, { cache, ...init } = {}) =>
    undiciFetch(url, {
      ...init,
      // As for the other clients: of the cache modes only `no-cache` says something to a cache below fetch.
      ...(cache === 'no-cache' && { cache }),
      dispatcher,
      signal: AbortSignal.timeout(10_000),
    });
  return { fetch, versions: { undici: versionOf('undici') }, close: () => agent.destroy() };
}
