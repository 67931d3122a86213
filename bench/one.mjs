// One contender of one row in a loop, for a profile:
//
//   node bench/one.mjs --row memory-json-small [--contender ours] [--seconds 5] [--profile <file>.cpuprofile]
//
// `--profile` leaves out the start and the warm-up, prints where the time went, and writes what the developer tools of
// browsers show. `node --cpu-prof bench/one.mjs …` has all of it.
import { parseArgs } from 'node:util';
import { installedPeers } from './peers/install.mjs';
import { profiled } from './support/profile.mjs';

const { values } = parseArgs({
  options: {
    row: { type: 'string', default: 'memory-json-small' },
    contender: { type: 'string', default: 'ours' },
    seconds: { type: 'string', default: '5' },
    profile: { type: 'string' },
  },
});
installedPeers();
const { rows } = await import('./rows/index.mjs');
const { environmentFor, withContenders } = await import('./support/environment.mjs');

const row = rows.find(({ id }) => id === values.row);
const start = row?.contenders[values.contender];
if (start === undefined) {
  console.error(`no ${values.contender} in ${values.row}; there is:`);
  for (const { id, contenders } of rows) console.error(`  ${id}: ${Object.keys(contenders).join(' ')}`);
  process.exit(2);
}

const { env, end } = await environmentFor([row]);
await withContenders({ contenders: { [values.contender]: start } }, env, async ([[, { run, unit = 1 }]]) => {
  const loop = async (seconds) => {
    const until = performance.now() + seconds * 1_000;
    let times = 0;
    for (let chunk = 1; performance.now() < until; times += chunk, chunk = Math.min(chunk * 2, 100)) await run(chunk);
    return times;
  };
  await loop(Number(values.seconds) / 3);
  const usage = process.cpuUsage();
  const from = performance.now();
  const times = await profiled(values.profile, () => loop(Number(values.seconds)));
  const each = (microseconds) => (microseconds / (times * unit)).toFixed(2);
  const { user, system } = process.cpuUsage(usage);
  const wall = (performance.now() - from) * 1_000;
  console.log(
    `${row.id} ${values.contender}: ${each(user + system)} us cpu, ${each(wall)} us wall, ${times * unit} times`,
  );
});
await end();
