// Packs the package once and uses its tarball as strangers do, outside the repository: on every Node it admits, with the
// oldest and the newest axios, Keyv 5 and 6, with Redis and without, by `import`, by `require`, and from TypeScript projects
// of every kind. One line per cell; ends with 1 if one failed. A cell that cannot be run here says why, and is not counted
// as passed. A run of all cells writes bench/results/matrix.json.
//   node scripts/matrix.mjs                        all cells
//   node scripts/matrix.mjs --only 'node 22' redis the cells whose names contain all of these
//   node scripts/matrix.mjs --here                 those that need no other Node, and few kinds of TypeScript project
//   node scripts/matrix.mjs --list                 their names
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureRedisServer } from './ensure-redis.mjs';
import { cells, closeServers, isForHere, versions } from './matrix/cells.mjs';
import { NotRun } from './matrix/checks.mjs';
import { root } from './packed/projects.mjs';

const { values, positionals } = parseArgs({
  options: { only: { type: 'string' }, here: { type: 'boolean' }, list: { type: 'boolean' } },
  allowPositionals: true,
});
const words = [values.only, ...positionals].filter((word) => word !== undefined).map((word) => word.toLowerCase());
const titleOf = ({ group, name }) => `${group.padEnd(8)}${name}`;
const isChosen = (cell) => words.every((word) => titleOf(cell).toLowerCase().includes(word));
const chosen = cells.filter((cell) => isChosen(cell) && (!values.here || isForHere(cell)));

/** A cell that failed is run once more: the machine may have been busy. Each failure is printed. */
async function resultOf(cell, isLastTry = false) {
  try {
    await cell.check();
    return { result: 'ok' };
  } catch (error) {
    if (error instanceof NotRun) return { result: 'not run', why: error.message };
    if (isLastTry) return { result: 'failed', why: error.message };
    console.log(`once more        ${titleOf(cell)}: ${error.message}`);
    return resultOf(cell, true);
  }
}

/** Two at a time; the answer is in the order of the cells. */
async function runAll() {
  const results = [];
  const next = chosen.entries();
  const work = async () => {
    for (const [i, cell] of next) {
      const startedAt = performance.now();
      const outcome = await resultOf(cell);
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      results[i] = { group: cell.group, name: cell.name, ...outcome };
      const why = outcome.why === undefined ? '' : `: ${outcome.why}`;
      console.log(`${outcome.result.padEnd(8)}${seconds.padStart(6)} s  ${titleOf(cell)}${why}`);
    }
  };
  await Promise.all([work(), work()]);
  return results;
}

const count = (results, wanted) => results.filter(({ result }) => result === wanted).length;

/** The date in the file is the day since which these results stand. */
async function save(results) {
  const file = join(root, 'bench', 'results', 'matrix.json');
  const totals = Object.fromEntries(['ok', 'failed', 'not run'].map((wanted) => [wanted, count(results, wanted)]));
  const found = { versions: await versions(), totals, cells: results };
  const { date, ...before } = read(file);
  const isSame = JSON.stringify(before) === JSON.stringify(found);
  const today = new Date().toISOString().slice(0, 10);
  writeFileSync(file, `${JSON.stringify({ date: isSame ? date : today, ...found }, null, 2)}\n`);
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

if (values.list) {
  for (const cell of chosen) console.log(titleOf(cell));
} else if (chosen.length === 0) {
  console.error(`No cell's name contains ${words.join(' and ')}; --list names all.`);
  process.exitCode = 1;
} else {
  ensureRedisServer();
  const results = await runAll();
  if (chosen.length === cells.length) await save(results);
  await closeServers();
  const [ok, failed, notRun] = ['ok', 'failed', 'not run'].map((wanted) => count(results, wanted));
  console.log(`${ok} ok, ${failed} failed, ${notRun} not run, in ${Math.round(performance.now() / 1000)} s`);
  process.exitCode = failed === 0 ? 0 : 1;
}
