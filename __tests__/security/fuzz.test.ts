/** G2, G12, G13: nothing that comes from outside throws or is mistaken for something else. `npm run fuzz`: a million of each. */
import { aHeaderValue, collisions, dice, misreadHeaders, misreadRecords } from './fuzz.js';

// The timings of a million are the nightly run's affair.
const FULL = Number(process.env['FUZZ_ROUNDS'] ?? 0);
const rounds = (share: number): number => (FULL > 0 ? FULL : share);
jest.setTimeout(FULL > 0 ? 900_000 : 60_000);

test('T19 seeded URLs: no two resources share a key', () => {
  expect(collisions(rounds(20_000))).toEqual([]);
});

test('T63 seeded damage to stored records: never an exception, never what nobody wrote', () => {
  expect(misreadRecords(rounds(40_000))).toEqual([]);
});

test('T60 seeded header strings: never an exception, never a number that is none', () => {
  expect(misreadHeaders(rounds(20_000))).toEqual([]);
});

test('the dice fall alike in every run, and every seed differs', () => {
  const some = (seed: number): string[] => {
    const die = dice(seed);
    return Array.from({ length: 50 }, () => aHeaderValue(die));
  };
  expect(some(1)).toEqual(some(1));
  expect(some(1)).not.toEqual(some(2));
});
