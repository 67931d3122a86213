/**
 * Writers that come too late: a process, or Redis, stands still between an answer and its commit, while others change
 * and fetch the same things. Each key is a round of its own, so that many fit into one pause.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { startOrigin } from '../helpers/origin.js';
import type { Origin } from '../helpers/origin.js';
import { startRedis } from '../helpers/redis-server.js';
import type { RedisServer } from '../helpers/redis-server.js';
import { compileLibrary } from '../plugin/child.js';
import type { Answer, Child, Compiled } from '../plugin/child.js';

jest.setTimeout(120_000);

const KEYS = 50;
/** A short lease, so that a successor comes soon; and patience, for the machine may be busy. */
const STORAGE = { timeout: 500, budget: 4_000, leaseTtl: 500 };

interface Told {
  readonly version: number;
  /** Which of the answers for this key it is. */
  readonly n: number;
}

let redis: RedisServer;
let origin: Origin;
let compiled: Compiled;
let writer: Child;
let others: readonly [Child, Child];
let batch = 0;

const versions = new Map<string, number>();
const answers = new Map<string, number>();
/** First answers wait here. */
let gate = Promise.resolve();
let open = (): void => undefined;

beforeAll(async () => {
  redis = await startRedis();
  compiled = await compileLibrary();
  origin = await startOrigin(async (req, res) => {
    const path = req.url ?? '';
    if (req.method !== 'GET') {
      versions.set(path, 2);
      res.writeHead(204).end();
      return;
    }
    const n = (answers.get(path) ?? 0) + 1;
    answers.set(path, n);
    const told: Told = { version: versions.get(path) ?? 1, n };
    if (n === 1) await gate;
    res.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'max-age=600' });
    res.end(JSON.stringify(told));
  });
  const start = (): Promise<Child> => compiled.start(redis.url, [], STORAGE);
  writer = await start();
  others = [await start(), await start()];
});

afterAll(async () => {
  await compiled.remove();
  await origin.close();
  await redis.stop();
});

function ask(child: Child, path: string, method = 'GET'): Promise<Answer> {
  return child.request({ method, url: `${origin.url}${path}` });
}

/** All keys of a batch have been asked for by the writer, and none has been answered. */
async function begin(): Promise<{ paths: string[]; asked: Promise<Answer[]> }> {
  gate = new Promise((resolve) => (open = resolve));
  batch += 1;
  const paths = Array.from({ length: KEYS }, (_, key) => `/late/${String(batch)}/${String(key)}`);
  const asked = Promise.all(paths.map((path) => ask(writer, path)));
  while (paths.some((path) => !answers.has(path))) await sleep(5);
  return { paths, asked };
}

/** Half of the keys are changed and asked for again, the others are only asked for by a successor. */
async function overtake(paths: readonly string[]): Promise<void> {
  const [one, two] = others;
  await Promise.all(
    paths.map(async (path, at) => {
      if (at % 2 === 0) await ask(one, path, 'PUT');
      await ask(at % 2 === 0 ? one : two, path);
    }),
  );
}

/** Everybody sees the last answer, and nobody what was there before a change. */
async function judge(paths: readonly string[]): Promise<void> {
  const lateOverwrites: string[] = [];
  const lostInvalidations: string[] = [];
  for (const child of [writer, ...others]) {
    const seen = await Promise.all(paths.map((path) => ask(child, path)));
    for (const [at, path] of paths.entries()) {
      const { version, n } = seen[at]?.data as Told;
      if (n !== answers.get(path)) lateOverwrites.push(`${path}: answer ${String(n)} of ${String(answers.get(path))}`);
      if (version !== (versions.get(path) ?? 1)) lostInvalidations.push(path);
    }
  }
  expect({ lateOverwrites, lostInvalidations }).toEqual({ lateOverwrites: [], lostInvalidations: [] });
}

test.each([
  ['before its answers come', 0],
  ['while its answers come', 3],
  ['a moment after', 15],
])('T80 the writer stands still %s, past its leases', async (_when, milliseconds) => {
  const { paths, asked } = await begin();
  if (milliseconds === 0) writer.pause();
  open();
  if (milliseconds > 0) {
    await sleep(milliseconds);
    writer.pause();
  }
  try {
    await overtake(paths);
  } finally {
    writer.resume();
  }
  expect((await asked).map(({ status }) => status)).toEqual(Array(KEYS).fill(200));
  await judge(paths);
  // The writer really was overtaken: always where something was changed, and in all rounds where it never came to commit.
  const overtaken = paths.filter((path) => (answers.get(path) ?? 0) > 1).length;
  expect(overtaken).toBeGreaterThanOrEqual(milliseconds === 0 ? KEYS : KEYS / 2);
});

test('T82 Redis stands still while answers are committed and changes are made', async () => {
  const { paths, asked } = await begin();
  const [one, two] = others;
  redis.pause();
  try {
    open();
    await asked;
    await Promise.all(paths.map((path) => ask(one, path, 'PUT')));
    // What changed it knows it, whatever Redis knows.
    const seen = await Promise.all(paths.map((path) => ask(one, path)));
    expect(seen.map(({ data }) => (data as Told).version)).toEqual(Array(KEYS).fill(2));
  } finally {
    redis.resume();
  }
  const start = performance.now();
  while ((await one.pendingInvalidations()) > 0) await sleep(20);
  expect(performance.now() - start).toBeLessThan(3 * 3_500);
  for (const child of [writer, two]) {
    const seen = await Promise.all(paths.map((path) => ask(child, path)));
    expect(seen.map(({ data }) => (data as Told).version)).toEqual(Array(KEYS).fill(2));
  }
});
