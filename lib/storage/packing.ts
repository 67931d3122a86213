/**
 * How is an entry kept so that it takes little room? In the same form as any other, made of smaller parts.
 *
 * Text is kept as text, which is a third of what octets in a buffer of their own take; fields without a prototype of
 * Object's, but not in the form of a dictionary. A body keeps another form of its content once somebody asked for it, and
 * tells, so that its bytes can be counted.
 */
import type { Fields, StoredResponse } from '../policy/types.js';
import type { EntryRecord, ParsedJson, StoredBody } from './records.js';

/** What changed in size, and where it is kept. False where there is no room for that. */
export type OnGrowth = (name: string, record: EntryRecord) => boolean;

/** The entry in its smaller form, to be kept under `name`. */
export function packed(entry: EntryRecord, name: string, onGrowth: OnGrowth): EntryRecord {
  const { response } = entry;
  const body = bodyFor(response, name, onGrowth);
  const { method, url, status, statusText, requestedAt, receivedAt, assigned } = response;
  const headers = packedFields(response.headers);
  const selectedBy = packedFields(response.selectedBy);
  // Written out: an object that is spread into another gets a shape of its own, which takes more room than the object.
  const kept = { method, url, status, statusText, headers, selectedBy, requestedAt, receivedAt, assigned, body };
  const tags = entry.tags.length === 0 ? NO_TAGS : entry.tags;
  const record: EntryRecord = { kind: 'entry', key: entry.key, epoch: entry.epoch, tags, response: kept };
  body.isKeptAs(name, record);
  return record;
}

// That of an entry that was confirmed is the same body, with whatever callers have made of it, or still make.
function bodyFor(response: StoredResponse<StoredBody>, name: string, onGrowth: OnGrowth): PackedBody {
  const { body } = response;
  if (body instanceof PackedBody && body.isKeptThere(name, onGrowth)) return body;
  return new PackedBody(body, isTextual(response), onGrowth);
}

const NO_TAGS: readonly string[] = Object.freeze([]);

class PackedFields {
  [name: string]: string;
}
// Nothing is inherited into it, no more than into what has no prototype at all.
Object.setPrototypeOf(PackedFields.prototype, null);
Reflect.deleteProperty(PackedFields.prototype, 'constructor');
Object.freeze(PackedFields.prototype);

const NO_FIELDS: Fields = Object.freeze(new PackedFields());

function packedFields(fields: Fields): Fields {
  const names = Object.keys(fields);
  if (names.length === 0) return NO_FIELDS;
  const kept = new PackedFields();
  for (const name of names) kept[name] = fields[name] ?? '';
  return kept;
}

/** Longer text is decoded only when somebody asks for it. */
const LONGEST_TEXT = 65_536;
const TEXTUAL = /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml|javascript)\b)/i;
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function isTextual({ headers, body }: StoredResponse<StoredBody>): boolean {
  return (body.bytes?.byteLength ?? 0) <= LONGEST_TEXT && TEXTUAL.test(headers['content-type'] ?? '');
}

class PackedBody implements StoredBody {
  readonly form: StoredBody['form'];
  readonly octets: number | undefined;
  readonly #onGrowth: OnGrowth;
  #bytes: Uint8Array | undefined;
  #text: string | undefined;
  #parsed: ParsedJson | 'none' | undefined;
  #name = '';
  #record: EntryRecord | undefined;

  constructor(body: StoredBody, isText: boolean, onGrowth: OnGrowth) {
    const { form, bytes, octets } = body;
    this.form = form;
    this.octets = bytes?.byteLength ?? octets;
    const exact = exactText(body, isText);
    if (exact !== undefined) body.text = exact;
    this.#text = body.text;
    this.#bytes = bytes === undefined || exact !== undefined ? undefined : ownBytes(bytes);
    this.#onGrowth = onGrowth;
  }

  isKeptAs(name: string, record: EntryRecord): void {
    this.#name = name;
    this.#record = record;
  }

  isKeptThere(name: string, onGrowth: OnGrowth): boolean {
    return this.#name === name && this.#onGrowth === onGrowth;
  }

  get bytes(): Uint8Array | undefined {
    return this.#bytes;
  }

  set bytes(bytes: Uint8Array | undefined) {
    this.#bytes = bytes;
    if (!this.#fits()) this.#bytes = undefined;
  }

  get text(): string | undefined {
    return this.#text;
  }

  set text(text: string | undefined) {
    this.#text = text;
    if (!this.#fits()) this.#text = undefined;
  }

  get parsed(): ParsedJson | 'none' | undefined {
    return this.#parsed;
  }

  set parsed(parsed: ParsedJson | 'none' | undefined) {
    this.#parsed = parsed;
    if (parsed !== 'none' && !this.#fits()) this.#parsed = undefined;
  }

  // What there is no room for is made anew for whoever asks for it.
  #fits(): boolean {
    return this.#record === undefined || this.#onGrowth(this.#name, this.#record);
  }
}

// The text that can stand for the octets: what somebody read may not be what they say, where they are no UTF-8.
function exactText({ form, bytes, text }: StoredBody, isText: boolean): string | undefined {
  if (bytes === undefined || form !== 'content') return text;
  return isText ? textOf(bytes) : undefined;
}

// Only where the same octets can be made of it again.
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

// A small Buffer is a window on memory that others use as well, and keeps all of it.
function ownBytes(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : Uint8Array.prototype.slice.call(bytes);
}
