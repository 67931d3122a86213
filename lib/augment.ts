/**
 * What does axios' own typing gain? `cache` in a request's config and on every response.
 */
import type { CacheRequestOptions } from './interceptors/options.js';
import type { CacheInfo } from './observe/info.js';

declare module 'axios' {
  interface AxiosRequestConfig {
    /** What the cache does with this request; `false` switches it off. */
    cache?: false | CacheRequestOptions;
  }

  interface AxiosResponse {
    /** What the cache did with this request, and why. */
    cache: CacheInfo;
  }
}
