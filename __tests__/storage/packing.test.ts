/** Entries in the memory store's smaller form: the very octets and fields, whatever was asked of them before. */
import fc from 'fast-check';
import { octetsOf, bodyBytes, bodyText, readText } from '../../lib/storage/records.js';
import type { EntryRecord, StoredBody } from '../../lib/storage/records.js';
import { decodeRecord, encodeRecord } from '../../lib/storage/codec.js';
import { memoryStore } from '../../lib/storage/memory.js';
import { packed } from '../../lib/storage/packing.js';
import { valueFor } from '../../lib/exchange/json.js';
import { aKey, anEntry, fields } from './fixtures.js';

const KB = 1_024;
const always = (): boolean => true;
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

function pack(body: string | Uint8Array | StoredBody, type = 'text/plain'): EntryRecord {
  return packed(anEntry('a', body, { headers: fields({ 'content-type': type }) }), aKey('a'), always);
}

const OCTETS: readonly (readonly [string, Uint8Array])[] = [
  ['nothing', new Uint8Array(0)],
  ['ASCII', utf8('plain')],
  ['UTF-8', utf8('käse 中文 🧀')],
  ['UTF-8 with a byte order mark', utf8('\uFEFF{"a":1}')],
  ['Latin-1', latin1('k\xE4se')],
  ['UTF-16', new Uint8Array(Buffer.from('\uFEFFtext', 'utf16le'))],
  ['a lone surrogate, as if it were UTF-8', new Uint8Array([0xed, 0xa0, 0x80])],
  ['an overlong form', new Uint8Array([0xc0, 0xaf])],
  ['a sequence that is cut', new Uint8Array([0x61, 0xe4, 0xb8])],
  ['zeros', new Uint8Array([0, 0, 97])],
];

describe.each(['text/plain', 'application/json; charset=utf-16', 'application/problem+json', 'image/png'])(
  'what calls itself %s',
  (type) => {
    test.each(OCTETS)('%s: keeps its octets', (_, octets) => {
      const { body } = pack(octets.slice(), type).response;
      expect(octetsOf(body)).toBe(octets.byteLength);
      expect(Buffer.from(bodyBytes(body))).toEqual(Buffer.from(octets));
    });

    test.each(OCTETS)('%s: keeps its octets after somebody read it as text, and once more', (_, octets) => {
      const body: StoredBody = { form: 'content', bytes: octets.slice() };
      const text = bodyText(body);
      const first = pack(body, type);
      expect(bodyText(first.response.body)).toBe(text);
      // A confirmed entry is packed again, with the body that it had.
      const again = packed({ ...first, response: { ...first.response } }, aKey('a'), always).response.body;
      expect(readText(again)).toBe(text);
      expect(Buffer.from(bodyBytes(again))).toEqual(Buffer.from(octets));
    });

    test.each(OCTETS)('%s: keeps its octets on its way to another store', (_, octets) => {
      const record = pack(octets.slice(), type);
      bodyText(record.response.body);
      const read = decodeRecord(encodeRecord(record), record.key) as EntryRecord;
      expect(Buffer.from(bodyBytes(read.response.body))).toEqual(Buffer.from(octets));
    });
  },
);

test('any octets and any order of questions', () => {
  const question = fc.constantFrom(bodyBytes, bodyText, readText, octetsOf, (body: StoredBody) =>
    valueFor(body, false),
  );
  fc.assert(
    fc.property(
      fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.string({ unit: 'binary' }).map(utf8), fc.json().map(utf8)),
      fc.constantFrom('text/html', 'application/json', 'application/octet-stream'),
      fc.array(fc.oneof(question, fc.constant('pack' as const)), { maxLength: 8 }),
      (octets, type, steps) => {
        let entry = anEntry('a', octets.slice(), { headers: fields({ 'content-type': type }) });
        for (const step of steps) {
          if (step === 'pack') entry = packed(entry, aKey('a'), always);
          else step(entry.response.body);
        }
        const { body } = entry.response;
        expect(readText(body)).toBe(new TextDecoder('utf-8', { ignoreBOM: true }).decode(octets));
        expect(octetsOf(body)).toBe(octets.byteLength);
        expect(Buffer.from(bodyBytes(body))).toEqual(Buffer.from(octets));
      },
    ),
  );
});

test('text of an adapter stays the text it is, lone surrogates included, also after it was octets', () => {
  for (const form of ['text', 'value'] as const) {
    const body: StoredBody = { form, text: '"\uD800 and \uFEFF"' };
    bodyBytes(body);
    const record = pack(body);
    bodyBytes(record.response.body);
    const again = packed(record, aKey('a'), always).response.body;
    expect([again.form, again.text]).toEqual([form, '"\uD800 and \uFEFF"']);
  }
});

test('text is kept instead of octets, once', () => {
  const { body } = pack('text').response;
  expect([body.text, body.bytes, body.octets]).toEqual(['text', undefined, 4]);
  const long = pack('x'.repeat(65_537)).response.body;
  expect([long.text, long.bytes?.byteLength]).toEqual([undefined, 65_537]);
});

test('fields of any name are there, and nothing is inherited', () => {
  const names = ['__proto__', 'constructor', 'get', 'set', 'toString', 'hasOwnProperty', 'etag'];
  const given = fields(Object.fromEntries(names.map((name) => [name, `of ${name}`])));
  // A literal would take it for the prototype.
  given['__proto__'] = 'of __proto__';
  const { headers } = packed(anEntry('a', 'x', { headers: given }), aKey('a'), always).response;
  expect(Object.keys(headers).sort()).toEqual([...names].sort());
  for (const name of names) expect(headers[name]).toBe(`of ${name}`);
  const none = packed(anEntry('a', 'x', { headers: fields({}) }), aKey('a'), always).response.headers;
  for (const name of names) expect(none[name]).toBeUndefined();
});

describe('a further form of a body', () => {
  const json = JSON.stringify(Array.from({ length: 300 }, () => ({})));

  test('that takes more than a fourth of all the room is made each time, and drives out nobody', () => {
    const evicted: string[] = [];
    const store = memoryStore({ maxBytes: 40 * KB, onEvict: ({ key }) => evicted.push(key) });
    store.set(aKey('other'), anEntry('other'));
    store.set(aKey('a'), anEntry('a', json));
    const before = store.figures?.().bytes;
    for (let round = 0; round < 3; round += 1) {
      const { body } = (store.get(aKey('a')) as EntryRecord).response;
      const made = valueFor(body, false)?.value as object[];
      expect(made).toEqual(JSON.parse(json));
      made.length = 0;
      const frozen = valueFor(body, true)?.value;
      expect(Object.isFrozen(frozen)).toBe(true);
      expect(frozen).toEqual(JSON.parse(json));
      expect(body.parsed).toBeUndefined();
    }
    expect(evicted).toEqual([]);
    expect(store.figures?.().bytes).toBe(before);
    expect(store.get(aKey('other'))).toBeDefined();
  });

  test('that there is room for is made once', () => {
    const store = memoryStore();
    store.set(aKey('a'), anEntry('a', json));
    const { body } = (store.get(aKey('a')) as EntryRecord).response;
    const before = store.figures?.().bytes ?? 0;
    expect(valueFor(body, true)?.value).toBe(valueFor(body, true)?.value);
    expect(store.figures?.().bytes).toBeGreaterThan(before + 300 * 32);
    expect(bodyBytes(body)).toBe(bodyBytes(body));
  });

  test('is not kept for who only asks how long the content is', () => {
    const { body } = pack('ä').response;
    expect(octetsOf(body)).toBe(2);
    expect(octetsOf({ form: 'text', text: 'äö' })).toBe(4);
    expect(body.bytes).toBeUndefined();
  });
});
