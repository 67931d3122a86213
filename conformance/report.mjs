// Where do the figures go? One line for people, one file for comparisons.

import { mkdir, readFile, writeFile } from 'node:fs/promises';

import { excuses } from './ratchet.mjs';
import { totals } from './verdicts.mjs';

// Ports and identifiers differ in every run and would make every file new.
const PORT = /\/\/127\.0\.0\.1:\d+/g;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

const KINDS = ['required', 'optimal', 'check'];
const asLine = (sums) => KINDS.map((kind) => `${kind} ${sums[kind].passed}/${sums[kind].of}`).join(', ');

const nameOf = ({ client, adapter }) => (adapter === 'http' || client === 'undici' ? client : `${client}-${adapter}`);

export function print({ options, selection, verdicts, unhandled, seconds }) {
  for (const [id, verdict] of verdicts) {
    const isAsked = options.id !== undefined || (options.verbose && verdict.result !== 'pass');
    if (isAsked) console.log(`  ${describe(id, verdict)}`);
  }
  for (const error of unhandled.slice(0, 3)) console.log(`  unhandled rejection: ${error?.stack ?? error}`);
  console.log(`${nameOf(options)}, ${options.mode} cache, ${verdicts.size} tests in ${seconds} s`);
  console.log(asLine(totals(verdicts, selection.counted)));
  if (selection.complete) {
    const visitor = options.mode === 'private' ? 'a browser' : 'a proxy';
    const inReach = new Set([...selection.counted].filter((id) => !excuses(options).has(id)));
    console.log(`(without those in unreachable.json: ${asLine(totals(verdicts, inReach))})`);
    console.log(`(what the suite's site selects for ${visitor}: ${asLine(totals(verdicts, selection.site))})`);
  }
}

function describe(id, { kind, result, reason, dependsOn }) {
  const because =
    dependsOn === undefined ? (reason ?? '') : `${dependsOn.join(', ')}${reason ? `; itself: ${reason}` : ''}`;
  return `${kind.padEnd(8)} ${result.padEnd(17)} ${id}  ${because}`;
}

/** Writes results/<client>-<mode>.json, unless it says the same already: its date is since when these results stand. */
export async function write({ options, selection, verdicts, versions }) {
  const results = {
    client: nameOf(options),
    mode: options.mode,
    date: new Date().toISOString().slice(0, 10),
    versions,
    totals: totals(verdicts, selection.counted),
    totalsOfTheSite: totals(verdicts, selection.site),
    tests: Object.fromEntries(
      [...verdicts].map(([id, verdict]) => [id, { ...verdict, counted: selection.counted.has(id) }]),
    ),
  };
  const text = `${JSON.stringify(results, null, 2).replace(PORT, '//origin').replace(UUID, '<uuid>')}\n`;
  const file = new URL(`results/${nameOf(options)}-${options.mode}.json`, import.meta.url);
  const former = await readFile(file, 'utf8').catch(() => '');
  if (undated(former) === undated(text)) return;
  await mkdir(new URL('.', file), { recursive: true });
  await writeFile(file, text);
}

const undated = (text) => text.replace(/"date": "[^"]*"/, '');
