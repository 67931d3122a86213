/**
 * A process of its own with a cached client, from compiled sources: what users' processes run, as CommonJS.
 *
 * The sources are compiled anew into a folder of the test's own, so that no test depends on a build that lies around.
 */
import { fork } from 'node:child_process';
import { mkdtemp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';

const root = join(__dirname, '..', '..');

const SCRIPT = `
const axios = require('axios');
const { cachePlugin } = require('./lib/index.js');
const { redisStore } = require('./lib/redis.js');
const [, , url, storage] = process.argv;
const api = axios.create({ timeout: 10_000 }).use(cachePlugin({ store: redisStore(url), storage: JSON.parse(storage) }));
process.on('message', async ({ id, config }) => {
  if (config === undefined) return process.send({ id, answer: api.cache.stats().store.pendingInvalidations });
  const answer = await api.request(config).then(
    ({ status, data, headers, cache }) => ({ status, data, headers: headers.toJSON(), cache: { ...cache } }),
    (error) => ({ error: error.message }),
  );
  // A write does not keep its caller waiting.
  while (api.cache.stats().store.pendingWrites > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  process.send({ id, answer });
});
process.send({ id: 0 });
`;

export interface Answer {
  readonly status: number;
  readonly data: any;
  readonly headers: Readonly<Record<string, string>>;
  readonly cache: { readonly status: string; readonly stored: boolean };
  readonly error?: string;
}

export interface Child {
  request(config: object): Promise<Answer>;
  /** How many invalidations the store is still to be told of. */
  pendingInvalidations(): Promise<number>;
  /** The process stands still (SIGSTOP). */
  pause(): void;
  /** The process goes on after `pause()` (SIGCONT). */
  resume(): void;
  /** Ends the process at once, as a crash would. */
  kill(): Promise<void>;
}

export interface Compiled {
  /** Starts a process whose cache lies in this Redis. */
  start(redisUrl: string, storage?: object): Promise<Child>;
  /** Ends what was started, and removes the folder. */
  remove(): Promise<void>;
}

/** Compiles `lib/` into a folder of its own. */
export async function compileLibrary(): Promise<Compiled> {
  const folder = await mkdtemp(join(tmpdir(), 'axios-http-cache-child-'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{"type":"commonjs"}');
  await writeFile(join(folder, 'client.js'), SCRIPT);
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true };
  for (const name of await readdir(join(root, 'lib'), { recursive: true })) {
    if (!name.endsWith('.ts')) continue;
    const { outputText } = ts.transpileModule(await readFile(join(root, 'lib', name), 'utf8'), { compilerOptions });
    const target = join(folder, 'lib', name.replace(/\.ts$/, '.js'));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, outputText);
  }
  const children: Child[] = [];
  return {
    async start(redisUrl, storage = {}) {
      const child = await startChild(join(folder, 'client.js'), [redisUrl, JSON.stringify(storage)]);
      children.push(child);
      return child;
    },
    async remove() {
      await Promise.all(children.map((child) => child.kill()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startChild(script: string, args: readonly string[]): Promise<Child> {
  const child = fork(script, args, { execArgv: ['--unhandled-rejections=strict'] });
  const waiting = new Map<number, (answer: never) => void>();
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let last = 0;
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the child ended with ${String(code)}`)));
    child.on('message', ({ id, answer }: { id: number; answer: never }) => {
      if (id === 0) resolve();
      waiting.get(id)?.(answer);
      waiting.delete(id);
    });
  });
  const send = <T>(message: object): Promise<T> => {
    last += 1;
    const id = last;
    return new Promise((resolve, reject) => {
      waiting.set(id, resolve);
      child.send({ ...message, id }, (error) => {
        if (error !== null) reject(error);
      });
    });
  };
  return {
    request: (config) => send<Answer>({ config }),
    pendingInvalidations: () => send<number>({}),
    pause() {
      child.kill('SIGSTOP');
    },
    resume() {
      child.kill('SIGCONT');
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
