/**
 * Has a request like this one been here before? Then what identifies it and under which keys its answers lie is known.
 *
 * To read a request and to digest it costs more than all the rest of a hit. Requests that differ in anything that could
 * count are different here; one that has parts whose reading is not plain is read each time.
 */
import type { InternalAxiosRequestConfig } from 'axios';
import { Memo } from '../policy/memo.js';
import type { Recognized } from './engine.js';
import { toPolicyRequest } from './message.js';
import { agentOf } from './way.js';

/** Requests by all that identifies them, under one set of options. */
export type Recognition = Memo<Recognized>;

const ROOM = 1_000;
/** Options of single requests come in many combinations, and each has requests of its own to remember. */
const ROOM_OF_SOME = 25;

/** Begins with no request known. `isOfSome`: under options that only some requests have. */
export function createRecognition(isOfSome: boolean): Recognition {
  return new Memo(isOfSome ? ROOM_OF_SOME : ROOM);
}

/** All that identifies a request, in one text, each part behind its length; `undefined` where that is not plain. */
export function fingerprintOf(config: InternalAxiosRequestConfig): string | undefined {
  const { url, method, baseURL = '', headers } = config;
  const params: unknown = config.params;
  if (!isPlain(config) || typeof url !== 'string' || typeof method !== 'string') return undefined;
  if (typeof baseURL !== 'string' || !OWN.every((name) => isOwn(config, name))) return undefined;
  const query = params === undefined ? '' : isPlainObject(params) ? membersOf(params) : undefined;
  const fields = membersOf(headers);
  const flags = flagsOf(config);
  if (query === undefined || fields === undefined || flags === undefined) return undefined;
  const { href = '' } = (globalThis as { location?: { href?: string } }).location ?? {};
  return part(method) + part(url) + part(baseURL) + part(query) + part(fields) + part(href) + flags;
}

/** Reads a request, and remembers it under its fingerprint unless that has become another by being looked at. */
export function recognize(recognition: Recognition, config: InternalAxiosRequestConfig): Recognized | undefined {
  const fingerprint = fingerprintOf(config);
  if (fingerprint === undefined) return undefined;
  const known = recognition.get(fingerprint);
  if (known !== undefined) return known;
  const read: Recognized = { request: toPolicyRequest(config) };
  // A member that is computed each time it is read (a time, a counter) says nothing of the next request.
  return fingerprintOf(config) === fingerprint ? recognition.set(fingerprint, read) : read;
}

function part(text: string): string {
  return `${String(text.length)}:${text}`;
}

// What is inherited, axios reads in some places and in others not.
const OWN = ['url', 'baseURL', 'params', 'allowAbsoluteUrls'] as const;

function isOwn(config: InternalAxiosRequestConfig, name: (typeof OWN)[number]): boolean {
  return config[name] === undefined || Object.hasOwn(config, name);
}

// What is not a plain text, or says more than it shows.
type Unusual = Partial<
  Record<'data' | 'auth' | 'paramsSerializer' | 'socketPath' | 'fetchOptions' | 'jar' | 'proxy', unknown>
>;

function isPlain(config: InternalAxiosRequestConfig): boolean {
  const { data, auth, paramsSerializer, socketPath, fetchOptions, jar, proxy } = config as Unusual;
  if (isGiven(data) || isGiven(auth) || isGiven(paramsSerializer) || isGiven(socketPath)) return false;
  return !isGiven(fetchOptions) && !isGiven(jar) && (proxy === false || !isGiven(proxy));
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

// A form or a class of the caller's own does not show in its members what it says, nor does what passes for one.
function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === null || prototype === Object.prototype) && !(Symbol.toStringTag in value);
}

// Parameters or fields; `undefined` where one is not a text, number or flag.
function membersOf(members: object): string | undefined {
  let text = '';
  for (const name of Object.keys(members)) {
    const value = (members as Readonly<Record<string, unknown>>)[name];
    const type = typeof value;
    if (type === 'string') text += part(name) + part(value as string);
    else if (type === 'number' || type === 'boolean') text += `${part(name)}${type}${part(String(value))}`;
    else if (value !== undefined) return undefined;
  }
  return text;
}

function flagsOf(config: InternalAxiosRequestConfig): string | undefined {
  const { allowAbsoluteUrls, withCredentials, decompress, maxRedirects } = config;
  const { httpAgent, httpsAgent } = config as { httpAgent?: unknown; httpsAgent?: unknown };
  if (!isFlag(allowAbsoluteUrls) || !isFlag(withCredentials) || !isFlag(decompress) || !isFlag(maxRedirects))
    return undefined;
  const flags = `${String(allowAbsoluteUrls)} ${String(withCredentials)} ${String(decompress)} ${String(maxRedirects)}`;
  if (httpAgent === undefined && httpsAgent === undefined) return flags;
  return `${flags} ${agentOf(httpAgent) ?? ''} ${agentOf(httpsAgent) ?? ''}`;
}

// A text that says `false` is something else to axios.
function isFlag(value: unknown): value is boolean | number | undefined {
  return value === undefined || typeof value === 'boolean' || typeof value === 'number';
}
