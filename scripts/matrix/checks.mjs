// What a cell of the matrix checks, given a project, a Node and the servers around it.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { manifest } from '../packed/projects.mjs';
import { run, workshop } from '../packed/workshop.mjs';

/** Thrown by a cell that cannot be run here; the matrix says why. */
export class NotRun extends Error {}

function expectEqual(what, actual, expected) {
  const [a, e] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== e) throw new Error(`${what}: ${a} instead of ${e}`);
}

/** `cache.ts` in one of its forms: the answers, and what the origin was asked for them. */
export async function caches({ node, folder, program, origin, path }) {
  const printed = JSON.parse(await run(node, [program, origin.url + path], folder));
  expectEqual('what the program saw', printed, {
    statuses: ['miss', 'hit', 'miss', 'revalidated', 'miss', 'hit'],
    bodies: [1, 1, 1, 1, 1, 1],
    explained: true,
    removed: 1,
    policy: 'function',
  });
  const requests = ['fresh', 'validated', 'keyv'].map((name) => origin.requests(`${path}/${name}`));
  expectEqual('requests at the origin', requests, [1, 2, 1]);
}

/** `redis.ts` in two of its forms, one after the other on one Redis: one request at the origin, all in all. */
export async function shares({ node, folder, programs, origin, redis, path }) {
  const printed = [];
  for (const program of programs)
    printed.push(JSON.parse(await run(node, [program, origin.url + path, redis.url], folder)));
  expectEqual('what the programs saw', printed, [
    { statuses: ['miss', 'hit'], bodies: [1, 1] },
    { statuses: ['hit', 'hit'], bodies: [1, 1] },
  ]);
  expectEqual('requests at the origin', origin.requests(`${path}/redis`), 1);
}

/** The policy and the migration by `import` and by `require`, where axios and all other packages are missing. */
export async function needsNothing(folder) {
  const alone = join(workshop, 'alone');
  const name = join('node_modules', manifest.name);
  mkdirSync(alone);
  cpSync(join(folder, name), join(alone, name), { recursive: true });
  const print = `console.log(typeof CacheActions.fromRequest);`;
  const forms = {
    'policy.mjs': `import { CacheActions } from '${manifest.name}/policy';\n${print}`,
    'policy.cjs': `const { CacheActions } = require('${manifest.name}/policy');\n${print}`,
    'migrate.mjs': `import { fromAxiosCacheInterceptor as from } from '${manifest.name}/migrate';\nconsole.log(typeof from);`,
    'migrate.cjs': `const from = require('${manifest.name}/migrate').fromAxiosCacheInterceptor;\nconsole.log(typeof from);`,
  };
  for (const [script, text] of Object.entries(forms)) {
    writeFileSync(join(alone, script), text);
    expectEqual(script, (await run(process.execPath, [script], alone)).trim(), 'function');
  }
}

export async function hasCommand(folder, redis) {
  const command = join(folder, 'node_modules', '.bin', manifest.name);
  expectEqual('version', (await run(command, ['--version'], folder)).trim(), manifest.version);
  const listed = JSON.parse(await run(command, ['ls', '--json', '--store', redis.url], folder));
  if (!Array.isArray(listed)) throw new Error(`ls --json printed ${JSON.stringify(listed)}`);
}

/** Every compiled file names its map, every map its sources, and these are in the package. */
export function hasMaps(folder) {
  const dist = join(folder, 'node_modules', manifest.name, 'dist');
  const files = readdirSync(dist, { recursive: true }).map((name) => join(dist, name));
  const compiled = files.filter((file) => /\.(js|d\.ts)$/.test(file));
  if (compiled.length < 100) throw new Error(`only ${compiled.length} compiled files`);
  for (const file of compiled) {
    const [, map = ''] = /\n\/\/# sourceMappingURL=(\S+)\s*$/.exec(readFileSync(file, 'utf8')) ?? [];
    const path = join(dirname(file), map);
    if (map === '' || !existsSync(path)) throw new Error(`${file} has no map`);
    const { sources, sourceRoot = '', mappings } = JSON.parse(readFileSync(path, 'utf8'));
    const missing = sources.filter((source) => !existsSync(resolve(dirname(path), sourceRoot, source)));
    if (missing.length > 0 || sources.length === 0) throw new Error(`${path} leads to nothing: ${missing.join()}`);
    if (mappings === '' && /\bexport \w/.test(readFileSync(file, 'utf8'))) throw new Error(`${path} is empty`);
  }
}

/** A debugger's way: an error that the package throws points at a line of its sources. */
export async function leadsToSources(folder) {
  const wrong = `try { require('${manifest.name}').cachePlugin({ nonsense: 1 }); } catch (error) { console.log(error.stack); }`;
  const stack = await run(process.execPath, ['--enable-source-maps', '-e', wrong], folder);
  const [, source = '', line = '0'] = /\(?(\S+[\\/]lib[\\/]\S+\.ts):(\d+)/.exec(stack) ?? [];
  if (source === '' || !existsSync(source)) throw new Error(`the stack leads to no source: ${stack}`);
  if (readFileSync(source, 'utf8').split('\n').length < Number(line)) throw new Error(`${source} has no line ${line}`);
}
