import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startOrigin } from './origin.js';
import type { Origin } from './origin.js';
import { answersPing, startRedis } from './redis-server.js';
import type { RedisServer } from './redis-server.js';

function isAlive(pid: number | undefined): boolean {
  try {
    process.kill(pid ?? -1, 0);
    return true;
  } catch {
    return false;
  }
}

async function eventually(claim: () => boolean): Promise<boolean> {
  for (let i = 0; i < 200 && !claim(); i += 1) await sleep(25);
  return claim();
}

describe('startRedis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  test('starts a server that answers, under its own pid', async () => {
    expect(redis.url).toBe(`redis://127.0.0.1:${String(redis.port)}`);
    expect(await answersPing(redis.port)).toBe(true);
    expect(isAlive(redis.pid)).toBe(true);
  });

  test('a paused server accepts connections and answers nothing until it is resumed', async () => {
    redis.pause();
    expect(await answersPing(redis.port, 150)).toBe(false);
    const socket = connect(redis.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();
    redis.resume();
    expect(await answersPing(redis.port)).toBe(true);
  });

  test('a killed server is gone, and comes back on the same port with another pid', async () => {
    const { pid, port } = redis;
    await redis.kill();
    expect(redis.pid).toBeUndefined();
    expect(isAlive(pid)).toBe(false);
    expect(await answersPing(port)).toBe(false);
    await redis.restart();
    expect(redis.port).toBe(port);
    expect(redis.pid).not.toBe(pid);
    expect(await answersPing(port)).toBe(true);
  });

  test('stop() ends even a paused server, and may be called twice', async () => {
    const other = await startRedis();
    const { pid } = other;
    other.pause();
    await other.stop();
    await other.stop();
    expect(isAlive(pid)).toBe(false);
  });

  test('a server, even a paused one, does not outlive a test process that is killed', async () => {
    // A process of its own that starts a server through this helper, pauses it, and is then killed.
    const script = `
      const { register } = require('node:module');
      const ts = require('typescript');
      const fs = require('node:fs');
      require.extensions['.ts'] = (module, file) => module._compile(
        ts.transpileModule(fs.readFileSync(file, 'utf8'), { compilerOptions: { module: 'CommonJS', target: 'ES2022' } })
          .outputText, file);
      require(${JSON.stringify(join(__dirname, 'redis-server.ts'))}).startRedis().then((redis) => {
        redis.pause();
        console.log(redis.pid);
        setInterval(() => {}, 1000);
      });`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(isAlive(pid)).toBe(true);
    child.kill('SIGKILL');
    expect(await eventually(() => !isAlive(pid))).toBe(true);
  });
});

describe('startOrigin', () => {
  let origin: Origin;
  beforeEach(async () => {
    origin = await startOrigin({ '/json': { headers: { etag: '"1"', date: null }, body: { a: 1 } } });
  });
  afterEach(() => origin.close());

  test('answers canned replies, and 404 to the rest', async () => {
    origin.reply('/bytes', { status: 201, body: new Uint8Array([0, 255]) });
    const json = await fetch(`${origin.url}/json?x=1`);
    expect(json.headers.get('etag')).toBe('"1"');
    expect(json.headers.has('date')).toBe(false);
    expect(await json.json()).toEqual({ a: 1 });
    const bytes = await fetch(`${origin.url}/bytes`);
    expect(bytes.status).toBe(201);
    expect(new Uint8Array(await bytes.arrayBuffer())).toEqual(new Uint8Array([0, 255]));
    expect((await fetch(`${origin.url}/nothing`)).status).toBe(404);
  });

  test('counts and records what reached it', async () => {
    await fetch(`${origin.url}/json?x=1`);
    await fetch(`${origin.url}/json`, { method: 'POST', headers: { 'x-a': 'b' }, body: 'hällo' });
    expect(origin.hits).toBe(2);
    expect(origin.hitsFor('/json')).toBe(2);
    expect(origin.hitsFor('/json?x=1')).toBe(1);
    expect(origin.hitsFor('/other')).toBe(0);
    expect(origin.requests[1]).toMatchObject({ method: 'POST', url: '/json', headers: { 'x-a': 'b' }, body: 'hällo' });
    origin.reset();
    expect(origin.hits).toBe(0);
  });

  test('a handler gets the number of the request; one that throws answers 500', async () => {
    origin.reply('/n', (_req, res, n) => res.end(String(n)));
    origin.reply('/bad', () => {
      throw new Error('oops');
    });
    expect(await (await fetch(`${origin.url}/n`)).text()).toBe('1');
    expect(await (await fetch(`${origin.url}/n?again`)).text()).toBe('2');
    const bad = await fetch(`${origin.url}/bad`);
    expect(bad.status).toBe(500);
    expect(await bad.text()).toContain('oops');
  });

  test('delays, and close() ends requests that still wait', async () => {
    origin.reply('/slow', { delayMs: 60_000 });
    const slow = fetch(`${origin.url}/slow`).then(
      () => 'answered',
      () => 'failed',
    );
    while (origin.hits === 0) await sleep(5);
    await origin.close();
    expect(await slow).toBe('failed');
  });
});
