/**
 * What if the caller gives up while we wait for something of our own? It is not kept waiting.
 */
import { CanceledError } from 'axios';
import type { InternalAxiosRequestConfig } from 'axios';

/** Settles as `pending` does, or rejects as soon as the request is cancelled; leaves no listener behind. */
export function unlessAborted<T>(pending: Promise<T>, config: InternalAxiosRequestConfig): Promise<T> {
  const { signal, cancelToken } = config;
  if (signal === undefined && cancelToken === undefined) return pending;
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      signal?.removeEventListener?.('abort', onAbort);
      cancelToken?.unsubscribe(onCancel);
    };
    const onAbort = (): void => {
      settle();
      reject(new CanceledError(undefined, config as never));
    };
    const onCancel = (reason: Error): void => {
      settle();
      reject(reason);
    };
    signal?.addEventListener?.('abort', onAbort);
    cancelToken?.subscribe(onCancel);
    void pending.then(resolve, reject).finally(settle);
  });
}
