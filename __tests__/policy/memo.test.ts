/** What is remembered is what would be worked out, and there is an end to it. */
import fc from 'fast-check';
import { parseHttpDate } from '../../lib/policy/dates.js';
import { parseCacheControl } from '../../lib/policy/directives.js';
import { Memo } from '../../lib/policy/memo.js';

test('gives what was set last, and never for another text', () => {
  const step = fc.record({ text: fc.constantFrom('a', 'b', 'c', 'd', 'e', ''), value: fc.option(fc.integer()) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (steps, room) => {
      const memo = new Memo<number>(room);
      const all = new Map<string, number>();
      for (const { text, value } of steps) {
        if (value === null) {
          const got = memo.get(text);
          if (got !== undefined) expect(got).toBe(all.get(text));
        } else {
          expect(memo.set(text, value)).toBe(value);
          expect(memo.get(text)).toBe(value);
          all.set(text, value);
        }
      }
    }),
  );
});

test('remembers up to twice its room, those asked for last', () => {
  const memo = new Memo<number>(100);
  for (let n = 0; n < 10_000; n += 1) {
    memo.set(String(n), n);
    expect(memo.get('0')).toBe(0);
  }
  const left = Array.from({ length: 10_000 }, (_, n) => memo.get(String(n))).filter((value) => value !== undefined);
  expect(left.length).toBeLessThanOrEqual(200);
  expect(memo.get('5000')).toBeUndefined();
});

test('does not hold long texts', () => {
  const memo = new Memo<number>(10);
  expect(memo.set('x'.repeat(2_049), 1)).toBe(1);
  expect(memo.get('x'.repeat(2_049))).toBeUndefined();
  memo.set('x'.repeat(2_048), 2);
  expect(memo.get('x'.repeat(2_048))).toBe(2);
});

test('directives that are remembered are the same, and nobody can change them', () => {
  const texts = ['max-age=60', 'private, no-cache="x"', 'public', 'no-store', 'x'.repeat(3_000), ','.repeat(70_000)];
  for (const text of texts) {
    const first = parseCacheControl(text);
    expect(Object.isFrozen(first)).toBe(true);
    expect(parseCacheControl(text)).toEqual(first);
  }
});

test('a date of two digits is read by the time it is now, each time; others need no now', () => {
  const old = 'Sunday, 06-Nov-94 08:49:37 GMT';
  const read = (now: number): number | undefined => parseHttpDate(old, now);
  expect(read(Date.UTC(2026, 0))).toBe(Date.UTC(1994, 10, 6, 8, 49, 37));
  expect(read(Date.UTC(2060, 0))).toBe(Date.UTC(2094, 10, 6, 8, 49, 37));
  expect(read(Date.UTC(2026, 0))).toBe(Date.UTC(1994, 10, 6, 8, 49, 37));
  for (const text of ['Sun, 06 Nov 1994 08:49:37 GMT', 'sun, 06 nov 1994 08:49:37 gmt', 'Sun Nov  6 08:49:37 1994'])
    for (const now of [0, Date.UTC(2026, 0), undefined])
      expect(parseHttpDate(text, now)).toBe(Date.UTC(1994, 10, 6, 8, 49, 37));
  for (const wrong of ['Sun, 31 Nov 1994 08:49:37 GMT', 'yesterday', ''])
    for (const _ of [1, 2]) expect(parseHttpDate(wrong, 0)).toBeUndefined();
});
