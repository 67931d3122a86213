// Has anything become much slower, or larger? A short run against bench/results/baseline.json.
//
//   npm run bench:check                   measures, and measures again what looks worse: only what stays worse counts
//   npm run bench:check -- --update       writes the baseline
//   node bench/check.mjs --measured FILE [--baseline FILE]     compares figures that were kept
//
// Exit code 1 and a line for each figure that is beyond its margin. Only ratios and sizes are compared, so that another
// machine may do it.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compare, figuresOf, sentenceOf } from './check/compare.mjs';

const { values } = parseArgs({
  options: {
    update: { type: 'boolean', default: false },
    measured: { type: 'string' },
    baseline: { type: 'string', default: fileURLToPath(new URL('./results/baseline.json', import.meta.url)) },
  },
});
const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
const ATTEMPTS = 3;

if (values.update) await update();
else report(values.measured === undefined ? await measured() : compare(read(values.baseline), read(values.measured)));

async function update() {
  const { measureOwn, sizes } = await import('./check/own.mjs');
  const { machine, rows } = await measureOwn({ quick: false });
  const kept = { machine, ...figuresOf({ rows, entries: await sizes() }) };
  writeFileSync(values.baseline, `${JSON.stringify(kept, null, 2)}\n`);
  console.log(`written: ${values.baseline}`);
}

async function measured() {
  const { measureOwn, sizes } = await import('./check/own.mjs');
  const baseline = read(values.baseline);
  const { rows } = await measureOwn({ quick: true });
  const figures = figuresOf({ rows, entries: await sizes() });
  let failures = compare(baseline, figures);
  for (let attempt = 1; attempt < ATTEMPTS && failures.some(isRatio); attempt += 1) {
    const again = new Set(failures.filter(isRatio).map(({ row }) => row));
    console.log(`once more: ${[...again].join(', ')}`);
    const repeated = figuresOf({ ...(await measureOwn({ quick: false, again })), entries: [] });
    Object.assign(figures.ratios, repeated.ratios);
    failures = compare(baseline, figures);
  }
  return failures;
}

function isRatio({ contender, is }) {
  return contender !== undefined && is !== undefined;
}

function report(failures) {
  for (const failure of failures) console.error(sentenceOf(failure));
  if (failures.length === 0) console.log('nothing is worse than the baseline by more than its margin');
  else process.exitCode = 1;
}
