/**
 * Has this text been read before? Then it says what it said, and all that was checked holds.
 *
 * What comes out of an outside store is compared, to the last character, with the text that was read under the same name
 * the last time: that takes a fraction of the time of checking and reading it again. Records of the texts used last are
 * kept, within a number of bytes.
 */
import { Bounded } from './bounded.js';
import { packed } from './packing.js';
import type { StoredBody, StoreRecord } from './records.js';

/** 8 MiB, of all that is kept. */
const MAX_BYTES = 8_388_608;
/** What the engine takes for a record beyond its strings and octets. */
const RECORD_BYTES = 1_200;

interface Known {
  readonly text: string;
  record: StoreRecord;
}

/** What texts said, by the names they lie under in the store. */
export class Decoded {
  readonly #known: Bounded<Known>;

  constructor(maxBytes = MAX_BYTES) {
    this.#known = new Bounded<Known>({ maxBytes }, () => undefined);
  }

  /** What the text says, if it is the one that lay under the name before. */
  recall(name: string, text: string): StoreRecord | undefined {
    const known = this.#known.get(name);
    return known?.text === text ? known.record : undefined;
  }

  /** Keeps what the text says, where there is room for it; returns it, in the form in which it is kept. */
  keep(name: string, text: string, record: StoreRecord): StoreRecord {
    const known: Known = { text, record };
    if (record.kind !== 'entry') {
      this.#known.set(name, known, RECORD_BYTES + text.length * 2);
      return record;
    }
    // What callers make of the body is kept with it, and counted when they do.
    const kept = packed(record, name, (_, { response }) =>
      this.#known.resize(name, known, bytesOf(text, response.body)),
    );
    known.record = kept;
    return this.#known.set(name, known, bytesOf(text, kept.response.body)) ? kept : record;
  }
}

// The text of a body is a part of the whole, save where it lies there in another form.
function bytesOf(whole: string, { bytes, text = '', parsed = 'none' }: StoredBody): number {
  const made = bytes === undefined ? 0 : bytes.byteLength + text.length * 2;
  return RECORD_BYTES + whole.length * 2 + made + (parsed === 'none' ? 0 : parsed.bytes);
}
