/**
 * A process of its own with a cached client, from compiled sources: what users' processes run, as CommonJS.
 *
 * The sources are compiled anew into a folder of the test's own, so that no test depends on a build that lies around.
 */
import { fork, spawn } from 'node:child_process';
import { mkdtemp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';

const root = join(__dirname, '..', '..');

const SCRIPT = `
const axios = require('axios');
const { cachePlugin } = require('./lib/index.js');
const { redisStore } = require('./lib/redis.js');
const { KeyvSqlite } = require('@keyv/sqlite');
const [, , where, given] = process.argv;
const inFile = where.startsWith('sqlite:');
const store = inFile ? new KeyvSqlite(where) : redisStore(where);
const storage = inFile ? { timeout: 3_000, budget: 10_000 } : JSON.parse(given);
const api = axios.create({ timeout: 10_000 }).use(cachePlugin({ store, storage }));
process.on('message', async ({ id, config }) => {
  if (config === undefined) return process.send({ id, answer: api.cache.stats().store.pendingInvalidations });
  const answer = await api.request(config).then(
    ({ status, data, headers, cache }) => ({ status, data, headers: headers.toJSON(), cache: { ...cache } }),
    (error) => ({ error: error.message }),
  );
  // A write does not keep its caller waiting.
  while (api.cache.stats().store.pendingWrites > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  process.send({ id, answer: { ...answer, dropped: api.cache.stats().store.droppedWrites } });
});
process.send({ id: 0 });
`;

export interface Answer {
  readonly status: number;
  readonly data: any;
  readonly headers: Readonly<Record<string, string>>;
  readonly cache: { readonly status: string; readonly stored: boolean };
  readonly error?: string;
  /** Writes that its process gave up so far; what it stored is written by then. */
  readonly dropped: number;
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

export interface Ran {
  readonly code: number | null;
  readonly output: string;
  readonly milliseconds: number;
}

export interface Compiled {
  /** Where `lib/` lies as CommonJS; other scripts may be put beside it. */
  readonly folder: string;
  /** Starts a process whose cache lies in this Redis, or in this file: `sqlite://path`. */
  start(store: string, execArgv?: readonly string[], storage?: object): Promise<Child>;
  /** Runs a CommonJS program beside the library, `require('./lib/index.js')`, to its end. */
  run(program: string, ...args: string[]): Promise<Ran>;
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
  let programs = 0;
  return {
    folder,
    async run(program, ...args) {
      programs += 1;
      const script = join(folder, `program-${String(programs)}.js`);
      await writeFile(script, program);
      return runToEnd(script, args);
    },
    async start(store, execArgv = [], storage = {}) {
      const child = await startChild(join(folder, 'client.js'), [store, JSON.stringify(storage)], execArgv);
      children.push(child);
      return child;
    },
    async remove() {
      await Promise.all(children.map((child) => child.kill()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function runToEnd(script: string, args: readonly string[]): Promise<Ran> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['--unhandled-rejections=strict', script, ...args], { stdio: 'pipe' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const killer = setTimeout(() => child.kill('SIGKILL'), 40_000);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(killer);
  return { code, output, milliseconds: performance.now() - startedAt };
}

async function startChild(script: string, args: readonly string[], execArgv: readonly string[]): Promise<Child> {
  const child = fork(script, args, { execArgv: ['--unhandled-rejections=strict', ...execArgv] });
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
