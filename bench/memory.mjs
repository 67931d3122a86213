// Does the memory store keep its limit? A million URLs through 64 MiB, and a hit among a million entries.
//
//   npm run bench:memory -- [--urls 1000000] [--flat 10,1000,100000,1000000 | --flat none]
//
// Prints what was to be reached and what was, and writes bench/results/memory.json with the memory over time.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MEMORY_BARS } from './bars.mjs';
import { printed } from './report/table.mjs';
import { machine } from './support/machine.mjs';

const { values } = parseArgs({
  options: {
    urls: { type: 'string', default: '1000000' },
    flat: { type: 'string', default: '10,1000,100000,1000000' },
  },
});

/** The lines of JSON that a process of its own prints. */
async function linesOf(file, nodeOptions, args) {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, [...nodeOptions, path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  process.once('exit', () => child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const lines = [];
  for await (const line of createInterface({ input: child.stdout })) lines.push(JSON.parse(line));
  const [code] = await ended;
  if (code !== 0) throw new Error(`${file} ended with ${code}`);
  return lines;
}

const lines = await linesOf('./memory/flood.mjs', ['--expose-gc'], [values.urls]);
const { result } = lines.at(-1);
const samples = lines.slice(0, -1);

function say(name, figure, unit, bar) {
  const verdict = bar === undefined ? '' : `<= ${bar} ${figure !== null && figure <= bar ? 'met' : 'MISSED'}`;
  console.log(
    `${name.padEnd(56)} ${String(figure && Math.round(figure * 10) / 10).padStart(11)} ${unit.padEnd(4)} ${verdict}`,
  );
}
say('URLs requested', result.urls, '');
say('each', result.microsecondsEach, 'us');
say('entries held at the end', result.entries, '');
say('their size, as the store counts', result.bytes / 1e6, 'MB');
say('largest growth of resident memory', result.growthMB, 'MB', MEMORY_BARS.growthMB);
say('growth after garbage collection', result.settledGrowthMB, 'MB');
say(`${result.expiring} entries expired: gone after`, result.expiredGoneMs, 'ms', MEMORY_BARS.expiredGoneMs);
say('longest turn of the event loop', result.blocked.flooded.wallMs, 'ms');
say('  of it garbage collection, at most', result.blocked.flooded.gcMs, 'ms');
say('longest turn while all expires', result.blocked.expired.wallMs, 'ms');
say('longest without garbage collection and other processes', result.blockedMs, 'ms', MEMORY_BARS.blockedMs);

let flat;
if (values.flat !== 'none') {
  [flat] = await linesOf('./memory/flat.mjs', ['--max-old-space-size=8192'], values.flat.split(','));
  console.log(`\n${printed(flat)}`);
}
const folder = new URL('./results/', import.meta.url);
mkdirSync(folder, { recursive: true });
const kept = { machine: machine(), result, flat, samples };
writeFileSync(new URL('memory.json', folder), `${JSON.stringify(kept, null, 2)}\n`);
