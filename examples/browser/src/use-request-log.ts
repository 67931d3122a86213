/** What became of the latest requests of an instance, the newest first. */
import { useEffect, useState } from 'react';
import type { CachedApi } from './use-cached-resource.js';

export interface LoggedRequest {
  readonly id: number;
  readonly at: Date;
  readonly method: string;
  readonly url: string;
  readonly status: string;
  readonly explanation: string;
  readonly milliseconds: number;
}

const MOST = 8;

/** Listens to the responses of the instance, on which the cache has written what it did. */
export function useRequestLog(api: CachedApi): readonly LoggedRequest[] {
  const [log, setLog] = useState<readonly LoggedRequest[]>([]);

  useEffect(() => {
    const startedAt = new WeakMap<object, number>();
    const request = api.interceptors.request.use((config) => {
      startedAt.set(config.headers, performance.now());
      return config;
    });
    const response = api.interceptors.response.use((answer) => {
      const { config, cache } = answer;
      const milliseconds = Math.round(performance.now() - (startedAt.get(config.headers) ?? performance.now()));
      const line = {
        at: new Date(),
        method: (config.method ?? 'get').toUpperCase(),
        url: api.getUri(config),
        status: cache.status,
        explanation: cache.explain(),
        milliseconds,
      };
      setLog((lines) => [{ ...line, id: (lines[0]?.id ?? 0) + 1 }, ...lines].slice(0, MOST));
      return answer;
    });
    return () => {
      api.interceptors.request.eject(request);
      api.interceptors.response.eject(response);
    };
  }, [api]);

  return log;
}
