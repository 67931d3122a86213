// axios-cache-interceptor, on the same axios: its memory storage, which hands out the one stored object or copies of it,
// and a storage over Redis as its documentation advises.
import axios from 'axios';
import { buildMemoryStorage, buildStorage, setupCache } from 'axios-cache-interceptor';
import { primed, runOf } from '../contenders/axios.mjs';

const inMemory =
  (...options) =>
  (api) =>
    setupCache(api, { storage: buildMemoryStorage(...options) });

/** The one stored object, for all: how it comes. */
export const sharing = (given) => primed(inMemory(), given);

/** The same with room for more than 1,024 entries. */
export const sharingMany = (given) => primed(inMemory(false, 300_000, 1_000_000), given);

/** A copy for each, by `structuredClone`. */
export const cloning = (given) => primed(inMemory(true), given);

export function overLoopback(given, { agent }) {
  return runOf(inMemory(false)(axios.create({ httpAgent: agent })), given);
}

/** JSON in one key per request, with an expiry where it is known. */
export async function inRedis(given, { redis }) {
  const nameOf = (key) => `axios-cache-${key}`;
  const endOf = ({ state, ttl, createdAt }) => (state === 'loading' ? Date.now() + 60_000 : createdAt + ttl);
  const storage = buildStorage({
    async find(key) {
      const text = await redis.get(nameOf(key));
      return text === null ? undefined : JSON.parse(text);
    },
    async set(key, value) {
      await redis.set(nameOf(key), JSON.stringify(value), { PXAT: endOf(value) });
    },
    async remove(key) {
      await redis.del(nameOf(key));
    },
  });
  return primed((api) => setupCache(api, { storage }), given);
}
