/**
 * How does a record become one string, and is a string we read still the record we wrote?
 *
 * One line of JSON facts, which ends with the length and the checksum of everything else, then the body: text as it is,
 * octets that are no UTF-8 text as base64, text that is not well-formed as a JSON string. The record names its own key.
 * Reading never throws: it gives a record, or the reason why there is none.
 */
import { fromBase64, toBase64 } from './base64.js';
import { checksum } from './checksum.js';
import type { EpochMs } from '../policy/types.js';
import { factsOf, isObject, own, recordOf } from './facts.js';
import type { JsonObject } from './facts.js';
import { bodyBytes } from './records.js';
import type { StoredBody, StoreRecord } from './records.js';

/**
 * Why a text is no record of ours. `version`: written by another version of this library, and left alone. `overdue`: its
 * time is over, and the store has not noticed.
 */
export type CorruptReason =
  | ('version' | 'overdue' | 'not-text' | 'too-large' | 'incomplete' | 'facts' | 'length' | 'checksum' | 'wrong-key')
  | 'body'
  | SealReason;

/**
 * Why a sealed text could not be opened. `not-encrypted`: though all that is believed is. `unknown-key`: encrypted, with
 * a key that is not among ours. `undecryptable`: changed, or written with another secret, or for another key of the
 * store. `compression`: damaged, or by an algorithm that this runtime lacks.
 */
export type SealReason = 'not-encrypted' | 'unknown-key' | 'undecryptable' | 'compression' | 'inflates-too-far';

type Encoding = 'utf8' | 'base64' | 'json';

const VERSION = '1';
/** Longest line of facts, in UTF-16 units: header fields, tags, and no response has more. */
const MAX_FACTS = 262_144;
const START = /^\{"v":(\d{1,9}),/;
const END = /,"length":(\d{1,15}),"check":"([0-9a-f]{8})"\}$/;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** No text of a body of this many octets is longer than this. */
export function longestText(bodyOctets: number): number {
  return MAX_FACTS + 1 + Math.ceil(bodyOctets / 3) * 4;
}

/** And none has more octets, as UTF-8. */
export function longestOctets(bodyOctets: number): number {
  return 2 * MAX_FACTS + longestText(bodyOctets);
}

/**
 * The record as one string. It names the key it will lie under, which is `name`, and the instant from which on it is not
 * there any more, for stores that do not see to that.
 *
 * @throws TypeError where reading it back would fail: fields that no message can carry, or too many facts.
 */
export function encodeRecord(record: StoreRecord, name = record.key, dueAt?: EpochMs): string {
  const facts = factsOf(record);
  if (facts === undefined) throw new TypeError('facts that could not be read back are not stored');
  const head = `{"v":${VERSION},${JSON.stringify({ key: name, ...facts, dueAt }).slice(1, -1)}`;
  if (record.kind !== 'entry') return seal(head, '');
  const { form } = record.response.body;
  const { encoding, text } = encodeBody(record.response.body);
  return seal(`${head},"form":"${form}","encoding":"${encoding}"`, text);
}

function seal(facts: string, body: string): string {
  const head = `${facts},"length":${body.length}`;
  if (head.length + 64 > MAX_FACTS) throw new TypeError('more facts than may be stored');
  const check = checksum(body, checksum(head)).toString(16).padStart(8, '0');
  return `${head},"check":"${check}"}\n${body}`;
}

/** The record that lies under `name`, whose key is `key`, or the reason why it is none. Without `now` none is overdue. */
export function decodeRecord(
  text: unknown,
  key: string,
  name = key,
  maxLength = Number.POSITIVE_INFINITY,
  now = Number.NEGATIVE_INFINITY,
): StoreRecord | CorruptReason {
  if (typeof text !== 'string') return 'not-text';
  if (text.length > maxLength) return 'too-large';
  const lineEnd = text.indexOf('\n');
  if (lineEnd < 0 || lineEnd > MAX_FACTS) return 'incomplete';
  const line = text.slice(0, lineEnd);
  const version = START.exec(line)?.[1];
  if (version !== VERSION) return version === undefined ? 'facts' : 'version';
  const [end, length, check] = END.exec(line) ?? [];
  if (end === undefined || length === undefined || check === undefined) return 'facts';
  const body = text.slice(lineEnd + 1);
  if (body.length !== Number(length)) return 'length';
  const head = line.slice(0, line.length - `,"check":"${check}"}`.length);
  if (checksum(body, checksum(head)) !== Number.parseInt(check, 16)) return 'checksum';
  const facts = parse(line);
  if (!isObject(facts)) return 'facts';
  if (own(facts, 'key') !== name) return 'wrong-key';
  const dueAt = own(facts, 'dueAt');
  if (typeof dueAt === 'number' && dueAt <= now) return 'overdue';
  return decodeFacts(facts, body, key);
}

function decodeFacts(facts: JsonObject, text: string, key: string): StoreRecord | CorruptReason {
  if (own(facts, 'kind') !== 'entry') return recordOf(facts, key, undefined) ?? 'facts';
  const form = own(facts, 'form');
  if (form !== 'content' && form !== 'text' && form !== 'value') return 'body';
  const content = decodeBody(own(facts, 'encoding'), text);
  if (content === undefined) return 'body';
  return recordOf(facts, key, { form, ...content }) ?? 'facts';
}

// A NUL is text too, but not every database keeps it.
function encodeBody(body: StoredBody): { encoding: Encoding; text: string } {
  if (body.form !== 'content' && body.text !== undefined) {
    return isPlainText(body.text)
      ? { encoding: 'utf8', text: body.text }
      : { encoding: 'json', text: JSON.stringify(body.text) };
  }
  if (body.bytes === undefined && body.text !== undefined && isPlainText(body.text)) {
    return { encoding: 'utf8', text: body.text };
  }
  const bytes = bodyBytes(body);
  const text = utf8Text(bytes);
  return text === undefined || text.includes('\0')
    ? { encoding: 'base64', text: toBase64(bytes) }
    : { encoding: 'utf8', text };
}

function decodeBody(encoding: unknown, text: string): Omit<StoredBody, 'form'> | undefined {
  if (encoding === 'utf8') return { text };
  if (encoding === 'json') {
    const value = parse(text);
    return typeof value === 'string' ? { text: value } : undefined;
  }
  const bytes = encoding === 'base64' ? fromBase64(text) : undefined;
  return bytes && { bytes };
}

function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

// Under the u flag a surrogate matches only where it stands alone.
function isPlainText(text: string): boolean {
  return !/[\0\ud800-\udfff]/u.test(text);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
