/** T89 A process ends within a second, with `close()` or without, whatever has become of its Redis. */
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startOrigin } from '../helpers/origin.js';
import type { Origin } from '../helpers/origin.js';
import { startRedis } from '../helpers/redis-server.js';
import type { RedisServer } from '../helpers/redis-server.js';
import { compileLibrary } from '../plugin/child.js';
import type { Compiled } from '../plugin/child.js';
import { report } from './report.js';
import { SLACK } from './scene.js';

jest.setTimeout(60_000);

/** Requests before and after the fault, then one of `ENDINGS`, and nothing that would keep it alive. */
const SCRIPT = `
const axios = require('axios');
const { once } = require('node:events');
const { cachePlugin } = require('./lib/index.js');
const { redisStore } = require('./lib/redis.js');
const [, , origin, redis, ending] = process.argv;
const api = axios.create({ baseURL: origin }).use(cachePlugin(redis === 'memory' ? {} : { store: redisStore(redis) }));
const requests = () => Promise.all(Array.from({ length: 20 }, (_, at) => api.get('/' + (at % 10))));
(async () => {
  await requests();
  console.log('ready');
  await once(process.stdin, 'data');
  await requests();
  if (ending === 'close') await requests();
  else void requests();
  if (ending === 'close') await api.cache.close();
  console.log('done');
  process.stdin.destroy();
})();
`;

const PASSWORD = 's3cr3t-E';
const STATES: Record<string, (redis: RedisServer) => unknown> = {
  up: () => undefined,
  stopped: (redis) => redis.pause(),
  killed: (redis) => redis.kill(),
  restarted: (redis) => redis.restart(),
};
const ENDINGS = ['close', 'requests under way, no close'];

let origin: Origin;
let library: Compiled;
const servers: RedisServer[] = [];

beforeAll(async () => {
  [origin, library] = await Promise.all([
    startOrigin((_req, res) => res.writeHead(200, { 'cache-control': 'max-age=1' }).end('body')),
    compileLibrary(),
  ]);
  await writeFile(join(library.folder, 'exits.js'), SCRIPT);
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await library.remove();
  await origin.close();
});

/** Seconds from when it had nothing more to do until it was gone. */
async function exitOf(redisUrl: string, ending: string, fault: () => unknown = () => undefined): Promise<number> {
  const args = ['--unhandled-rejections=strict', join(library.folder, 'exits.js'), origin.url, redisUrl, ending];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  try {
    let output = '';
    let doneAt = Number.NaN;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        if (output.includes('done')) doneAt = performance.now();
      });
    }
    while (!output.includes('ready') && child.exitCode === null) await sleep(5);
    await fault();
    child.stdin.write('go\n');
    const code = await Promise.race([exited, sleep(15_000, 'never', { ref: false })]);
    expect({ code, output }).toEqual({ code: 0, output: 'ready\ndone\n' });
    return performance.now() - doneAt;
  } finally {
    child.kill('SIGKILL');
  }
}

async function aRedis(): Promise<RedisServer> {
  const server = await startRedis({ args: ['--requirepass', PASSWORD] });
  servers.push(server);
  return server;
}

function expectSoon(state: string, ms: readonly number[]): void {
  const note = `process gone after ${Math.max(...ms).toFixed(0)} ms at most (${ENDINGS.join('; ')})`;
  report({ fault: `end of a process: ${state}`, note });
  expect(Math.max(...ms)).toBeLessThan(1_000 * SLACK);
}

test.each(Object.entries(STATES))('T89 Redis is %s', async (state, fault) => {
  const redis = await aRedis();
  const url = `redis://:${PASSWORD}@127.0.0.1:${String(redis.port)}`;
  let ready = 0;
  let all: (() => void) | undefined;
  const everybody = new Promise<void>((resolve) => (all = resolve));
  const together = async (): Promise<void> => {
    ready += 1;
    if (ready === ENDINGS.length) all?.();
    await everybody;
    if (ready === ENDINGS.length) await fault(redis);
  };
  expectSoon(state, await Promise.all(ENDINGS.map((ending) => exitOf(url, ending, together))));
});

test('T89 Redis was never there, never answers, or does not know the password', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  const down = await aRedis();
  await down.kill();
  const up = await aRedis();
  const urls = {
    'never there': `redis://127.0.0.1:${String(down.port)}`,
    'never answers': `redis://127.0.0.1:${String((silent.address() as AddressInfo).port)}`,
    'wrong password': `redis://:s3cr3t-F@127.0.0.1:${String(up.port)}`,
  };
  try {
    for (const [state, url] of Object.entries(urls)) {
      expectSoon(state, await Promise.all(ENDINGS.map((ending) => exitOf(url, ending))));
    }
  } finally {
    silent.close();
    silent.unref();
  }
});

test('T89 memory alone', async () => {
  expectSoon('memory', await Promise.all(ENDINGS.map((ending) => exitOf('memory', ending))));
});
