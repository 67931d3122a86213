// The cells of the matrix: each has a `group`, a `name`, and a `check` that throws where the package does not do there what
// it says. Nothing is installed before a cell asks for it.
import { join } from 'node:path';
import semver from 'semver';
import { startRedis } from '../../bench/support/redis.mjs';
import { findNode, testedNodes } from '../packed/nodes.mjs';
import { startOrigin } from '../packed/origin.mjs';
import { compile, manifest, manifestOf, project, root, tarball } from '../packed/projects.mjs';
import { once, run } from '../packed/workshop.mjs';
import { caches, hasCommand, hasMaps, leadsToSources, needsNothing, NotRun, shares } from './checks.mjs';

const { devDependencies, peerDependencies, engines } = manifest;
const withRedis = `@keyv/redis@${peerDependencies['@keyv/redis']}`;
const nodeTypes = `@types/node@${devDependencies['@types/node']}`;
// Whom it lets in is decided by the declarations of the Redis client.
const oldestTypeScript = '5.2';

// ---- What cells share ----------------------------------------------------------------------------------------------

const servers = {
  origin: once(startOrigin),
  redis: once(() => startRedis()),
};

export async function closeServers() {
  (await servers.origin()).close();
  await (await servers.redis()).stop();
}

/** The oldest axios that the package takes, and the newest. */
export const axiosVersions = {
  oldest: semver.minVersion(peerDependencies.axios).version,
  newest: peerDependencies.axios,
};

const projects = {};
for (const [age, version] of Object.entries(axiosVersions)) {
  const packages = [`axios@${version}`, 'keyv@^5.6.0', nodeTypes];
  projects[age] = once(() => project(age, packages));
  projects[`${age} with Redis`] = once(() => project(`${age}-redis`, [...packages, withRedis]));
}
projects.keyv6 = once(() => project('keyv6', [`axios@${axiosVersions.newest}`, 'keyv@^6.0.0', nodeTypes]));
projects.keyv6redis = once(() =>
  project('keyv6-redis', [`axios@${axiosVersions.newest}`, 'keyv@^6.0.0', withRedis]).catch((error) => {
    if (error.message.includes('ERESOLVE')) throw new NotRun(`npm does not install ${withRedis} beside Keyv 6`);
    throw error;
  }),
);
const typescript = once(() => project('typescript', [`typescript@~${oldestTypeScript}.0`]));

const nodes = new Map(testedNodes(engines.node).map((wanted) => [wanted, once(() => findNode(wanted))]));

async function nodeFor(wanted) {
  const find = nodes.get(wanted);
  // What no release of Node promises yet may be missing; the others may not.
  if (wanted !== '26') return find();
  return find().catch((error) => {
    throw new NotRun(`Node ${wanted} does not run here: ${error.message.split('\n').at(-1)}`);
  });
}

/** What of all this is installed, by name. */
export async function versions() {
  const found = { node: [], [manifest.name]: manifest.version };
  for (const wanted of nodes.keys()) {
    const { version } = await nodeFor(wanted).catch(() => ({ version: `${wanted}: none` }));
    found.node.push(version);
  }
  const [oldest, newest, keyv6] = [
    await projects['oldest with Redis'](),
    await projects['newest with Redis'](),
    await projects.keyv6(),
  ];
  found.axios = [oldest, newest].map((folder) => manifestOf(folder, 'axios').version);
  found.keyv = [newest, keyv6].map((folder) => manifestOf(folder, 'keyv').version);
  found['@keyv/redis'] = manifestOf(newest, '@keyv/redis').version;
  found.typescript = [manifestOf(await typescript(), 'typescript').version, manifestOf(root, 'typescript').version];
  return found;
}

// ---- Programs, on every Node ---------------------------------------------------------------------------------------

let cellsSoFar = 0;
/** A path of the origin for each cell. */
const ownPath = () => `/cell-${(cellsSoFar += 1)}`;

function runs(wanted, what, install, files, check) {
  return {
    group: 'run',
    name: `Node ${wanted}, ${what}`,
    needs: wanted,
    async check() {
      const node = await nodeFor(wanted);
      const folder = await install();
      await check({ node: node.path, version: node.version, folder, files, origin: await servers.origin() });
    },
  };
}

const runsCache = ({ node, folder, files: [program], origin }) =>
  caches({ node, folder, program, origin, path: ownPath() });
const runsRedis = async ({ node, folder, files, origin }) =>
  shares({ node, folder, programs: files, origin, redis: await servers.redis(), path: ownPath() });

async function runsKeyv6(context) {
  const { version, engines: wants } = manifestOf(context.folder, 'keyv');
  if (!semver.satisfies(context.version, wants.node)) throw new NotRun(`Keyv ${version} wants Node ${wants.node}`);
  await (context.files.length === 1 ? runsCache : runsRedis)(context);
}

function cellsOf(wanted) {
  const cells = Object.entries(axiosVersions).flatMap(([age]) => [
    runs(wanted, `${age} axios, import, Keyv 5, no @keyv/redis`, projects[age], ['cache.mjs'], runsCache),
    runs(wanted, `${age} axios, require, Keyv 5, no @keyv/redis`, projects[age], ['cache.cjs'], runsCache),
    runs(wanted, `${age} axios, one Redis`, projects[`${age} with Redis`], ['redis.mjs', 'redis.cjs'], runsRedis),
  ]);
  return [
    ...cells,
    runs(wanted, 'newest axios, import, Keyv 6', projects.keyv6, ['cache.mjs'], runsKeyv6),
    runs(wanted, 'newest axios, require, Keyv 6', projects.keyv6, ['cache.cjs'], runsKeyv6),
    runs(wanted, 'newest axios, one Redis, Keyv 6', projects.keyv6redis, ['redis.cjs', 'redis.mjs'], runsKeyv6),
  ];
}

// ---- TypeScript projects, compiled strictly and run -----------------------------------------------------------------

const kinds = {
  'node16, ES module': { options: { module: 'Node16', moduleResolution: 'Node16' } },
  'node16, CommonJS': { type: 'commonjs', options: { module: 'Node16', moduleResolution: 'Node16' } },
  'nodenext, ES module': { options: { module: 'NodeNext', moduleResolution: 'NodeNext' } },
  'nodenext, CommonJS': { type: 'commonjs', options: { module: 'NodeNext', moduleResolution: 'NodeNext' } },
  bundler: { options: { module: 'ESNext', moduleResolution: 'Bundler' } },
  'node10, CommonJS': {
    type: 'commonjs',
    options: { module: 'CommonJS', moduleResolution: 'Node10', esModuleInterop: true },
  },
};

function typed(title, install, { type, options, programs, compiler }) {
  return {
    group: 'types',
    name: title,
    async check() {
      const folder = await install();
      const name = title.replaceAll(/\W+/g, '-');
      const compilerFolder = await compiler?.();
      const out = await compile(folder, { name, type, options, programs, typescript: compilerFolder });
      const origin = await servers.origin();
      const context = { node: process.execPath, folder: out, origin };
      if (programs.includes('cache')) await runsCache({ ...context, files: ['cache.js'] });
      if (programs.includes('redis')) await runsRedis({ ...context, files: ['redis.js', 'redis.js'] });
    },
  };
}

const all = ['typed', 'cache', 'redis'];
const browser = { module: 'ESNext', moduleResolution: 'Bundler', lib: ['ES2022', 'DOM'], types: [], noEmit: true };
const typeCells = [
  ...Object.entries(kinds).map(([kind, settings]) =>
    typed(`${kind}, newest axios`, projects['newest with Redis'], { ...settings, programs: all }),
  ),
  ...['node16, ES module', 'node10, CommonJS'].flatMap((kind) => [
    typed(`${kind}, oldest axios`, projects['oldest with Redis'], { ...kinds[kind], programs: all }),
    typed(`${kind}, no @keyv/redis`, projects.newest, { ...kinds[kind], programs: ['typed', 'cache'] }),
  ]),
  ...['node16, ES module', 'node16, CommonJS'].map((kind) =>
    typed(`${kind}, TypeScript ${oldestTypeScript}`, projects['newest with Redis'], {
      ...kinds[kind],
      programs: all,
      compiler: typescript,
    }),
  ),
  typed('bundler for a browser, no Node types, newest axios', projects.newest, {
    options: browser,
    programs: ['typed'],
  }),
  typed('bundler for a browser, no Node types, oldest axios', projects.oldest, {
    options: browser,
    programs: ['typed'],
  }),
];

// ---- The package itself ---------------------------------------------------------------------------------------------

/** A development tool of this project, on the tarball. */
async function tool(name, bin, ...args) {
  const path = join(root, 'node_modules', name, manifestOf(root, name).bin[bin]);
  await run(process.execPath, [path, ...args, await tarball()], root, 180_000);
}

const packageCells = [
  ['publint', () => tool('publint', 'publint', '--strict')],
  ['are the types wrong?, all entries and resolutions', () => tool('@arethetypeswrong/cli', 'attw')],
  ['source and declaration maps lead to published sources', async () => hasMaps(await projects.newest())],
  ['a stack leads to published sources', async () => leadsToSources(await projects.newest())],
  ['policy and migrate where nothing else is installed', async () => needsNothing(await projects.newest())],
  ['the command', async () => hasCommand(await projects['newest with Redis'](), await servers.redis())],
].map(([name, check]) => ({ group: 'package', name, check }));

export const cells = [...packageCells, ...[...nodes.keys()].flatMap(cellsOf), ...typeCells];

// Of the kinds of TypeScript project, those that differ most; all of them take as long as everything else.
const TYPES_HERE = [
  'node16, ES module, newest axios',
  'bundler, newest axios',
  'node10, CommonJS, oldest axios',
  'bundler for a browser, no Node types, newest axios',
];

/** Whether a cell is for a quick check: it needs no Node but the one that runs. */
export const isForHere = ({ group, name, needs }) =>
  group === 'types' ? TYPES_HERE.includes(name) : needs === undefined || needs === process.versions.node.split('.')[0];
