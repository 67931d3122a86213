import fc from 'fast-check';
import { fromBase64, toBase64 } from '../../lib/storage/base64.js';
import { checksum, portableCrc32 } from '../../lib/storage/checksum.js';
import { decodeRecord, encodeRecord, longestText } from '../../lib/storage/codec.js';
import { bodyBytes, bodyText } from '../../lib/storage/records.js';
import type { EntryRecord, StoredBody, StoreRecord } from '../../lib/storage/records.js';
import { aKey, anEntry, anEpoch, fields, NOW, someVariants } from './fixtures.js';

const encoder = new TextEncoder();
const KEY = aKey('it');

function roundTrip(record: StoreRecord): StoreRecord {
  const read = decodeRecord(encodeRecord(record), record.key);
  if (typeof read === 'string') throw new Error(`read back as ${read}`);
  return read;
}

function readBody(body: StoredBody): StoredBody {
  return (roundTrip(anEntry('it', body)) as EntryRecord).response.body;
}

/** The facts of a good entry with some replaced, and its length and checksum right again. */
function forged(changes: Record<string, unknown>, body = 'hello'): string {
  const [line = ''] = encodeRecord(anEntry('it', 'hello')).split('\n');
  const facts = { ...(JSON.parse(line) as Record<string, unknown>), ...changes };
  return sealed(JSON.stringify({ ...facts, length: undefined, check: undefined }).slice(0, -1), body);
}

function sealed(facts: string, body: string): string {
  const head = `${facts},"length":${body.length}`;
  const check = checksum(body, checksum(head)).toString(16).padStart(8, '0');
  return `${head},"check":"${check}"}\n${body}`;
}

describe('round trip', () => {
  test.each<StoreRecord>([anEntry('it'), anEpoch, someVariants])(
    'a record of kind $kind comes back as it was',
    (record) => {
      const read = roundTrip(record);
      if (read.kind === 'entry') bodyBytes(read.response.body);
      if (read.kind === 'entry') delete (read.response.body as { text?: string }).text;
      expect(read).toEqual(record);
    },
  );

  test('fields come back without a prototype, whatever their names', () => {
    const headers = fields({ ['__proto__']: 'x', constructor: 'y', hasownproperty: 'z' });
    const read = roundTrip(anEntry('it', 'x', { headers })) as EntryRecord;
    expect(Object.getPrototypeOf(read.response.headers)).toBeNull();
    expect(Object.entries(read.response.headers)).toEqual(Object.entries(headers));
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  test('an assigned lifetime, also one for ever, comes back', () => {
    for (const expiresAt of [null, NOW + 1]) {
      const assigned = { expiresAt, outranksOrigin: true };
      expect((roundTrip(anEntry('it', 'x', { assigned })) as EntryRecord).response.assigned).toEqual(assigned);
    }
  });

  const everyOctet = Uint8Array.from({ length: 256 }, (_, octet) => octet);
  test.each<[string, string | Uint8Array]>([
    ['toJSON', '{"toJSON":1}'],
    ['__proto__', '{"__proto__":{"polluted":1}}'],
    ['20,000 nested arrays', '['.repeat(20_000) + ']'.repeat(20_000)],
    ["Keyv's mark of a Buffer", ':base64:aGk='],
    ['an escaped lone surrogate', '"\\ud800"'],
    ['NUL', 'a\0b\0'],
    ['every octet', everyOctet],
    ['nothing', ''],
    ['one octet', Uint8Array.of(255)],
    ['a byte order mark', '\ufeff{"a":1}'],
    ['line ends', '\n\r\n\n'],
    ['what looks like our own facts', encodeRecord(anEntry('other'))],
    ['beyond the basic plane', '😀é中'],
    ['overlong UTF-8', Uint8Array.of(0xc0, 0x80)],
    ['an encoded surrogate', Uint8Array.of(0xed, 0xa0, 0x80)],
  ])('T45 content: %s is byte for byte the same', (_, content) => {
    const bytes = typeof content === 'string' ? encoder.encode(content) : content;
    expect(Buffer.from(bodyBytes(readBody({ form: 'content', bytes })))).toEqual(Buffer.from(bytes));
  });

  test.each(['text', 'value'] as const)('form %s keeps lone surrogates, NUL and all else', (form) => {
    for (const text of ['\ud800', 'a\udc00b', '\udc00\ud800', '\0', '', '😀', '\ufeff', '"\n']) {
      const read = readBody({ form, text });
      expect(read.form).toBe(form);
      expect(bodyText(read)).toBe(text);
    }
  });

  test('any octets and any text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 300 }), (bytes, text) => {
        expect(Buffer.from(bodyBytes(readBody({ form: 'content', bytes })))).toEqual(Buffer.from(bytes));
        expect(bodyText(readBody({ form: 'text', text }))).toBe(text);
        expect(bodyBytes(readBody({ form: 'content', text }))).toEqual(encoder.encode(text));
      }),
      { numRuns: 2_000 },
    );
  });

  test('any facts', () => {
    const name = fc.stringMatching(/^[a-z0-9!#$%&'*+.^_`|~-]{1,20}$/);
    const value = fc.stringMatching(/^[\t\x20-\x7e\x80-\xff]{0,60}$/);
    const someFields = fc.dictionary(name, value, { maxKeys: 8 });
    const entry = fc.record({
      headers: someFields,
      selectedBy: someFields,
      status: fc.integer({ min: 200, max: 599 }),
      requestedAt: fc.nat(),
      receivedAt: fc.double({ min: 0, max: 8e15, noNaN: true }),
    });
    fc.assert(
      fc.property(entry, fc.array(fc.string()), fc.string(), (response, tags, epoch) => {
        const record = { ...anEntry('it', 'x', response), tags, epoch };
        const read = roundTrip(record) as EntryRecord;
        bodyBytes(read.response.body);
        expect({ ...read.response, body: 0 }).toEqual({ ...record.response, body: 0 });
        expect([read.tags, read.epoch]).toEqual([tags, epoch]);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('what is odd is no record, and never an exception', () => {
  const good = encodeRecord(anEntry('it', 'hello'));

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'not-text'],
    ['null', null, 'not-text'],
    ['a number', 5, 'not-text'],
    ['an object', {}, 'not-text'],
    ['octets', Buffer.from(good), 'not-text'],
    ['empty text', '', 'incomplete'],
    ['null as JSON', 'null', 'incomplete'],
    ['an object as JSON', '{}', 'incomplete'],
    ['a line that is an object', '{}\n', 'facts'],
    ['a line that is a list', '[]\n', 'facts'],
    ['a line that is text', '"x"\n', 'facts'],
    ['a line with a version alone', '{"v":1}\n', 'facts'],
    ['half of an entry', good.slice(0, good.length / 2), 'incomplete'],
    ['an octet too few', good.slice(0, -1), 'length'],
    ['an octet too many', `${good}x`, 'length'],
    ['a body with another octet', good.replace('hello', 'hellp'), 'checksum'],
    ['a fact with another octet', good.replace('max-age=60', 'max-age=61'), 'checksum'],
    ['a line that does not end', `${'x'.repeat(300_000)}\n`, 'incomplete'],
  ])('T63 %s', (_, text, reason) => {
    expect(decodeRecord(text, KEY)).toBe(reason);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['status as text', { status: '200' }, 'facts'],
    ['status 700', { status: 700 }, 'facts'],
    ['status 199', { status: 199 }, 'facts'],
    ['status 200.5', { status: 200.5 }, 'facts'],
    ['no status', { status: undefined }, 'facts'],
    ['negative time', { requestedAt: -1 }, 'facts'],
    ['time beyond time', { receivedAt: 1e300 }, 'facts'],
    ['time as text', { receivedAt: '0' }, 'facts'],
    ['headers as an object', { headers: { a: 'b' } }, 'facts'],
    ['headers of odd shape', { headers: [['a']] }, 'facts'],
    ['headers with numbers', { headers: [['a', 1]] }, 'facts'],
    ['headers with null', { headers: [['a', null]] }, 'facts'],
    ['a name twice', { headers: [['a', '1'], ['a', '2']] }, 'facts'], // prettier-ignore
    ['a name in capitals', { headers: [['Etag', '"1"']] }, 'facts'],
    ['a name with a space', { headers: [['e tag', '"1"']] }, 'facts'],
    ['an empty name', { headers: [['', '1']] }, 'facts'],
    ['T54 a value with CR LF', { headers: [['etag', '"a"\r\nX-Evil: 1']] }, 'facts'],
    ['T54 a value with NUL', { headers: [['etag', '"a\0"']] }, 'facts'],
    ['T54 a value that is no octets', { headers: [['etag', '"中"']] }, 'facts'],
    ['T55 2,000 headers', { headers: Array.from({ length: 2_000 }, (_, n) => [`h${String(n)}`, '']) }, 'facts'],
    ['selecting fields of odd shape', { selectedBy: 'x' }, 'facts'],
    ['tags that are no text', { tags: [1] }, 'facts'],
    ['no epoch', { epoch: undefined }, 'facts'],
    ['a URL in two lines', { url: 'https://a/\r\nb' }, 'facts'],
    ['a method with a space', { method: 'GET /' }, 'facts'],
    ['a status text in two lines', { statusText: 'a\nb' }, 'facts'],
    ['an assigned lifetime of odd shape', { assigned: 5 }, 'facts'],
    ['an assigned lifetime without its end', { assigned: { outranksOrigin: true } }, 'facts'],
    ['another kind', { kind: 'lease' }, 'facts'],
    ['no kind', { kind: undefined }, 'facts'],
    ['another form', { form: 'object' }, 'body'],
    ['another encoding', { encoding: 'gzip' }, 'body'],
    ['base64 that is none', { encoding: 'base64' }, 'body'],
    ['JSON that is none', { encoding: 'json' }, 'body'],
    ['T64 the key of another', { key: aKey('other') }, 'wrong-key'],
    ['no key', { key: undefined }, 'wrong-key'],
    ['a key that is no text', { key: [KEY] }, 'wrong-key'],
  ])('with a right checksum: %s', (_, changes, reason) => {
    expect(decodeRecord(forged(changes), KEY)).toBe(reason);
  });

  test.each<[string, Record<string, unknown>]>([
    ['variants of another URL', { variants: ['{other}one'] }],
    ['more lists of selecting fields than are ever written', { selectors: Array.from({ length: 17 }, () => ['a']) }],
    [
      'a list of more fields than Vary may name',
      { selectors: [Array.from({ length: 65 }, (_, n) => `x-${String(n)}`)] },
    ],
  ])('T63 a record of variants with a right checksum: %s', (_, changes) => {
    const facts = { v: 1, kind: 'variants', epoch: '', variants: ['{it}one'], selectors: [['a']], key: KEY };
    const sealedWith = (given: object): string => sealed(JSON.stringify({ ...facts, ...given }).slice(0, -1), '');
    expect(decodeRecord(sealedWith({}), KEY)).toMatchObject({ kind: 'variants' });
    expect(decodeRecord(sealedWith(changes), KEY)).toBe('facts');
  });

  test('T65 another version is told apart from damage', () => {
    expect(decodeRecord(forged({ v: 999 }), KEY)).toBe('version');
    expect(decodeRecord('{"v":2,"whatever":[]}\nanything', KEY)).toBe('version');
  });

  test('T67 further members are ignored, inherited ones do not count', () => {
    const extra = '"config":{},"adapter":1,"request":{},"transformResponse":[],"__proto__":{"status":500}';
    const [line = ''] = good.split('\n');
    const facts = line.replace(/,"length".*$/, '');
    const read = decodeRecord(sealed(`${facts},${extra}`, 'hello'), KEY) as EntryRecord;
    expect(read.response.status).toBe(200);
    expect(Object.keys(read.response).sort()).toEqual(Object.keys(anEntry('it').response).sort());
    expect(decodeRecord(sealed(`{"v":1,"__proto__":${facts}}`, 'hello'), KEY)).toBe('wrong-key');
  });

  test('T67 nor do members that somebody gave to all objects', () => {
    const shared = Object.prototype as unknown as Record<string, unknown>;
    shared['status'] = 200;
    try {
      expect(decodeRecord(forged({ status: undefined }), KEY)).toBe('facts');
    } finally {
      delete shared['status'];
    }
  });

  test('T68 200 MB are refused by their length, at once', () => {
    const huge = 'x'.repeat(200_000_000);
    const start = performance.now();
    expect(decodeRecord(huge, KEY, KEY, longestText(5_242_880))).toBe('too-large');
    expect(performance.now() - start).toBeLessThan(300);
  });

  test('longestText has room for the largest allowed body, and for little more', () => {
    const body = Uint8Array.from({ length: 10_000 }, (_, at) => at % 256);
    expect(encodeRecord(anEntry('it', body)).length).toBeLessThan(longestText(10_000));
  });

  test('20,000 mutations: never an exception, never other data', () => {
    const texts = [good, encodeRecord(anEntry('it', Uint8Array.of(0, 255, 128))), encodeRecord(someVariants)];
    const keys = [KEY, KEY, someVariants.key];
    const truths = texts.map((text, at) => JSON.stringify(decodeRecord(text, keys[at] ?? '')));
    const mutation = fc.record({
      which: fc.nat({ max: texts.length - 1 }),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.nat({ max: 3 }),
      insert: fc.string({ unit: 'binary', maxLength: 3 }),
    });
    fc.assert(
      fc.property(mutation, ({ which, at, cut, insert }) => {
        const text = texts[which] ?? '';
        const start = Math.floor(at * text.length);
        const mutated = text.slice(0, start) + insert + text.slice(start + cut);
        const read = decodeRecord(mutated, keys[which] ?? '');
        if (typeof read !== 'string') expect(JSON.stringify(read)).toBe(truths[which]);
      }),
      { numRuns: 20_000, seed: 9111 },
    );
  });

  test('any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(typeof decodeRecord(text, KEY)).toBe('string');
        expect(typeof decodeRecord(`{"v":1,${text}\n${text}`, KEY)).toBe('string');
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('what could not be read back is not written', () => {
  test.each<[string, Partial<EntryRecord['response']>]>([
    ['a value with CR LF', { headers: fields({ a: 'b\r\nc' }) }],
    ['a selecting value beyond octets', { selectedBy: fields({ a: '中' }) }],
    ['a name in capitals', { headers: fields({ A: 'b' }) }],
    ['a time that is no number', { receivedAt: Number.NaN }],
    ['status 100', { status: 100 }],
  ])('%s', (_, response) => {
    expect(() => encodeRecord(anEntry('it', 'x', response))).toThrow(TypeError);
  });

  test('a status text that cannot be sent is left out', () => {
    const read = roundTrip(anEntry('it', 'x', { statusText: 'schön 中' })) as EntryRecord;
    expect(read.response.statusText).toBe('');
  });

  test('more facts than a line may have', () => {
    const variants = Array.from({ length: 9_000 }, (_, n) => `{variants}variant number ${String(n)}`);
    expect(() => encodeRecord({ ...someVariants, variants })).toThrow('more facts');
  });
});

describe('checksum and base64 without Node', () => {
  test('the portable checksum is that of zlib', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ unit: 'binary' }), (text, before) => {
        expect(portableCrc32(text, portableCrc32(before))).toBe(checksum(text, checksum(before)));
      }),
    );
    expect(portableCrc32('123456789')).toBe(0xcbf43926);
  });

  const withoutBuffer = (action: () => void): void => {
    const { Buffer: nodes } = globalThis;
    try {
      Reflect.deleteProperty(globalThis, 'Buffer');
      action();
    } finally {
      globalThis.Buffer = nodes;
    }
  };

  test('base64 with and without Buffer is the same', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = toBase64(bytes);
        withoutBuffer(() => {
          expect(toBase64(bytes)).toBe(text);
          expect([...(fromBase64(text) ?? [])]).toEqual([...bytes]);
        });
        expect([...(fromBase64(text) ?? [])]).toEqual([...bytes]);
      }),
    );
  });

  test('base64 is read strictly, to the last bit', () => {
    for (const text of ['a', 'ab', 'a===', 'ab=c', 'a b=', 'ab\n=', 'ab==\n   ', 'aR==', 'aGl=', 'a-_=', 'é+/=']) {
      expect([text, fromBase64(text)]).toEqual([text, undefined]);
      withoutBuffer(() => expect([text, fromBase64(text)]).toEqual([text, undefined]));
    }
  });

  test('octets read from base64 lie in memory of their own', () => {
    expect(fromBase64('aGVsbG8=')?.buffer.byteLength).toBe(5);
  });
});
