/**
 * Where would a request go, and what is stored for it? What the handle asks about requests that nobody makes.
 */
import { AxiosHeaders } from 'axios';
import type { AxiosRequestConfig, InternalAxiosRequestConfig } from 'axios';
import type { Passage } from '../exchange/engine.js';
import { forwardedBy } from '../exchange/exchange.js';
import { keysFor } from '../exchange/keys.js';
import { lookUp } from '../exchange/lookup.js';
import type { Found } from '../exchange/engine.js';
import { toPolicyRequest } from '../exchange/message.js';
import { readRequestBody, UNREADABLE } from '../exchange/request-body.js';
import { untruthOf } from '../exchange/untrue.js';
import type { Foresight, Untruth } from '../handle/types.js';
import { decideReuse } from '../policy/reuse.js';
import type { EntryRecord } from '../storage/records.js';
import { compiledFor, createPassage, originalAdapter } from './request.js';
import type { Installation } from './request.js';

/** The requests of an instance, as its handle sees them. */
export interface Requests extends Untruth {
  resolve(target: string | object): string;
  find(target: string | object): Promise<EntryRecord | undefined>;
  foresee(target: string | object): Promise<Foresight>;
}

/** Answers the handle's questions. */
export function requestsOf(installation: Installation): Requests {
  const { engine, instance } = installation;
  const configOf = (target: string | object): InternalAxiosRequestConfig => {
    const given: AxiosRequestConfig = typeof target === 'string' ? { url: target } : target;
    const { common, get } = instance.defaults.headers;
    const headers = new AxiosHeaders({ ...(common as object), ...(get as object) });
    headers.set(given.headers as AxiosHeaders | undefined);
    return { ...instance.defaults, ...given, headers } as InternalAxiosRequestConfig;
  };
  const passageOf = async (target: string | object): Promise<Passage | undefined> => {
    const config = configOf(target);
    const body = await readRequestBody(config.data);
    const compiled = compiledFor(installation, config);
    const request = toPolicyRequest(config, body === UNREADABLE ? undefined : body);
    if (body === UNREADABLE) return undefined;
    return createPassage(engine, compiled, originalAdapter(config.adapter), config, { request });
  };
  const lookFor = async (passage: Passage): Promise<Found> => lookUp(engine.store, keysFor(passage), passage);
  return {
    resolve: (target) => toPolicyRequest(configOf(target)).url,
    async find(target) {
      const passage = await passageOf(target);
      return passage && (await lookFor(passage)).entry;
    },
    async foresee(target) {
      const now = engine.clock();
      const passage = await passageOf(target);
      const config = configOf(target);
      const { settings } = passage ?? compiledFor(installation, config);
      // What cannot be read for its key goes past the cache.
      if (passage === undefined)
        return { entry: undefined, decision: { kind: 'fetch', because: 'bypass', rule: 'disabled' }, settings, now };
      const found = await lookFor(passage);
      const { entry } = found;
      const decided = decideReuse(passage.request, entry?.response, settings, now);
      const decision = decided.kind === 'fetch' ? { ...decided, ...forwardedBy(decided, found) } : decided;
      return { entry, decision, settings, now };
    },
    ...untruthOf(engine),
  };
}
