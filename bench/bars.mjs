// What is to be reached? One table, for the printed rows and for `npm run bench:check`.
//
// `ratio`: at most so many times the row's first contender. `peer`: at most what that peer takes in the same row.

const hit = (row, contender, limit) => ({ row, contender, ...limit });
const SIZES = ['small', '10k', '121k', '1m'];

export const RATIO_BARS = [
  hit('memory-json-small', 'ours', { ratio: 1.17, peer: 'aci' }),
  hit('memory-json-121k', 'ours', { ratio: 10 }),
  ...SIZES.map((size) => hit(`memory-json-${size}`, 'frozen', { peer: 'aci' })),
  hit('miss', 'ours', { ratio: 1.15 }),
  hit('revalidation', 'ours', { ratio: 1.25 }),
  hit('redis-json-small', 'ours', { ratio: 1.5 }),
  hit('redis-json-121k', 'ours', { ratio: 1.1 }),
  hit('flat', 'entries-1000', { ratio: 1.1 }),
  hit('flat', 'entries-100000', { ratio: 1.1 }),
  hit('flat', 'entries-1000000', { ratio: 1.1 }),
];

/** Of `npm run bench:memory`. */
export const MEMORY_BARS = { growthMB: 160, expiredGoneMs: 2_000, blockedMs: 50 };

/** Of `npm run bench:size`: bytes, minified and gzipped. */
export const SIZE_BARS = { '.': 24_000, './policy': 9_000 };

/**
 * The bar of a contender in a measured row, if it has one: `{ limit, why, ratio, met }`. Where both a figure and a peer
 * are named, the larger counts: the peer was measured here, the figure elsewhere.
 */
export function barOf(row, contender) {
  const bar = RATIO_BARS.find((one) => one.row === row.id && one.contender === contender);
  const measured = row.contenders[contender];
  if (bar === undefined || measured === undefined) return undefined;
  const peer = row.contenders[bar.peer]?.ratio[row.clock].median;
  const limit = Math.max(bar.ratio ?? 0, peer ?? 0);
  if (limit === 0) return undefined;
  const ratio = measured.ratio[row.clock].median;
  return { limit, why: limit === peer ? bar.peer : undefined, ratio, met: ratio <= limit };
}
