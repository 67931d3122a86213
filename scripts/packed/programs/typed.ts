// What the types promise; compiled, never run. No Node types and no @keyv/redis are needed for it.
import axios from 'axios';
import type { CacheInfo } from 'axios-http-cache';
import { cachePlugin } from 'axios-http-cache';

export async function main(url: string): Promise<boolean> {
  axios.use(
    cachePlugin({
      onEvent: ({ type }) => {
        if (type === 'error') throw new Error(type);
      },
    }),
  );
  const a = await axios.get<{ n: number }>(url, { cache: { expireAfter: '10m', staleIfError: true } });
  const b = await axios.get<{ n: number }>(url, { cache: false });
  const n: number = a.data.n + b.data.n;
  const api = axios.create({ baseURL: url, cache: { tags: ['users'] } }).use(cachePlugin({ shared: true }));
  const removed: number = await api.cache.delete({ urls: ['/users'] });
  const info: CacheInfo = b.cache;
  // @ts-expect-error An option that does not exist.
  await axios.get(url, { cache: { expireAftr: 1 } });
  // @ts-expect-error A status that does not exist.
  return info.status === 'fresh' && info.fromCache && n > removed && info.explain() !== '';
}
