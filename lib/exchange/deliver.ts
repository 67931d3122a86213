/**
 * What does this caller get? A response of its own: its own data, its own fields, judged by its own limits.
 */
import { AxiosError } from 'axios';
import type { AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { createInfo } from '../observe/info.js';
import type { InfoFacts } from '../observe/info.js';
import type { Delivered } from '../observe/stats.js';
import { evaluateConditions, readRange } from '../policy/conditions.js';
import { emptyFields } from '../policy/fields.js';
import type { Fields, StoredResponse } from '../policy/types.js';
import { bodyBytes, bodySize, octetsOf } from '../storage/records.js';
import type { StoredBody } from '../storage/records.js';
import { toData } from './body.js';
import type { Passage } from './engine.js';
import { responseFields, toAxiosHeaders } from './message.js';
import type { OwnHeaders } from './message.js';
import { replayedFields } from './replay.js';
import type { Replayed } from './replay.js';
import { NO_CONTENT, tooLarge } from './content.js';
import { addCacheStatus } from './status-field.js';
import type { OriginAnswer } from './origin.js';

/** Gives a stored response to the caller, as a 304 or a range where the request asks for one. */
export function deliverStored(
  passage: Passage,
  stored: StoredResponse<StoredBody>,
  facts: InfoFacts,
  request?: unknown,
): AxiosResponse {
  const headers = replayedFields(stored, passage, passage.engine.clock());
  const { status, statusText, headers: fields, body: content } = shape(passage, stored, headers);
  const body = passage.request.method === 'HEAD' ? NO_CONTENT : content;
  // Written out: to spread one object into another that has some of its members takes longer than all the rest.
  const parts = { status, statusText, headers: fields, body, request, isKept: true };
  return deliver(passage, parts, stored.headers, about(facts, stored));
}

function about(facts: InfoFacts, response: StoredResponse): InfoFacts {
  const { status, fromCache, served, forwarded, notStored, stored, collapsed, revalidated, key, forwardStatus } = facts;
  return {
    status,
    fromCache,
    served,
    forwarded,
    notStored,
    stored,
    collapsed,
    revalidated,
    key,
    forwardStatus,
    response,
  };
}

interface Shaped {
  readonly status: number;
  readonly statusText: string;
  readonly headers: OwnHeaders;
  readonly body: StoredBody;
}

// RFC 9110 §15.4.5: a 304 carries these and no content.
const OF_NOT_MODIFIED = [
  'age',
  'cache-control',
  'content-location',
  'date',
  'etag',
  'expires',
  'vary',
  'last-modified',
];

function shape({ request }: Passage, stored: StoredResponse<StoredBody>, headers: Replayed): Shaped {
  const { status, statusText, body } = stored;
  const whole = { status, statusText, headers, body };
  if (evaluateConditions(request.headers, stored) === 'not-modified') {
    const kept = emptyFields();
    const own: Readonly<Record<string, unknown>> = headers;
    for (const name of OF_NOT_MODIFIED) if (typeof own[name] === 'string') kept[name] = own[name];
    return { status: 304, statusText: 'Not Modified', headers: toAxiosHeaders(kept), body: NO_CONTENT };
  }
  const { range } = request.headers;
  if (range === undefined || request.method !== 'GET' || body.form === 'value') return whole;
  const bytes = bodyBytes(body);
  const part = readRange(range, stored, bytes.byteLength);
  if (part.kind === 'full') return whole;
  const total = String(bytes.byteLength);
  if (part.kind === 'unsatisfiable')
    return {
      status: 416,
      statusText: 'Range Not Satisfiable',
      headers: toAxiosHeaders({ 'content-range': `bytes */${total}` }),
      body: NO_CONTENT,
    };
  const cut = bytes.subarray(part.start, part.end + 1);
  const contentRange = `bytes ${String(part.start)}-${String(part.end)}/${total}`;
  headers['content-range'] = contentRange;
  headers['content-length'] = String(cut.byteLength);
  return { status: 206, statusText: 'Partial Content', headers, body: { form: body.form, bytes: cut } };
}

/** What of an answer others have as well. */
export interface Sharing {
  readonly headers: boolean;
  readonly body: boolean;
}

/** Gives the origin's answer to the caller: a copy of what is shared, the rest itself. */
export function deliverAnswer(
  passage: Passage,
  answer: OriginAnswer,
  facts: InfoFacts,
  sharing: Sharing,
): AxiosResponse {
  const { response, body, request, opaque } = answer;
  // An adapter that is none of axios' own may give the same objects again.
  const isTheirs = passage.kind === 'custom';
  const parts: Parts = {
    status: response.status,
    statusText: response.statusText ?? '',
    headers:
      sharing.headers || isTheirs
        ? ownHeaders(answer.headers, facts.collapsed === true && !passage.settings.storeSetCookie)
        : answer.headers,
    body,
    request,
    opaque,
    isKept: false,
    isOwn: !sharing.body && !isTheirs,
  };
  return deliver(passage, parts, response.headers, facts);
}

// RFC 6265 §4.1: a cookie is for who caused the request, not for those who share its answer.
function ownHeaders(headers: OwnHeaders, isShared: boolean): OwnHeaders {
  const own = toAxiosHeaders(headers.toJSON() as Fields);
  if (isShared) own.delete('set-cookie');
  return own;
}

/** A 504 for a request that accepts nothing but the cache (RFC 9111 §5.2.1.7). */
export function deliverGatewayTimeout(passage: Passage, facts: InfoFacts): AxiosResponse {
  const parts = { status: 504, statusText: 'Gateway Timeout', headers: toAxiosHeaders({}), body: NO_CONTENT };
  return deliver(passage, { ...parts, request: undefined }, {}, facts);
}

interface Parts {
  readonly status: number;
  readonly statusText: string;
  readonly headers: OwnHeaders;
  readonly body: StoredBody;
  readonly request: unknown;
  /** The body is one that others will be given too. */
  readonly isKept?: boolean;
  /** The body is nobody else's. */
  readonly isOwn?: boolean;
  /** Data that is handed on as it came. */
  readonly opaque?: { readonly data: unknown } | undefined;
}

function deliver(passage: Passage, parts: Parts, contentHeaders: Fields, facts: InfoFacts): AxiosResponse {
  const { config, engine, settings } = passage;
  const now = engine.clock();
  checkLimit(parts, config);
  const info = createInfo(facts, settings, now);
  addCacheStatus(parts.headers, engine, facts, info, now, parts.isKept === true || passage.kind === 'http');
  const response: AxiosResponse = {
    data: dataFor(passage, parts, contentHeaders),
    status: parts.status,
    statusText: parts.statusText,
    headers: parts.headers,
    config,
    request: parts.request,
    cache: info,
  };
  passage.report(info, facts.notStored, delivered(parts, facts));
  return settle(response, config);
}

function dataFor({ config, kind, frozen }: Passage, parts: Parts, headers: Fields): unknown {
  const { opaque, body, isKept = false, isOwn = false } = parts;
  if (opaque !== undefined) return opaque.data;
  return toData(body, { config, kind, headers, frozen, isKept, isOwn });
}

function checkLimit({ body, request }: Parts, config: InternalAxiosRequestConfig): void {
  const limit = config.maxContentLength ?? -1;
  if (limit > -1 && body.form === 'content' && bodySize(body) > limit && octetsOf(body) > limit)
    throw tooLarge(limit, config, request);
}

// The octets of text that nobody encoded are not counted for this.
function delivered({ status, body, opaque }: Parts, { response }: InfoFacts): Delivered {
  const bytes = opaque === undefined ? (body.bytes?.byteLength ?? body.octets ?? body.text?.length) : undefined;
  return { status, bytes, originMs: response && response.receivedAt - response.requestedAt };
}

/** A response that broke off, with fields and `cache` of its caller's own. */
export function markedResponse(passage: Passage, response: AxiosResponse, facts: InfoFacts): AxiosResponse {
  const { engine, settings, report } = passage;
  const now = engine.clock();
  const told = { ...facts, forwardStatus: response.status };
  const info = createInfo(told, settings, now);
  const headers = toAxiosHeaders(responseFields(response.headers));
  addCacheStatus(headers, engine, told, info, now);
  report(info, undefined, { status: response.status });
  return { ...response, headers, cache: info };
}

/** Applies the caller's `validateStatus`, as axios' adapters do. */
export function settle(response: AxiosResponse, config: InternalAxiosRequestConfig): AxiosResponse {
  const { validateStatus } = config;
  if (!response.status || !validateStatus || validateStatus(response.status)) return response;
  const code =
    response.status >= 400 && response.status < 500 ? AxiosError.ERR_BAD_REQUEST : AxiosError.ERR_BAD_RESPONSE;
  const message = `Request failed with status code ${String(response.status)}`;
  throw new AxiosError(message, code, config, response.request, response);
}
