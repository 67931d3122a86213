// Packs the package and uses it as a stranger would: installed from its tarball into an empty folder, by `import`,
// by `require`, from TypeScript, over a Redis that two processes share. One line per check; ends with status 1 if
// one failed. Everything it starts it ends, and it removes its folder.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ensureRedisServer } from './ensure-redis.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { devDependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const oldestAxios = peerDependencies.axios.replace('^', '');
const temp = mkdtempSync(join(tmpdir(), 'axios-http-cache-smoke-'));
const children = new Set();

process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(temp, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

// ---- The stranger's files ------------------------------------------------------------------------------------------

// Each script gets its URL as an argument and prints one line of JSON.
const esm = (body) => `const url = process.argv[2];\n${body}`;
const cjs = (body) => `const url = process.argv[2];\n(async () => {\n${body}\n})();\n`;
const importAxios = `import axios from 'axios';\n`;
const requireAxios = `const axios = require('axios');\n`;
const getTwice = (api) => `const a = await ${api}.get(url); const b = await ${api}.get(url);
console.log(JSON.stringify({ statuses: [a.cache.status, b.cache.status], data: [a.data, b.data] }));`;
const overRedis = `const api = cachePlugin({ store: redisStore(process.argv[3]) })(axios.create());
const a = await api.get(url);
await new Promise((resolve) => setTimeout(resolve, 300)); // A write does not keep its caller waiting.
await api.cache.close();
console.log(JSON.stringify({ statuses: [a.cache.status], data: [a.data] }));`;

const scripts = {
  'use.mjs': `${importAxios}import { cachePlugin } from 'axios-http-cache';\n${esm(`axios.use(cachePlugin());\n${getTwice('axios')}`)}`,
  'use.cjs': `${requireAxios}const { cachePlugin } = require('axios-http-cache');\n${cjs(`axios.use(cachePlugin());\n${getTwice('axios')}`)}`,
  'create.mjs': `${importAxios}import { cachePlugin } from 'axios-http-cache';
${esm(`const api = axios.create({ timeout: 5000 }).use(cachePlugin());\n${getTwice('api')}`)}`,
  'create.cjs': `${requireAxios}const { cachePlugin } = require('axios-http-cache');
${cjs(`const api = axios.create({ timeout: 5000 }).use(cachePlugin());\n${getTwice('api')}`)}`,
  'core.mjs': `${importAxios}import { cachePlugin } from 'axios-http-cache/core';
if ('use' in axios) throw new Error('core added use');
${esm(`const api = cachePlugin()(axios.create());\n${getTwice('api')}`)}`,
  'core.cjs': `${requireAxios}const { cachePlugin } = require('axios-http-cache/core');
if ('use' in axios) throw new Error('core added use');
${cjs(`const api = cachePlugin()(axios.create());\n${getTwice('api')}`)}`,
  'policy.mjs': `import { CacheActions } from 'axios-http-cache/policy';
console.log(JSON.stringify({ CacheActions: typeof CacheActions }));`,
  'policy.cjs': `const { CacheActions } = require('axios-http-cache/policy');
console.log(JSON.stringify({ CacheActions: typeof CacheActions }));`,
  'migrate.mjs': `import { fromAxiosCacheInterceptor } from 'axios-http-cache/migrate';
console.log(JSON.stringify({ ttl: fromAxiosCacheInterceptor({ ttl: 1000 }).expireAfter }));`,
  'migrate.cjs': `const { fromAxiosCacheInterceptor } = require('axios-http-cache/migrate');
console.log(JSON.stringify({ ttl: fromAxiosCacheInterceptor({ ttl: 1000 }).expireAfter }));`,
  'redis.mjs': `${importAxios}import { cachePlugin } from 'axios-http-cache/core';
import { redisStore } from 'axios-http-cache/redis';\n${esm(overRedis)}`,
  'redis.cjs': `${requireAxios}const { cachePlugin } = require('axios-http-cache/core');
const { redisStore } = require('axios-http-cache/redis');\n${cjs(overRedis)}`,
};

const typed = `import axios from 'axios';
import { cachePlugin } from 'axios-http-cache';

export async function main(url: string): Promise<boolean> {
  axios.use(cachePlugin());
  const a = await axios.get<{ n: number }>(url, { cache: { expireAfter: '10m', staleIfError: true } });
  const b = await axios.get<{ n: number }>(url);
  const n: number = a.data.n + b.data.n;
  const api = axios.create({ baseURL: url }).use(cachePlugin({ shared: true }));
  const removed: number = await api.cache.delete({ urls: ['/users'] });
  // @ts-expect-error An option that does not exist.
  await axios.get(url, { cache: { expireAftr: 1 } });
  return b.cache.status === 'hit' && b.cache.fromCache && n > removed && b.cache.explain() !== '';
}
`;
const typedNode = `${typed}
import { cachePlugin as core } from 'axios-http-cache/core';
import { fromAxiosCacheInterceptor, fromAxiosCacheInterceptorRequest } from 'axios-http-cache/migrate';
import { CacheActions } from 'axios-http-cache/policy';
import { redisStore } from 'axios-http-cache/redis';

const shared = core({ store: redisStore('redis://127.0.0.1:6379') })(axios.create());
export const entries = [shared.cache, CacheActions];
export const migrated = core(fromAxiosCacheInterceptor({ ttl: 1000 }))(axios.create());
export const list = migrated.get('/posts', fromAxiosCacheInterceptorRequest({ id: 'posts', cache: { ttl: 5 } }));
`;
const compiler = { strict: true, noEmit: true, skipLibCheck: false, target: 'ES2022' };
const node16 = { ...compiler, module: 'Node16', moduleResolution: 'Node16', types: ['node'] };
const browser = { ...compiler, module: 'ESNext', moduleResolution: 'Bundler', lib: ['ES2022', 'DOM'], types: [] };

// ---- What it needs around it ---------------------------------------------------------------------------------------

/** Runs to its end, or to the deadline; a script that does not end by itself is a failure. */
function run(command, args, cwd, deadlineMs = 30_000) {
  return new Promise((resolve, reject) => {
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle|config_local_prefix)/.test(name)),
    );
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    children.add(child);
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (errors += chunk));
    const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      children.delete(child);
      if (code === 0) resolve(output);
      else if (signal) reject(new Error(`did not end within ${deadlineMs} ms; it said: ${output}${errors}`));
      else reject(new Error(`${errors}${output}`.trim()));
    });
  });
}

async function startOrigin() {
  const hits = new Map();
  const server = createServer((req, res) => {
    const n = (hits.get(req.url) ?? 0) + 1;
    hits.set(req.url, n);
    res
      .writeHead(200, { 'content-type': 'application/json', 'cache-control': 'max-age=60' })
      .end(JSON.stringify({ n }));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    hits: (path) => hits.get(path) ?? 0,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function answersPing(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const done = (answered) => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(500, () => done(false));
    socket.on('error', () => done(false));
    socket.on('data', (chunk) => done(chunk.toString().startsWith('+PONG')));
  });
}

async function startRedis() {
  const server = ensureRedisServer();
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const args = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', temp];
    const child = spawn(server, args.map(String), { stdio: 'ignore' });
    children.add(child);
    for (let i = 0; i < 200 && child.exitCode === null; i += 1) {
      if (await answersPing(port)) return { url: `redis://127.0.0.1:${port}`, stop: () => child.kill('SIGKILL') };
      await sleep(25);
    }
    child.kill('SIGKILL');
    children.delete(child);
  }
  throw new Error('redis-server did not start');
}

/** An empty folder with the scripts in it, and these packages installed. */
async function project(name, packages) {
  const folder = join(temp, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, private: true }));
  for (const [file, text] of Object.entries(scripts)) writeFileSync(join(folder, file), text);
  await install(folder, packages);
  return folder;
}

function install(folder, packages) {
  const quietly = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  return run('npm', ['install', ...quietly, ...packages], folder, 240_000);
}

async function typecheck(folder, name, compilerOptions, files) {
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  const config = `tsconfig.${name}.json`;
  writeFileSync(join(folder, config), JSON.stringify({ compilerOptions, files: Object.keys(files) }));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  await run(process.execPath, [tsc, '-p', config], folder, 120_000);
}

// ---- The checks ----------------------------------------------------------------------------------------------------

let passed = 0;
let failed = 0;

async function check(name, body) {
  try {
    await body();
    passed += 1;
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}: ${error.message}`);
  }
}

function expectEqual(what, actual, expected) {
  const [a, e] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== e) throw new Error(`${what}: ${a} instead of ${e}`);
}

const origin = await startOrigin();

async function runScript(folder, script, ...args) {
  return JSON.parse(await run(process.execPath, [script, ...args], folder));
}

/** Two requests of one process: the second from the cache, the origin asked once. */
async function cachesIn(folder, script, path) {
  const { statuses, data } = await runScript(folder, script, origin.url + path);
  expectEqual('statuses', statuses, ['miss', 'hit']);
  expectEqual('bodies', data, [{ n: 1 }, { n: 1 }]);
  expectEqual('requests at the origin', origin.hits(path), 1);
}

await run(process.execPath, [join(root, 'scripts', 'build.mjs'), '--if-needed'], root, 120_000);
await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', temp], root, 60_000);
const tarball = join(
  temp,
  readdirSync(temp).find((name) => name.endsWith('.tgz')),
);

const newest = await project('newest', [tarball, `axios@${devDependencies.axios}`]);
for (const script of ['use.mjs', 'use.cjs', 'create.mjs', 'create.cjs', 'core.mjs', 'core.cjs']) {
  await check(`${script}, newest axios, without @keyv/redis`, () => cachesIn(newest, script, `/newest/${script}`));
}

await check('policy and migrate by import and by require, where axios and all other packages are missing', async () => {
  const alone = join(temp, 'alone');
  mkdirSync(join(alone, 'node_modules'), { recursive: true });
  cpSync(join(newest, 'node_modules', 'axios-http-cache'), join(alone, 'node_modules', 'axios-http-cache'), {
    recursive: true,
  });
  for (const [script, expected] of [
    ['policy.mjs', { CacheActions: 'function' }],
    ['policy.cjs', { CacheActions: 'function' }],
    ['migrate.mjs', { ttl: 1 }],
    ['migrate.cjs', { ttl: 1 }],
  ]) {
    writeFileSync(join(alone, script), scripts[script]);
    expectEqual(script, await runScript(alone, script), expected);
  }
});

await check('types without @keyv/redis and without Node types, bundler resolution', async () => {
  await typecheck(newest, 'browser', browser, { 'browser.ts': typed });
});

const versions = { '@keyv/redis': devDependencies['@keyv/redis'], '@types/node': devDependencies['@types/node'] };
await install(
  newest,
  Object.entries(versions).map((pair) => pair.join('@')),
);
await check('types as an ES module, strict, skipLibCheck false', async () => {
  await typecheck(newest, 'esm', node16, { 'typed.mts': typedNode });
});
await check('types as CommonJS, strict, skipLibCheck false', async () => {
  await typecheck(newest, 'cjs', node16, { 'typed.cts': typedNode });
});

await check('one Redis, two processes, by import and by require: the origin is asked once', async () => {
  const redis = await startRedis();
  try {
    const url = `${origin.url}/redis`;
    const first = await runScript(newest, 'redis.mjs', url, redis.url);
    const second = await runScript(newest, 'redis.cjs', url, redis.url);
    expectEqual('statuses', [...first.statuses, ...second.statuses], ['miss', 'hit']);
    expectEqual('bodies', [...first.data, ...second.data], [{ n: 1 }, { n: 1 }]);
    expectEqual('requests at the origin', origin.hits('/redis'), 1);
  } finally {
    redis.stop();
  }
});

await check('the command line, where it was installed', async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const command = join(newest, 'node_modules', '.bin', 'axios-http-cache');
  expectEqual('version', (await run(command, ['--version'], newest)).trim(), version);
  const redis = await startRedis();
  try {
    expectEqual('ls', (await run(command, ['ls', '--json', '--store', redis.url], newest)).trim(), '[]');
  } finally {
    redis.stop();
  }
});

const oldest = await project('oldest', [tarball, `axios@${oldestAxios}`]);
for (const script of ['use.mjs', 'use.cjs', 'create.mjs', 'core.cjs']) {
  await check(`${script}, axios ${oldestAxios}`, () => cachesIn(oldest, script, `/oldest/${script}`));
}
await check(`types with axios ${oldestAxios}`, async () => {
  await typecheck(oldest, 'oldest', { ...browser, skipLibCheck: true }, { 'browser.ts': typed });
});

origin.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
