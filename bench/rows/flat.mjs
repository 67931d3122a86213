// Does a hit cost the same whatever else lies in the store? Reads all over it, in no order.
import { ours } from '../contenders/ours.mjs';
import { SIZES, jsonOf } from '../support/payloads.mjs';
import { seeded } from '../support/random.mjs';

const content = jsonOf(SIZES.small);
const READS = 10_007;

function filledWith(entries) {
  // Without a URL in common with another store.
  const urlAt = (index) => `https://api.example.com/${entries}/items?page=${index}`;
  let reads;
  const given = {
    content,
    prime: Array.from({ length: entries }, (_, index) => index),
    urlOf: (count) => (reads === undefined ? urlAt(count) : reads[count % READS]),
  };
  return async () => {
    const contender = await ours(given, { maxBytes: Number.MAX_SAFE_INTEGER });
    // None is made while the time runs.
    const random = seeded(entries);
    reads = Array.from({ length: READS }, () => Buffer.from(urlAt(Math.floor(random.next() * entries))).toString());
    return contender;
  };
}

/** One row, whose first contender holds the fewest entries. */
export function flatRow(sizes) {
  return {
    id: 'flat',
    title: 'hit, by entries in the store',
    clock: 'cpu',
    contenders: Object.fromEntries(sizes.map((entries) => [`entries-${entries}`, filledWith(entries)])),
  };
}

export const flatRows = [flatRow([10, 1_000, 100_000])];
