// What do users ship? Bundles of an entry as esbuild makes them: minified, with all dependencies but axios.
import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The entries, each for where it is used. */
export const ENTRIES = [
  { name: '.', platform: 'browser' },
  { name: './core', platform: 'browser' },
  { name: './policy', platform: 'browser' },
  { name: './redis', platform: 'node' },
];

function fileOf(name) {
  const { exports } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return exports[name].import.default;
}

/**
 * Bundles one entry. What is loaded at once and what is loaded on demand are told apart: `initial` and `lazy`, each
 * `{ raw, gzip, files }` in bytes, and the minified bytes by folder or package (`rooms`) and by source (`sources`).
 */
export async function bundle({ name, platform }) {
  const { outputFiles, metafile } = await build({
    entryPoints: { entry: fileOf(name) },
    absWorkingDir: ROOT,
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    platform,
    external: ['axios', '@keyv/redis'],
    outdir: 'out',
    write: false,
    metafile: true,
    legalComments: 'none',
    logLevel: 'error',
  });
  const contents = new Map(outputFiles.map(({ path, contents: bytes }) => [path.slice(ROOT.length), bytes]));
  const initial = reachable(metafile.outputs, 'out/entry.js');
  const lazy = Object.keys(metafile.outputs).filter((path) => !initial.has(path));
  return {
    name,
    platform,
    initial: sizeOf([...initial], contents),
    lazy: sizeOf(lazy, contents),
    rooms: sharesOf([...initial], metafile.outputs, roomOf),
    lazyRooms: sharesOf(lazy, metafile.outputs, roomOf),
    sources: sharesOf([...initial], metafile.outputs, (input) => input.replace(/^dist\/esm\//, '')),
  };
}

/** The entry's file and all it imports by `import … from`. */
function reachable(outputs, from, seen = new Set()) {
  if (seen.has(from)) return seen;
  seen.add(from);
  for (const { path, kind, external } of outputs[from].imports)
    if (external !== true && kind === 'import-statement') reachable(outputs, path, seen);
  return seen;
}

function sizeOf(paths, contents) {
  const all = paths.map((path) => contents.get(path));
  const total = (of) => all.reduce((sum, bytes) => sum + of(bytes), 0);
  return {
    raw: total((bytes) => bytes.byteLength),
    gzip: total((bytes) => gzipSync(bytes, { level: 9 }).byteLength),
    files: all.length,
  };
}

function sharesOf(paths, outputs, nameOf) {
  const shares = {};
  for (const path of paths)
    for (const [input, { bytesInOutput }] of Object.entries(outputs[path].inputs)) {
      const name = nameOf(input);
      shares[name] = (shares[name] ?? 0) + bytesInOutput;
    }
  return Object.fromEntries(Object.entries(shares).toSorted(([, one], [, other]) => other - one));
}

function roomOf(input) {
  const own = /^dist\/esm\/(?:([^/]+)\/)?/.exec(input);
  if (own !== null) return own[1] === undefined ? 'lib' : `lib/${own[1]}`;
  return /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(input)?.[1] ?? 'esbuild';
}
