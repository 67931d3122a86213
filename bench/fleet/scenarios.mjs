// What many processes do to one Redis and one origin. Each scenario answers rows: what was to be reached, and what was.
import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../support/clock.mjs';

const PROCESSES = 4;
const LEASE_MS = 2_000;
/** All begin at one moment, a little later than they are told to. */
const HEAD_START_MS = 20;

let lastName = 0;
const pathOf = (kind, delay) => `/${kind}/${delay}/${(lastName += 1)}`;

/**
 * 250 identical cold requests in each of 4 processes: one origin request, round for round.
 *
 * @param rounds How often.
 */
export async function cold(fleet, delay, rounds) {
  const { workers, origin } = fleet;
  const counts = [];
  const answers = [];
  for (let round = 0; round < rounds; round += 1) {
    const path = pathOf('fresh', delay);
    answers.push(...(await burst(workers, path, 250)));
    counts.push(origin.countOf(path));
  }
  const several = counts.filter((count) => count > 1).length;
  const times = answers.map(({ time }) => time);
  const name = `${PROCESSES} x 250 cold, ${delay} ms origin`;
  return [
    row(`${name}: rounds with more than one origin request, of ${rounds}`, several, Math.max(1, rounds / 100)),
    row(`${name}: most origin requests in a round`, Math.max(...counts), 2),
    row(`${name}: requests without an answer`, failed(answers), 0),
    // Not a goal: what it takes to serve a thousand requests on this machine.
    { name: `${name}: p50 / p99`, figure: `${quantile(times, 0.5)} / ${quantile(times, 0.99)} ms` },
  ];
}

/** The one who asks is killed 100 ms after it began: another takes over when the lease has run out. */
export async function killed(fleet, rounds) {
  const delay = 300;
  const late = [];
  const counts = [];
  let lost = 0;
  for (let round = 0; round < rounds; round += 1) {
    const path = pathOf('fresh', delay);
    const { leader, others } = await lead(fleet, path);
    const waiting = burst(others, path, 50);
    await sleep(100);
    const killedAt = now();
    await leader.end();
    const answers = await waiting;
    late.push(Math.max(...answers.map(({ end }) => end)) - killedAt);
    counts.push(fleet.origin.countOf(path));
    lost += failed(answers);
    await fleet.replace(leader);
  }
  return [
    row('leader killed: the last survivor is answered, ms', Math.round(Math.max(...late)), LEASE_MS + delay + 100),
    row('leader killed: most origin requests', Math.max(...counts), 2, 1),
    row('leader killed: survivors without an answer', lost, 0),
  ];
}

/** The one who asks stands still until its lease is over and a successor's answer is stored: its own comes too late. */
export async function paused(fleet, rounds) {
  const delay = 200;
  let kept = 0;
  const counts = [];
  for (let round = 0; round < rounds; round += 1) {
    const path = pathOf('fresh', delay);
    const { leader, others, answer } = await lead(fleet, path);
    leader.signal('SIGSTOP');
    await burst(others, path, 10);
    await Promise.all(others.map((worker) => worker.ask({ name: 'settle' })));
    leader.signal('SIGCONT');
    await answer;
    await leader.ask({ name: 'settle' });
    const after = await burst(fleet.workers, path, 1);
    if (after.every(({ data }) => data === 'answer 2')) kept += 1;
    counts.push(fleet.origin.countOf(path));
  }
  return [
    row(`leader paused past its lease: its late answer replaced the successor's, of ${rounds}`, rounds - kept, 0),
    row('leader paused: most origin requests', Math.max(...counts), 2, 1),
  ];
}

/** Everybody wants what the origin cannot give: each process tries once, and all at the same time. */
export async function busy({ workers, origin }, rounds) {
  const delay = 200;
  const counts = [];
  const took = [];
  for (let round = 0; round < rounds; round += 1) {
    const path = pathOf('busy', delay);
    took.push(durationOf(await burst(workers, path, 50)));
    counts.push(origin.countOf(path));
  }
  return [
    row('503 storm: most origin requests', Math.max(...counts), PROCESSES, 1.5),
    row('503 storm: duration, ms', Math.max(...took), 2 * delay + 150),
  ];
}

/** What is for one request only: everybody asks for itself, and nobody waits in line. */
export async function secret({ workers, origin }, rounds) {
  const delay = 200;
  const each = 50;
  const shared = [];
  const took = [];
  for (let round = 0; round < rounds; round += 1) {
    const path = pathOf('secret', delay);
    took.push(durationOf(await burst(workers, path, each)));
    shared.push(each * workers.length - origin.countOf(path));
  }
  return [
    row('no-store storm: answers that were shared', Math.max(...shared), 0),
    row('no-store storm: duration, ms', Math.max(...took), 2 * delay + 150),
  ];
}

/** Redis is killed while all wait: each process asks for itself, once. */
export async function redisKilled(fleet, rounds) {
  const delay = 300;
  const counts = [];
  let lost = 0;
  for (let round = 0; round < rounds; round += 1) {
    const path = pathOf('fresh', delay);
    const { others, answer } = await lead(fleet, path);
    const waiting = burst(others, path, 50);
    await sleep(50);
    await fleet.redis.kill();
    lost += failed([...(await waiting), ...(await answer)]);
    counts.push(fleet.origin.countOf(path));
    await fleet.redis.restart();
    // Until all have found it again.
    await sleep(4_000);
  }
  return [
    row('Redis killed during the wait: most origin requests', Math.max(...counts), PROCESSES, 1),
    row('Redis killed during the wait: requests without an answer', lost, 0),
  ];
}

/** One process has begun to ask the origin. */
async function lead({ workers, origin }, path) {
  const [leader, ...others] = workers;
  const answer = leader.ask({ name: 'burst', path, count: 1 }).catch(() => []);
  await origin.reached(path);
  return { leader, others, answer };
}

async function burst(workers, path, count) {
  const at = now() + HEAD_START_MS;
  return (await Promise.all(workers.map((worker) => worker.ask({ name: 'burst', path, count, at })))).flat();
}

/** @param slack The exit code tells of a figure beyond so many times the goal; a promise of correctness has none. */
function row(name, figure, goal, slack = goal === 0 ? 1 : 3) {
  return { name, figure, goal, limit: goal * slack };
}

function failed(answers) {
  return answers.filter(({ error }) => error !== undefined).length;
}

function durationOf(answers) {
  return Math.round(
    Math.max(...answers.map(({ end }) => end)) - Math.min(...answers.map(({ end, time }) => end - time)),
  );
}

function quantile(times, share) {
  return Math.round(times.toSorted((one, other) => one - other)[Math.floor(times.length * share)] ?? 0);
}
