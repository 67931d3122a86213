/** A resource that is shown at once, from the cache if need be, and again when a newer one has come. */
import type { AxiosInstance, AxiosRequestConfig, AxiosResponse } from 'axios';
import type { CacheInfo, InstanceCache } from 'axios-http-cache';
import { useCallback, useEffect, useState } from 'react';

export type CachedApi = AxiosInstance & { readonly cache: InstanceCache };

export interface CachedResource<Data> {
  readonly data?: Data;
  /** What the cache did for what is shown. */
  readonly cache?: CacheInfo;
  /** Of the last request, if it failed; what was there before stays. */
  readonly error?: unknown;
  /** What is shown is stale, and a newer one is on its way. */
  readonly isRefreshing: boolean;
  /** Asks again. */
  readonly reload: (config?: AxiosRequestConfig) => void;
}

type State<Data> = Omit<CachedResource<Data>, 'reload'>;

/**
 * Gets a resource through a cached instance. A stale answer is shown while the cache refreshes it behind the page; its
 * `refreshed` event says when to look again, which then costs no request.
 */
export function useCachedResource<Data>(api: CachedApi, url: string): CachedResource<Data> {
  const [state, setState] = useState<State<Data>>({ isRefreshing: false });
  const [order, setOrder] = useState<{ readonly config: AxiosRequestConfig }>({ config: {} });

  useEffect(() => {
    const abort = new AbortController();
    let key: string | undefined;

    const show = ({ data, cache }: AxiosResponse<Data>): void => {
      key = cache.key;
      setState({ data, cache, isRefreshing: cache.status === 'stale' });
    };
    const get = (config: AxiosRequestConfig): void => {
      api.get<Data>(url, { ...config, signal: abort.signal }).then(show, (error: unknown) => {
        if (!abort.signal.aborted) setState((shown) => ({ ...shown, error, isRefreshing: false }));
      });
    };
    const onRefreshed = (event: { readonly key: string }): void => {
      if (event.key === key) get({});
    };
    const onRefreshFailed = (event: { readonly key: string }): void => {
      if (event.key === key) setState((shown) => ({ ...shown, isRefreshing: false }));
    };

    api.cache.on('refreshed', onRefreshed);
    api.cache.on('refresh-failed', onRefreshFailed);
    get(order.config);
    return () => {
      abort.abort();
      api.cache.off('refreshed', onRefreshed);
      api.cache.off('refresh-failed', onRefreshFailed);
    };
  }, [api, url, order]);

  const reload = useCallback((config: AxiosRequestConfig = {}) => setOrder({ config }), []);
  return { ...state, reload };
}
