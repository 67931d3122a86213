/**
 * Does every response tell what the cache did? Where another interceptor took the adapter's place after us, the
 * exchange never ran: the response says that too.
 */
import { isAxiosError } from 'axios';
import type { AxiosResponse } from 'axios';
import { createInfo } from '../observe/info.js';

const NOT_ASKED = {
  status: 'bypass',
  fromCache: false,
  forwarded: { because: 'bypass', rule: 'disabled' },
} as const;

/** Puts `cache` on a response that came without. */
export function markResponse(response: AxiosResponse): AxiosResponse {
  (response as { cache?: unknown }).cache ??= createInfo(NOT_ASKED, undefined, 0);
  return response;
}

/** Puts `cache` on the response of an error, where there is one. */
export function markError(error: unknown): never {
  if (isAxiosError(error) && error.response !== undefined) markResponse(error.response);
  throw error;
}
