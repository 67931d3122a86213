/** The map of the house (CONTRIBUTING.md) holds for lib/, and the checker that says so notices what breaks it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { architectureViolations, longestFile } from './helpers/architecture.js';
import type { SourceFile } from './helpers/architecture.js';

const lib = join(__dirname, '..', 'lib');

function readLib(): SourceFile[] {
  return readdirSync(lib, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(lib, name))
    .map((file) => ({ path: relative(lib, file).split(sep).join('/'), source: readFileSync(file, 'utf8') }));
}

describe('lib/', () => {
  test('exists, so that there is something to check', () => {
    expect(existsSync(join(lib, 'policy'))).toBe(true);
    expect(readLib().length).toBeGreaterThan(1);
  });

  test('keeps to its rooms', () => {
    expect(architectureViolations(readLib())).toEqual([]);
  });
});

/** A small house in order. Each test below plants one violation in it. */
const sound: Readonly<Record<string, string>> = {
  'index.ts': `export * from './core.js';\nimport { addUse } from './use.js';\naddUse();`,
  'core.ts': `import './augment.js';\nexport { cachePlugin } from './plugin.js';\nexport type { Fresh } from './policy/index.js';`,
  'redis.ts': `export { redisStore } from './storage/redis.js';`,
  'use.ts': `import axios from 'axios';\nimport { cachePlugin } from './plugin.js';\nexport const addUse = () => [axios, cachePlugin];`,
  'plugin.ts': `import type { AxiosInstance } from 'axios';
    import { exchange } from './exchange/exchange.js';
    import { systemClock } from './platform.js';
    export const cachePlugin = (clock = systemClock) => (instance: AxiosInstance) => [instance, exchange, clock];`,
  'platform.ts': `export const systemClock = () => Date.now();`,
  'augment.ts': `declare module 'axios' { interface AxiosRequestConfig { cache?: false } }`,
  'interceptors/request.ts': `import { exchange } from '../exchange/exchange.js';\nexport const request = exchange;`,
  'exchange/exchange.ts': `import { AxiosError } from 'axios';
    import { isFresh } from '../policy/reuse.js';
    import { store } from '../storage/store.js';
    export const exchange = async () => (isFresh(1, 2) ? store : new AxiosError(String(new Date(0))));`,
  'exchange/node-decode.ts': `import { createGunzip } from 'node:zlib';\nexport { createGunzip };`,
  'storage/store.ts': `import type { KeyvStoreAdapter } from 'keyv';
    export const store = (adapter: KeyvStoreAdapter) => [adapter];`,
  'storage/redis.ts': `import KeyvRedis from '@keyv/redis';\nimport { Keyv } from 'keyv';
    export const redisStore = () => [Keyv, KeyvRedis];`,
  'policy/index.ts': `export { isFresh } from './reuse.js';\nexport type { Fresh } from './types.js';`,
  'policy/types.ts': `export type Fresh = boolean;`,
  'policy/reuse.ts': `import type { Fresh } from './types.js';
    // Date.now, async and process in a comment, and below as names, are no violations.
    interface Directives { readonly process?: Promise<number>; async: boolean }
    export const isFresh = (age: number, lifetime: number, d?: Directives): Fresh =>
      age < lifetime && d?.process === undefined && new Date(age) < new Date(lifetime) && Math.max(1, 2) > 1 &&
      !(d as unknown instanceof Date) && Date.UTC(2000, 1) > 0 && 'setTimeout'.length > 0;`,
};

function violationsWith(changes: Readonly<Record<string, string>>): string[] {
  const house = { ...sound, ...changes };
  return architectureViolations(Object.entries(house).map(([path, source]) => ({ path, source })));
}

test('the sound house has no violation', () => {
  expect(violationsWith({})).toEqual([]);
});

test.each([
  ['axios in the policy', 'policy/x.ts', `import axios from 'axios'; export { axios };`, "not 'axios'"],
  ['an axios type in the policy', 'policy/x.ts', `import type { AxiosError } from 'axios';`, "not 'axios'"],
  ['axios by import() type', 'policy/x.ts', `export type X = import('axios').AxiosError;`, "not 'axios'"],
  ['axios augmented in the policy', 'policy/x.ts', `export {}; declare module 'axios' {}`, "not 'axios'"],
  ['Keyv in the policy', 'policy/x.ts', `export { Keyv } from 'keyv';`, "not 'keyv'"],
  ['node: in the policy', 'policy/x.ts', `import { createHash } from 'node:crypto';`, "not 'node:crypto'"],
  ['a dynamic import in the policy', 'policy/x.ts', `export const f = () => import('node:fs');`, "not 'node:fs'"],
  ['any package in the policy', 'policy/x.ts', `import { LRUCache } from 'some-lru';`, "not 'some-lru'"],
  ['another room in the policy', 'policy/x.ts', `export { store } from '../storage/store.js';`, 'imports upward'],
  ['Date.now in the policy', 'policy/x.ts', `export const f = () => Date.now();`, 'without Date.now'],
  ['Date.now as a value', 'policy/x.ts', `export const f = (now = Date.now) => now;`, 'without Date.now'],
  ['new Date() in the policy', 'policy/x.ts', `export const f = () => new Date();`, 'without new Date()'],
  ['new Date in the policy', 'policy/x.ts', `export const f = () => new Date;`, 'without new Date()'],
  ['Date() in the policy', 'policy/x.ts', `export const f = () => Date();`, 'without new Date()'],
  ['a clock by destructuring', 'policy/x.ts', `const { now } = Date; export { now };`, 'Date as a value'],
  ['a clock by brackets', 'policy/x.ts', `export const f = () => Date['now']();`, 'Date as a value'],
  ['performance in the policy', 'policy/x.ts', `export const f = () => performance.now();`, 'without performance'],
  ['chance in the policy', 'policy/x.ts', `export const f = () => Math.random();`, 'without Math.random'],
  ['a timer in the policy', 'policy/x.ts', `setTimeout(() => 1, 1);`, 'without setTimeout'],
  ['process in the policy', 'policy/x.ts', `export const e = process.env;`, 'without process'],
  ['async in the policy', 'policy/x.ts', `export const f = async () => 1;`, 'without async'],
  ['an async method in the policy', 'policy/x.ts', `export const o = { async f() { return 1; } };`, 'without async'],
  ['await in the policy', 'policy/x.ts', `export const x = await 1;`, 'without await'],
  ['a promise in the policy', 'policy/x.ts', `export const x = Promise.resolve(1);`, 'without Promise'],
  ['printing in the policy', 'policy/x.ts', `console.log(1);`, 'prints, with console'],
  ['axios in storage', 'storage/x.ts', `import type { AxiosError } from 'axios';`, "may not import 'axios'"],
  ['axios in an entry', 'redis.ts', `import axios from 'axios'; export { axios };`, "may not import 'axios'"],
  ['Keyv in the exchange', 'exchange/x.ts', `import type { Keyv } from 'keyv';`, "may not import 'keyv'"],
  ['Keyv at run time', 'storage/x.ts', `import { Keyv } from 'keyv'; export { Keyv };`, 'only its types'],
  ['Keyv at run time, dynamically', 'storage/x.ts', `export const f = () => import('keyv');`, 'only its types'],
  ['an unknown package', 'storage/x.ts', `import debug from 'debug'; debug();`, "a package of nobody's list"],
  [
    'a subpath of a package',
    'observe/x.ts',
    `import { x } from 'axios/unsafe/x.js';`,
    "may not import 'axios/unsafe/x.js'",
  ],
  ['node: in storage', 'storage/x.ts', `import { createHash } from 'node:crypto';`, 'works in browsers'],
  ['a Node module by its bare name', 'observe/x.ts', `import { inspect } from 'util';`, 'works in browsers'],
  ['storage importing the exchange', 'storage/x.ts', `import { exchange } from '../exchange/exchange.js';`, 'upward'],
  ['a type imported upward', 'observe/x.ts', `import type { store } from '../storage/store.js';`, 'upward'],
  ['the exchange importing the plugin', 'exchange/x.ts', `export * from '../plugin.js';`, 'upward'],
  ['the plugin importing an entry', 'plugin.ts', `import './redis.js';`, 'upward'],
  ['a second clock', 'exchange/x.ts', `export const f = () => Date.now();`, 'Date.now occurs in platform.ts only'],
  ['the clock read twice', 'platform.ts', `export const a = [Date.now, Date.now];`, 'occurs 2 times'],
  ['no clock at all', 'platform.ts', `export const systemClock = 1;`, 'occurs 0 times'],
  ['new Date() in storage', 'storage/x.ts', `export const d = new Date();`, 'reads the clock'],
  ['console in the exchange', 'exchange/x.ts', `console.warn('x');`, 'prints, with console'],
  ['process.stdout', 'observe/x.ts', `process.stdout.write('x');`, 'prints, with process.stdout'],
  ['a file outside the rooms', 'util.ts', `export const x = 1;`, 'belongs to no room'],
  ['an import without .js', 'storage/x.ts', `import { store } from './store';`, 'without its .js ending'],
  ['a bare import', 'index.ts', `import './use.js';`, 'bundlers drop that'],
  ['an import of nothing', 'storage/x.ts', `import { x } from './nothing.js';`, 'no file of lib/'],
])('%s is a violation', (_name, path, source, expected) => {
  const violations = violationsWith({ [path]: source });
  expect(violations).toContainEqual(expect.stringContaining(expected));
  expect(violations.every((violation) => violation.startsWith(`${path}: `))).toBe(true);
});

test('a cycle is a violation, also through types, and is told once', () => {
  const changes = {
    'policy/types.ts': `import type { isFresh } from './reuse.js'; export type Fresh = typeof isFresh | boolean;`,
  };
  expect(violationsWith(changes)).toEqual([
    'policy/reuse.ts: imports itself in a cycle, policy/reuse.ts -> policy/types.ts -> policy/reuse.ts',
  ]);
  expect(violationsWith({ 'storage/x.ts': `export * from './x.js';` })).toEqual([
    'storage/x.ts: imports itself in a cycle, storage/x.ts -> storage/x.ts',
  ]);
});

test('a long file is a violation', () => {
  expect(violationsWith({ 'policy/x.ts': '//\n'.repeat(longestFile) })).toEqual([]);
  expect(violationsWith({ 'policy/x.ts': '//\n'.repeat(longestFile + 1) })).toEqual([
    `policy/x.ts: has ${String(longestFile + 1)} lines, more than ${String(longestFile)}`,
  ]);
});

test('the cli room may print', () => {
  expect(violationsWith({ 'cli/main.ts': `import { parseArgs } from 'node:util'; console.log(parseArgs());` })).toEqual(
    [],
  );
});
