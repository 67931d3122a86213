/**
 * What do the RFCs demand where requests-cache does otherwise, and what do we do? A table of its own, one claim a row.
 */
import {
  CacheActions,
  CacheDirectives,
  completeSettings,
  decideOnFailure,
  decideReuse,
  decideStoring,
  freshnessLifetime,
  toFields,
} from 'axios-http-cache/policy';
import type { PolicyRequest, StoreDecision, StoredResponse } from 'axios-http-cache/policy';

import type { Headers } from './format.js';
import type { Settings } from './mapping.js';

export type Row = readonly [category: string, claim: string, ours: () => unknown, demanded: unknown];

export const NOW = 1_700_000_000_000;
const URL = 'https://rules.invalid/';

interface Held {
  readonly headers?: Headers;
  /** Seconds since it was received. */
  readonly age?: number;
  /** The request it answered. */
  readonly request?: Headers;
}

/** What a Cache-Control field says. */
export function said(value: string): CacheDirectives {
  return CacheDirectives.fromHeaders({ 'Cache-Control': value });
}

/** A response in the store. */
export function held({ headers = {}, age = 0, request = {} }: Held = {}): StoredResponse {
  const at = NOW - age * 1000;
  const decision = decideStoring(
    {
      request: asking(request),
      stored: undefined,
      settings: completeSettings({ expireAfter: 'never' }),
      validating: false,
    },
    { status: 200, headers: toFields(headers) },
    { requestedAt: at, receivedAt: at },
  );
  if (decision.kind !== 'store') throw new Error(`not stored: ${JSON.stringify(decision)}`);
  return { ...decision.response, assigned: undefined };
}

export function asking(headers: Headers = {}, method = 'GET'): PolicyRequest {
  return { method, url: URL, headers: toFields(headers) };
}

/** The lifetime of a response that was just received. */
export function lifetime(headers: Headers, settings: Settings = {}): number {
  const facts = { status: 200, headers: toFields(headers), requestedAt: NOW, receivedAt: NOW, assigned: undefined };
  return freshnessLifetime(facts, completeSettings(settings)).seconds;
}

/** Whether a stored response is reused: the decision, and the rule it rests on. */
export function reuse(stored: Held | undefined, request: Headers = {}, settings: Settings = {}): string {
  const found = stored && held(stored);
  const decision = decideReuse(asking(request), found, completeSettings(settings), NOW);
  return [decision.kind, 'rule' in decision ? decision.rule : decision.because].join(' ');
}

/** What becomes of an answer, asked with our validators where something is stored. */
export function storing(
  answer: { readonly status?: number; readonly headers?: Headers },
  stored?: Held,
  request: PolicyRequest = asking(),
  settings: Settings = {},
): StoreDecision {
  const exchange = {
    request,
    stored: stored && held(stored),
    settings: completeSettings(settings),
    validating: stored !== undefined,
  };
  const response = { status: answer.status ?? 200, headers: toFields(answer.headers ?? {}) };
  return decideStoring(exchange, response, { requestedAt: NOW, receivedAt: NOW });
}

/** What is left when the origin cannot be reached. */
export function failing(stored: Held, request: Headers = {}, settings: Settings = {}): string {
  const exchange = { request: asking(request), stored: held(stored), validating: true };
  return decideOnFailure({ ...exchange, settings: completeSettings(settings) }, NOW).kind;
}

/** The course of a request up to its answer. */
export function course(stored: Held | undefined, request: Headers = {}, settings: Settings = {}): CacheActions {
  const actions = CacheActions.fromRequest('key', asking(request), settings, NOW);
  actions.updateFromCachedResponse(stored && held(stored), NOW, () => 'variant');
  return actions;
}
