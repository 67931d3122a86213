// Is it worse than it was? Pure: figures in, what is wrong with them out.
import { RATIO_BARS, SIZE_BARS } from '../bars.mjs';

/** How much worse a figure may be: machines are busy, and quick runs are short. Sizes are exact. */
export const MARGINS = { ratio: 1.6, ratioBar: 1.25, size: 1.05 };

/** Measured rows and bundled entries as figures: `{ ratios: { row: { contender } }, sizes: { entry } }`. */
export function figuresOf({ rows, entries }) {
  const ratioOf = (row, { ratio }) => Math.round(ratio[row.clock].median * 1_000) / 1_000;
  const ratios = rows.map((row) => {
    const [, ...compared] = Object.entries(row.contenders);
    return [row.id, Object.fromEntries(compared.map(([name, measured]) => [name, ratioOf(row, measured)]))];
  });
  const sizes = entries.map(({ name, initial }) => [name, initial.gzip]);
  return { ratios: Object.fromEntries(ratios), sizes: Object.fromEntries(sizes) };
}

/** What is wrong, if anything: `{ row, contender, is, limit, because }`, and for a size `row` names the entry. */
export function compare(baseline, figures) {
  return [...comparedRatios(baseline.ratios, figures.ratios), ...comparedSizes(baseline.sizes, figures.sizes)];
}

function comparedRatios(before, now) {
  return Object.entries(before).flatMap(([row, contenders]) =>
    Object.entries(contenders).flatMap(([contender, was]) => {
      const is = now[row]?.[contender];
      const bar = RATIO_BARS.find((one) => one.row === row && one.contender === contender)?.ratio;
      return judged({ row, contender }, { was, is, margin: MARGINS.ratio, bar, barMargin: MARGINS.ratioBar });
    }),
  );
}

function comparedSizes(before, now) {
  return Object.entries(before).flatMap(([row, was]) =>
    judged({ row }, { was, is: now[row], margin: MARGINS.size, bar: SIZE_BARS[row], barMargin: 1 }),
  );
}

// A bar that the baseline holds is to be held; one that it does not is not what this is about.
function judged(name, { was, is, margin, bar, barMargin }) {
  if (!Number.isFinite(is)) return [{ ...name, because: 'is in the baseline, and was not measured' }];
  if (is > was * margin) return [{ ...name, is, limit: was * margin, because: `was ${was}, margin ${margin} x` }];
  if (bar !== undefined && was <= bar && is > bar * barMargin)
    return [{ ...name, is, limit: bar * barMargin, because: `the bar is ${bar}, margin ${barMargin} x` }];
  return [];
}

/** One line for a person. */
export function sentenceOf({ row, contender, is, limit, because }) {
  const what = contender === undefined ? row : `${row}, ${contender}`;
  if (is === undefined) return `${what}: ${because}`;
  return `${what}: ${is} is above ${Math.round(limit * 1_000) / 1_000} (${because})`;
}
