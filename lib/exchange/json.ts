/**
 * How does each caller get JSON of its own without parsing it again? The value is parsed once, kept beside the text, and
 * copied for each caller, which takes a fraction of the time; or handed out itself, frozen, where that was asked for.
 *
 * What a caller gets is what axios would have made of the text. Where that is not certain (a `transformResponse` of the
 * caller's own, a reviver, text that is not JSON), it is the text, for axios to parse.
 */
import axios from 'axios';
import type { InternalAxiosRequestConfig } from 'axios';
import { readText } from '../storage/records.js';
import type { ParsedJson, StoredBody } from '../storage/records.js';

/** Deeper values are not kept: copying them could exhaust the stack. */
const DEEPEST = 500;
/** What the engine takes for an object or array and for each of its members, beyond their contents: measured. */
const OBJECT_BYTES = 32;
const MEMBER_BYTES = 12;

type Members = Record<string, unknown>;

/** The value of a JSON text for one caller; `undefined` where it is not kept, and axios is to parse it. */
export function valueFor(body: StoredBody, frozen: boolean): { readonly value: unknown } | undefined {
  const known = body.parsed;
  const parsed = known ?? parse(readText(body));
  // Kept where there is room for it; else it is this caller's own.
  if (known === undefined) body.parsed = parsed;
  if (parsed === 'none') return undefined;
  if (!frozen) return { value: body.parsed === parsed ? copy(parsed.value) : parsed.value };
  if (!parsed.isFrozen) freeze(parsed.value);
  parsed.isFrozen = true;
  return parsed;
}

function parse(text: string): ParsedJson | 'none' {
  try {
    const value: unknown = JSON.parse(text);
    const bytes = sizeOf(value, 0);
    // A text in a text would be parsed once more.
    return bytes === Infinity || typeof value === 'string' ? 'none' : { value, bytes, isFrozen: false };
  } catch {
    return 'none';
  }
}

// `Infinity` where it is too deep.
function sizeOf(value: unknown, depth: number): number {
  if (typeof value === 'string') return OBJECT_BYTES + value.length;
  if (typeof value !== 'object' || value === null) return 0;
  if (depth > DEEPEST) return Infinity;
  let bytes = OBJECT_BYTES;
  for (const member of Object.values(value)) bytes += MEMBER_BYTES + sizeOf(member, depth + 1);
  return bytes;
}

// A spread copies the members in one go, those called `__proto__` included; what remains are the objects among them.
function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items: unknown[] = value.slice();
    for (let at = 0; at < items.length; at += 1) {
      const item = items[at];
      if (typeof item === 'object' && item !== null) items[at] = copy(item);
    }
    return items;
  }
  const members: Members = { ...(value as Members) };
  for (const name in members) {
    const member = members[name];
    // Own ones only: `for in` shows what somebody put on `Object.prototype` as well.
    if (typeof member === 'object' && member !== null && Object.hasOwn(members, name)) members[name] = copy(member);
  }
  return members;
}

/** Freezes a value with all there is in it. */
export function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const member of Object.values(value)) freeze(member);
}

/** Whether axios' own `transformResponse`, and nothing else, would parse this caller's text, in the plain way. */
export function isPlainlyParsed(config: InternalAxiosRequestConfig): boolean {
  const { responseType = '', transformResponse, transitional } = config;
  if (responseType !== 'json' && (responseType !== '' || transitional?.forcedJSONParsing !== true)) return false;
  if ((config as { parseReviver?: unknown }).parseReviver !== undefined || !Array.isArray(transformResponse))
    return false;
  const [transform] = transformResponse;
  return transformResponse.length === 1 && transform !== undefined && isOfAxios(transform);
}

/** What axios parses with, as it was when this library was loaded. */
const [ofAxios] = [(axios as Partial<typeof axios>).defaults?.transformResponse].flat();
const its = ofAxios === undefined ? '' : textOf(ofAxios);
const isReadable = ['forcedJSONParsing', 'silentJSONParsing', 'JSON.parse'].every((word) => its.includes(word));
const known = new WeakMap<object, boolean>();

// Each copy of axios has one of its own, of the same text. One that somebody has made after it may parse otherwise.
function isOfAxios(transform: (...given: never[]) => unknown): boolean {
  if (!isReadable) return false;
  if (transform === ofAxios) return true;
  const isKnown = known.get(transform) ?? textOf(transform) === its;
  known.set(transform, isKnown);
  return isKnown;
}

// Without what bundling changes: layout, comments, brackets, and numbers behind names.
function textOf(transform: (...given: never[]) => unknown): string {
  return Function.prototype.toString.call(transform).replace(/\/\/.*|\s+|\$\d+|[()]/g, '');
}
