/** FIPS 180-4 (SHA-256), RFC 2104 (HMAC), RFC 4648 §5 (base64url), compared with Node's own. */
import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { base64Url, hmacSha256, lengthPrefixed, sha256, sha256Base64Url } from '../../lib/policy/digest.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const nodeHex = (input: string | Uint8Array): string => createHash('sha256').update(input).digest('hex');

describe('sha256', () => {
  test.each([
    ['FIPS 180-4 the empty message', '', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['FIPS 180-4 one block', 'abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'FIPS 180-4 two blocks',
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ])('%s', (_name, input, expected) => {
    expect(hex(sha256(input))).toBe(expected);
  });

  test('every length from 0 to 300 bytes', () => {
    for (let length = 0; length <= 300; length += 1) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 31 + length) & 255);
      expect(hex(sha256(bytes))).toBe(nodeHex(bytes));
    }
  });

  test.each([1023, 1024, 1025, 3071, 3072, 3073, 65_537, 1_000_003])('text of %d characters', (length) => {
    const text = 'é'.repeat(length);
    expect(hex(sha256(text))).toBe(nodeHex(text));
  });

  test('any bytes, also as a view into a larger buffer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.nat(9), (bytes, skipped) => {
        expect(hex(sha256(bytes))).toBe(nodeHex(bytes));
        expect(hex(sha256(bytes.subarray(skipped)))).toBe(nodeHex(bytes.subarray(skipped)));
      }),
    );
  });

  test('any text as its UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
        expect(hex(sha256(text))).toBe(nodeHex(text));
      }),
    );
  });

  test('a digest is not overwritten by the next', () => {
    const first = sha256('first');
    const kept = hex(first);
    sha256('second');
    expect(hex(first)).toBe(kept);
  });
});

test('hmacSha256: any secret and message, RFC 2104', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 150 }),
      fc.string({ unit: 'binary', maxLength: 5000 }),
      (secret, message) => {
        expect(hex(hmacSha256(secret, message))).toBe(createHmac('sha256', secret).update(message).digest('hex'));
      },
    ),
  );
  expect(hex(hmacSha256('Jefe', 'what do ya want for nothing?'))).toBe(
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  );
});

test('base64Url: any bytes, RFC 4648 §5', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(base64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
    }),
  );
  expect(sha256Base64Url('abc')).toBe(createHash('sha256').update('abc').digest('base64url'));
});

describe('lengthPrefixed', () => {
  const part = fc.option(fc.string({ maxLength: 6, unit: fc.constantFrom(...Array.from('0123:-#ab\ud800é')) }), {
    nil: undefined,
  });
  const parts = fc.array(part, { maxLength: 5 });

  test('different lists give different texts', () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        expect(lengthPrefixed(a) === lengthPrefixed(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['missing and empty', [undefined], ['']],
    ['one and two parts', ['ab'], ['a', 'b']],
    ['a part that looks like a prefix', ['1:a'], ['a', '']],
    ['text and bytes', ['a'], [new TextEncoder().encode('a')]],
    ['bytes and other bytes', [Uint8Array.of(1)], [Uint8Array.of(2)]],
    ['none and one empty', [], ['']],
  ])('%s differ', (_name, a, b) => {
    expect(lengthPrefixed(a)).not.toBe(lengthPrefixed(b));
  });
});
