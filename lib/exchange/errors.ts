/**
 * Whose error is it? What the adapter threw becomes an error of each caller's own.
 */
import { AxiosError, isAxiosError, isCancel } from 'axios';
import type { InternalAxiosRequestConfig } from 'axios';

// The request itself was wrong, or the answer too large for its caller: the origin did not fail.
const NOT_THE_ORIGIN: ReadonlySet<string> = new Set([
  'ERR_BAD_OPTION',
  'ERR_BAD_OPTION_VALUE',
  'ERR_BAD_REQUEST',
  'ERR_INVALID_URL',
  'ERR_NOT_SUPPORT',
  'ERR_FR_TOO_MANY_REDIRECTS',
  'ERR_CANCELED',
]);

/** Whether an error means that the origin could not be reached, or broke off (RFC 5861 §4). */
export function isOriginFailure(error: unknown): boolean {
  if (isCancel(error)) return false;
  if (!isAxiosError(error)) return error instanceof Error;
  if (error.code !== undefined && NOT_THE_ORIGIN.has(error.code)) return false;
  return !error.message.startsWith('maxContentLength');
}

/** The error for one caller: the very one for who caused the request, an equal one for whoever shared it. */
export function ownError(error: unknown, config: InternalAxiosRequestConfig, shared: boolean): unknown {
  const own = shared ? copyOf(error) : error;
  if (!isAxiosError(own)) return own;
  own.config = config;
  if (own.response !== undefined) own.response = { ...own.response, config };
  return own;
}

function copyOf(error: unknown): unknown {
  if (isAxiosError(error)) {
    const copy = new AxiosError(error.message, error.code, error.config, error.request, error.response);
    copy.name = error.name;
    if (error.cause !== undefined) copy.cause = error.cause;
    if (error.stack !== undefined) copy.stack = error.stack;
    return copy;
  }
  if (!(error instanceof Error)) return error;
  const copy = Object.create(Object.getPrototypeOf(error) as object) as Error;
  return Object.defineProperties(copy, Object.getOwnPropertyDescriptors(error));
}
