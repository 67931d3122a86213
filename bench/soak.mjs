// Does a cache that many services share keep its promises while everything around it fails? A seeded soak.
//
//   npm run soak -- [--seconds 600] [--seed N] [--keep FILE]
//
// Three services, each a process with a cached client of its own, read, change and forget resources of one origin over
// one Redis. About every two seconds something fails: see soak/faults.mjs. Then the merged log is checked against a model
// of the promises: see soak/checker.mjs. A violation is printed with its rule and the log around it, and the exit code
// is 1. The seed repeats what is done, not the moments at which it meets: `--keep` keeps the log for soak/check.mjs.
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { check, excerpt } from './soak/checker.mjs';
import { performFault } from './soak/faults.mjs';
import { startOrigin } from './soak/origin.mjs';
import { startProxy } from './soak/proxy.mjs';
import { startChild } from './support/children.mjs';
import { now } from './support/clock.mjs';
import { seeded } from './support/random.mjs';
import { startRedis } from './support/redis.mjs';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '600' }, seed: { type: 'string' }, keep: { type: 'string' } },
});
const seconds = Number(values.seconds);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
if (!(seconds > 0) || !Number.isSafeInteger(seed)) {
  console.error('usage: npm run soak -- [--seconds 600] [--seed N] [--keep FILE]');
  process.exit(2);
}

const SERVICES = ['A', 'B', 'C'];
const FAULT_EVERY_MS = 2_000;
/** After so many faults comes a pause, in which all that was put off has to be made up for. */
const FAULTS_IN_A_ROW = 8;
const CALM_MS = 9_000;
const COLLECT_EVERY_MS = 1_000;
const MOST_SHOWN = 3;

const random = seeded(seed);
const log = [];
const redis = await startRedis();
const proxy = await startProxy(redis.port);
const origin = await startOrigin({ random: seeded(seed + 1), log: (entry) => log.push(entry) });
const clientFile = fileURLToPath(new URL('./soak/client.mjs', import.meta.url));
const services = await Promise.all(
  SERVICES.map(async (name, index) => {
    // The first has a Redis of its own way, the others share a network that may fail.
    const url = index === 0 ? redis.url : proxy.url;
    return { name, ...(await startChild(clientFile, [url, origin.url, name, seed + 2 + index])) };
  }),
);

console.log(`soak: seed ${seed}, ${seconds} s, ${services.length} services`);
await Promise.all(services.map((service) => service.ask({ name: 'start' })));
const startedAt = now();
const until = startedAt + seconds * 1_000;
const collecting = collect();
await disturb();
const ends = await Promise.all(services.map((service) => service.ask({ name: 'stop' })));
log.push({ type: 'fault', name: 'end', process: 'nobody', from: now(), to: now() });
await collecting;
await gather();
await Promise.all(services.map((service) => service.end()));
origin.close();
proxy.close();
await redis.stop();
process.exitCode = conclude();

async function disturb() {
  for (let count = 1; now() < until; count += 1) {
    const isCalm = count % (FAULTS_IN_A_ROW + 1) === 0;
    const dueAt = now() + (isCalm ? CALM_MS : FAULT_EVERY_MS * random.between(0.6, 1.4));
    await sleep(Math.max(0, Math.min(dueAt, until) - now()));
    if (now() < until) log.push(await performFault({ redis, proxy, origin, services, random }));
  }
  await sleep(Math.min(CALM_MS, seconds * 100));
}

async function collect() {
  while (now() < until) {
    await sleep(COLLECT_EVERY_MS);
    await gather();
  }
}

async function gather() {
  for (const entries of await Promise.all(services.map((service) => service.ask({ name: 'report' }))))
    for (const entry of entries) log.push(entry);
}

function conclude() {
  if (values.keep !== undefined) writeFileSync(values.keep, log.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  const { violations, figures } = check(log);
  const faults = log.filter(({ type, name }) => type === 'fault' && name !== 'end');
  const answers = log.filter(({ type }) => type === 'answer').length;
  const reads = log.filter(({ type }) => type === 'read');
  const times = reads.map(({ start, end }) => end - start).sort((one, other) => one - other);
  const at = (share) => `${(times[Math.floor(times.length * share)] ?? 0).toFixed(1)} ms`;
  console.log(`faults      ${faults.length}: ${tally(faults.map(({ name }) => name))}`);
  console.log(`requests    ${figures.reads}, ${answers} answers of the origin; p50 ${at(0.5)}, p99 ${at(0.99)}`);
  console.log(`cache       ${tally(reads.map(({ cache, error }) => cache ?? `error ${error}`))}`);
  console.log(`changes     ${tally(log.filter(({ told }) => told !== undefined).map(({ type }) => type))}, of which`);
  console.log(`            ${figures.untold} could not be told at once`);
  console.log(`checked     ${figures.fromStore} older than their request, ${figures.bound} bound by an invalidation,`);
  console.log(`            ${figures.boundAcross} of them by another process, ${figures.onError} stale for an error`);
  console.log(`events      ${ends.map(({ events }) => JSON.stringify(events)).join('\n            ')}`);
  if (violations.length === 0) {
    console.log('no violations');
    return 0;
  }
  for (const violation of violations.slice(0, MOST_SHOWN)) {
    console.log(`\nVIOLATION of "${violation.rule}", seed ${seed}: ${violation.because}`);
    console.log(`  ${JSON.stringify(violation.entry)}`);
    for (const line of excerpt(log, violation)) console.log(`    ${line}`);
  }
  console.log(`\n${violations.length} violations: ${tally(violations.map(({ rule }) => rule))}`);
  return 1;
}

function tally(names) {
  const counts = new Map();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
}
