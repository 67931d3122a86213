/** `npm run bench:check` fails where a figure is beyond its margin, and only there: made-up figures, compared. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../examples/run.js';
import type { Finished } from '../examples/run.js';

interface Figures {
  readonly ratios: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly sizes: Readonly<Record<string, number>>;
}

const baseline: Figures = {
  // The bar of the first is 1.15, and it holds; that of the second is 1.25, and it does not.
  ratios: { miss: { ours: 1.1 }, revalidation: { ours: 2 }, 'swr-hit': { ours: 3 } },
  sizes: { '.': 23_500, './redis': 8_000 },
};

function but(ratios: Figures['ratios'], sizes: Figures['sizes'] = {}): Figures {
  return { ratios: { ...baseline.ratios, ...ratios }, sizes: { ...baseline.sizes, ...sizes } };
}

const rows: readonly (readonly [what: string, figures: Figures, said: readonly string[]])[] = [
  ['the same figures', baseline, []],
  ['all a little worse', but({ miss: { ours: 1.3 }, 'swr-hit': { ours: 4.7 } }, { './redis': 8_300 }), []],
  ['all better', but({ miss: { ours: 0.9 }, revalidation: { ours: 1 } }, { '.': 1_000 }), []],
  ['a bar that was not held before', but({ revalidation: { ours: 3.1 } }), []],
  [
    'a row 1.7 times as slow',
    but({ 'swr-hit': { ours: 5.1 } }),
    ['swr-hit, ours: 5.1 is above 4.8 (was 3, margin 1.6 x)'],
  ],
  [
    'a bar that was held, within the other margin',
    but({ miss: { ours: 1.5 } }),
    ['miss, ours: 1.5 is above 1.438 (the bar is 1.15, margin 1.25 x)'],
  ],
  ['a larger entry', but({}, { './redis': 8_401 }), ['./redis: 8401 is above 8400 (was 8000, margin 1.05 x)']],
  ['an entry above its bar', but({}, { '.': 24_001 }), ['.: 24001 is above 24000 (the bar is 24000, margin 1 x)']],
  ['a row that is gone', but({ miss: {} }), ['miss, ours: is in the baseline, and was not measured']],
  ['no figure at all', but({ miss: { ours: Number.NaN } }), ['miss, ours: is in the baseline, and was not measured']],
  [
    'two at once',
    but({ 'swr-hit': { ours: 9 } }, { './redis': 9_000 }),
    ['swr-hit, ours: 9 is above 4.8 (was 3, margin 1.6 x)', './redis: 9000 is above 8400 (was 8000, margin 1.05 x)'],
  ],
];

let folder: string;
let finished: readonly Finished[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'axios-http-cache-check-'));
  const kept = join(folder, 'baseline.json');
  await writeFile(kept, JSON.stringify(baseline));
  const all: Finished[] = [];
  for (const [index, [, figures]] of rows.entries()) {
    const file = join(folder, `${String(index)}.json`);
    await writeFile(file, JSON.stringify(figures));
    all.push(await run(['bench/check.mjs', '--baseline', kept, '--measured', file]));
  }
  finished = all;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(rows.map(([what, , said], index) => [what, said, index] as const))('%s', (_what, said, index) => {
  const { code, stderr } = finished[index]!;
  expect(stderr.split('\n').filter(Boolean)).toEqual(said);
  expect(code).toBe(said.length === 0 ? 0 : 1);
});
