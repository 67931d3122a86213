// What there is at the origin, and what HTTP says about it: the origin, the clients and the checker agree on this.

/** Each kind of resource: what it answers with, and what follows from that for a cache that many share. */
export const KINDS = {
  plain: { cacheControl: 'max-age=3', lifetime: 3 },
  brief: { cacheControl: 'max-age=1, must-revalidate', lifetime: 1, etag: true },
  swr: { cacheControl: 'max-age=1, stale-while-revalidate=4', lifetime: 1, whileRevalidating: 4 },
  sie: { cacheControl: 'max-age=1, stale-if-error=20', lifetime: 1, onError: 20, etag: true },
  vary: { cacheControl: 'max-age=4', lifetime: 4, byLanguage: true },
  user: { cacheControl: 'max-age=4', lifetime: 4, byUser: true },
  both: {
    cacheControl: 'max-age=2, stale-while-revalidate=2',
    lifetime: 2,
    whileRevalidating: 2,
    byLanguage: true,
    byUser: true,
    etag: true,
  },
  open: { cacheControl: 'public, max-age=5', lifetime: 5, sendsUser: true },
  etag: { cacheControl: 'max-age=2', lifetime: 2, etag: true },
  private: { cacheControl: 'private, max-age=60', single: true, byUser: true },
  secret: { cacheControl: 'no-store', single: true },
};

export const LANGUAGES = ['de', 'fr', 'it'];
export const USERS = ['alice', 'bob', 'carol'];

const OF_EACH = 3;

/** All paths. */
export const PATHS = Object.keys(KINDS).flatMap((kind) =>
  Array.from({ length: OF_EACH }, (_, number) => `/${kind}/${number}`),
);

/** The kind of the resource at a path. */
export function kindOf(path) {
  return KINDS[path.split('/')[1]];
}
