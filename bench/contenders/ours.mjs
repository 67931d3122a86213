// The library itself: the built package, as it comes but for what a case is about.
import axios from 'axios';
import { cachePlugin } from 'axios-http-cache/core';
import { redisStore } from 'axios-http-cache/redis';
import { primed, runOf } from './axios.mjs';

function installer(options) {
  const plugin = cachePlugin(options);
  return (api) => plugin(api);
}

function closing({ api, ...contender }) {
  return { ...contender, stop: () => api.cache.close() };
}

/** Hits of the memory store, or of another. */
export async function ours(given, options = {}) {
  return closing(await primed(installer(options), given));
}

/** Hits that hand out the stored value itself, which nobody can change. */
export const frozen = (given) => ours(given, { frozen: true });

export async function oursInRedis(given, { redisUrl }) {
  return ours(given, { store: redisStore(redisUrl), namespace: 'bench' });
}

/** Over loopback, on a memory store. */
export function oursOverLoopback(given, { agent }) {
  const api = installer({})(axios.create({ httpAgent: agent }));
  return closing({ ...runOf(api, given), api });
}
