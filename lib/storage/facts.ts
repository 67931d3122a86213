/**
 * Is what lies in the store what we would have written? Facts as JSON, and back with every one of them checked.
 *
 * Nothing here is trusted and nothing is evaluated: own members only, expected types only, known members only. Whatever
 * else a record carries is ignored; whatever is missing or odd makes it no record.
 */
import { emptyFields, isFieldValue, isToken } from '../policy/fields.js';
import type { AssignedExpiry, EpochMs, Fields } from '../policy/types.js';
import type { EntryRecord, EpochRecord, StoredBody, StoreRecord, VariantsRecord } from './records.js';

/** Header fields of one message; servers and clients refuse far fewer. */
const MAX_FIELDS = 1_000;
const MAX_NAMES = 10_000;
/** Lists of selecting fields: each is a digest to compute and a key to ask for. */
const MAX_SELECTORS = 16;
const MAX_SELECTING = 64;
/** The last instant of ECMAScript. */
const LAST_INSTANT: EpochMs = 8.64e15;

/** What JSON calls an object. */
export type JsonObject = Readonly<Record<string, unknown>>;
type Pairs = readonly (readonly [string, string])[];

/** The facts of a record as plain JSON values, its body apart; `undefined` where they could not be read back. */
export function factsOf(record: StoreRecord): JsonObject | undefined {
  const facts = { kind: record.kind, ...writeFacts(record) };
  const body: StoredBody = { form: 'content', text: '' };
  return recordOf(facts, record.key, body) === undefined ? undefined : facts;
}

function writeFacts(record: StoreRecord): JsonObject {
  const { epoch } = record;
  if (record.kind === 'epoch') return { epoch };
  if (record.kind === 'variants') return { epoch, selectors: record.selectors, variants: record.variants };
  const { response, tags } = record;
  const { method, url, status, statusText, requestedAt, receivedAt, assigned } = response;
  return {
    epoch,
    tags,
    method,
    url,
    status,
    // The one fact that decides nothing: better lost than the response with it.
    statusText: isFieldValue(statusText) ? statusText : '',
    headers: pairsOf(response.headers),
    selectedBy: pairsOf(response.selectedBy),
    requestedAt,
    receivedAt,
    ...(assigned && { assigned }),
  };
}

/** The record that these facts tell of; `undefined` if anything about them is odd. */
export function recordOf(facts: JsonObject, key: string, body: StoredBody | undefined): StoreRecord | undefined {
  const epoch = own(facts, 'epoch');
  if (typeof epoch !== 'string') return undefined;
  switch (own(facts, 'kind')) {
    case 'entry':
      return body === undefined ? undefined : entryOf(facts, key, epoch, body);
    case 'variants':
      return variantsOf(facts, key, epoch);
    case 'epoch':
      return { kind: 'epoch', key, epoch } satisfies EpochRecord;
    default:
      return undefined;
  }
}

function entryOf(facts: JsonObject, key: string, epoch: string, body: StoredBody): EntryRecord | undefined {
  const tags = strings(own(facts, 'tags'));
  const [method, url, status, statusText] = ['method', 'url', 'status', 'statusText'].map((name) => own(facts, name));
  const headers = fieldsOf(own(facts, 'headers'));
  const selectedBy = fieldsOf(own(facts, 'selectedBy'));
  const [requestedAt, receivedAt] = [own(facts, 'requestedAt'), own(facts, 'receivedAt')];
  const assigned = assignedOf(own(facts, 'assigned'));
  if (tags === undefined || headers === undefined || selectedBy === undefined || assigned === 'odd') return undefined;
  if (typeof method !== 'string' || !isToken(method) || typeof url !== 'string' || !isOneLine(url)) return undefined;
  if (!isStatus(status) || typeof statusText !== 'string' || !isFieldValue(statusText)) return undefined;
  if (!isInstant(requestedAt) || !isInstant(receivedAt)) return undefined;
  const times = assigned === undefined ? { requestedAt, receivedAt } : { requestedAt, receivedAt, assigned };
  const response = { method, url, status, statusText, headers, selectedBy, ...times, body };
  return { kind: 'entry', key, epoch, tags, response };
}

function variantsOf(facts: JsonObject, key: string, epoch: string): VariantsRecord | undefined {
  const variants = strings(own(facts, 'variants'));
  const lists = own(facts, 'selectors');
  if (variants === undefined || !Array.isArray(lists) || lists.length > MAX_SELECTORS) return undefined;
  // What it lists is removed with it: never what belongs to another URL.
  const tag = key.slice(0, key.indexOf('}') + 1);
  if (!variants.every((variant) => variant.startsWith(tag))) return undefined;
  const selectors: (readonly string[])[] = [];
  for (const list of lists as unknown[]) {
    const names = strings(list);
    if (names === undefined || names.length > MAX_SELECTING || !names.every(isFieldName)) return undefined;
    selectors.push(names);
  }
  return { kind: 'variants', key, epoch, selectors, variants };
}

function pairsOf(fields: Fields): Pairs {
  return Object.keys(fields).flatMap((name) => {
    const value = fields[name];
    return value === undefined ? [] : [[name, value] as const];
  });
}

function fieldsOf(pairs: unknown): Fields | undefined {
  if (!Array.isArray(pairs) || pairs.length > MAX_FIELDS) return undefined;
  const fields = emptyFields();
  for (const pair of pairs as unknown[]) {
    if (!Array.isArray(pair) || pair.length !== 2) return undefined;
    const [name, value] = pair as unknown[];
    if (typeof name !== 'string' || !isFieldName(name) || Object.hasOwn(fields, name)) return undefined;
    if (typeof value !== 'string' || !isFieldValue(value)) return undefined;
    fields[name] = value;
  }
  return fields;
}

function assignedOf(value: unknown): AssignedExpiry | undefined | 'odd' {
  if (value === undefined) return undefined;
  if (!isObject(value)) return 'odd';
  const expiresAt = own(value, 'expiresAt');
  const outranksOrigin = own(value, 'outranksOrigin');
  if ((expiresAt !== null && !isInstant(expiresAt)) || typeof outranksOrigin !== 'boolean') return 'odd';
  return { expiresAt, outranksOrigin };
}

/** A member of its own, never an inherited one. */
export function own(facts: JsonObject, name: string): unknown {
  return Object.hasOwn(facts, name) ? facts[name] : undefined;
}

/** Whether `value` is what JSON calls an object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function strings(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_NAMES) return undefined;
  return (value as unknown[]).every((item) => typeof item === 'string') ? value : undefined;
}

function isFieldName(name: string): boolean {
  return isToken(name) && name === name.toLowerCase();
}

function isOneLine(url: string): boolean {
  // eslint-disable-next-line no-control-regex
  return url !== '' && !/[\x00-\x1f\x7f]/.test(url);
}

function isStatus(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 200 && Number(value) <= 599;
}

function isInstant(value: unknown): value is EpochMs {
  return typeof value === 'number' && value >= 0 && value <= LAST_INSTANT;
}
