/**
 * What of the requests that are not cached? They go to the caller's adapter as they are; if one changes
 * something at the origin, what is stored about it is over (RFC 9111 §4.4).
 */
import { AxiosHeaders, isAxiosError } from 'axios';
import type { AxiosResponse } from 'axios';
import { createInfo } from '../observe/info.js';
import type { InfoFacts } from '../observe/info.js';
import { invalidatedUrls } from '../policy/invalidation.js';
import { invalidate } from './commit.js';
import type { Passage } from './engine.js';
import { toPolicyResponse } from './message.js';
import { resolveAdapter } from './adapters.js';
import { addCacheStatus } from './status-field.js';

/** Sends the request without the cache. */
export async function passThrough(passage: Passage): Promise<AxiosResponse> {
  const { config, adapter } = passage;
  try {
    const response = await resolveAdapter(adapter, config).run(config);
    await conclude(passage, response);
    return response;
  } catch (error) {
    if (isAxiosError(error) && error.response !== undefined) await conclude(passage, error.response);
    throw error;
  }
}

async function conclude(passage: Passage, response: AxiosResponse): Promise<void> {
  const urls = invalidatedUrls(passage.request, toPolicyResponse(response));
  if (urls.length > 0) await invalidate(passage, urls);
  markBypassed(response, passage);
}

function markBypassed(response: AxiosResponse, { engine, settings, request, report }: Passage): void {
  const isOff = settings.disabled || settings.methods.includes(request.method);
  const forwarded = isOff
    ? ({ because: 'bypass', rule: 'disabled' } as const)
    : ({ because: 'method', rule: 'method' } as const);
  const facts: InfoFacts = { status: 'bypass', fromCache: false, forwarded, forwardStatus: response.status };
  const info = createInfo(facts, undefined, 0);
  const headers = AxiosHeaders.from(response.headers as AxiosHeaders);
  addCacheStatus(headers, engine, facts, info, 0);
  response.headers = headers;
  response.cache = info;
  report(info, undefined, { status: response.status });
}
