// What does an operation cost? Every contender runs for a slice in every round, in an order of the round's own, so that
// whatever else happens on the machine happens to all of them, and nobody always cleans up after the same one.
import { seeded } from './random.mjs';
import { ratios, summary } from './statistics.mjs';

const MICROSECONDS = 1_000;
/** Rounds, and milliseconds of processor time for a slice and for the warm-up. */
export const FULL = { rounds: 41, sliceMs: 25, warmMs: 600 };
export const QUICK = { rounds: 11, sliceMs: 15, warmMs: 300 };

/**
 * Measures contenders, `[name, { run, unit }]`: `run(times)` performs so many operations, and each counts as `unit`
 * of what is told of. Answers for each with microseconds of processor and of wall clock, and ratios to the first.
 */
export async function measure(contenders, { rounds, sliceMs, warmMs }) {
  const entrants = [];
  for (const [name, { run, unit = 1 }] of contenders) {
    entrants.push({ name, run, unit, times: await warm({ run, unit }, warmMs, sliceMs), cpu: [], wall: [] });
  }
  const random = seeded(entrants.length);
  for (let round = 0; round < rounds; round += 1) {
    for (const entrant of shuffled(entrants, random)) await slice(entrant);
  }
  const [reference] = entrants;
  return Object.fromEntries(
    entrants.map(({ name, cpu, wall }) => [
      name,
      {
        cpu: summary(cpu),
        wall: summary(wall),
        ratio: { cpu: ratios(cpu, reference.cpu), wall: ratios(wall, reference.wall) },
      },
    ]),
  );
}

/** Processor time of this process, in milliseconds: what a busy machine leaves to it is not counted as its own. */
function used() {
  const { user, system } = process.cpuUsage();
  return (user + system) / MICROSECONDS;
}

/** The compiler has had its chance after so many operations, unless they are long. */
const WARM_OPERATIONS = 6_000;
const LONGEST_WARM = 3;

/** Runs until the compiler has had its time; answers how often fits into a slice. */
async function warm({ run, unit }, warmMs, sliceMs) {
  const start = used();
  let times = 1;
  let done = 0;
  for (;;) {
    const before = used();
    await run(times);
    const now = used();
    done += times * unit;
    const each = Math.max(now - before, 0.001) / times;
    const enough = done >= WARM_OPERATIONS ? warmMs : warmMs * LONGEST_WARM;
    if (now - start >= enough) return Math.max(1, Math.round(sliceMs / each));
    times = Math.max(1, Math.min(times * 2, Math.ceil(sliceMs / each)));
  }
}

function shuffled(list, { next }) {
  return list
    .map((item) => ({ item, at: next() }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ item }) => item);
}

async function slice({ run, unit, times, cpu, wall }) {
  // What the one before left in the processor's caches, and its garbage, are not this one's.
  await run(Math.ceil(times / 5));
  const usage = process.cpuUsage();
  const start = performance.now();
  await run(times);
  const took = performance.now() - start;
  const { user, system } = process.cpuUsage(usage);
  wall.push((took * MICROSECONDS) / (times * unit));
  cpu.push((user + system) / (times * unit));
}

/** One operation after the other. */
export function sequential(operation) {
  return async (times) => {
    for (let count = 0; count < times; count += 1) await operation(count);
  };
}
