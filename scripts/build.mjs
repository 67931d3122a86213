// Builds dist/ in two passes of the TypeScript compiler over lib/: dist/esm and dist/cjs.
//   node scripts/build.mjs               builds from scratch
//   node scripts/build.mjs --if-needed   builds, quietly, only when dist/ is missing or older than its sources
//   node scripts/build.mjs --clean       removes dist/
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
// Written last, so its time is that of the last complete build.
const stamp = join(dist, 'cjs', 'package.json');

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

function isUpToDate() {
  if (!existsSync(stamp)) return false;
  const builtAt = statSync(stamp).mtimeMs;
  const sources = ['package.json', 'tsconfig.json', 'tsconfig.build.esm.json', 'tsconfig.build.cjs.json'];
  return [...sources.map((name) => join(root, name)), ...filesBelow(join(root, 'lib'))].every(
    (file) => statSync(file).mtimeMs <= builtAt,
  );
}

function compile(project) {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [tsc, '-p', join(root, project)], { cwd: root, stdio: 'inherit' });
    child.on('close', (code) => resolve(code === 0));
  });
}

/** The nearest package.json decides what '.js' means and which files have side effects; dist/cjs needs its own. */
function writeStamp() {
  const { sideEffects } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const prefix = './dist/cjs/';
  const own = sideEffects.filter((file) => file.startsWith(prefix)).map((file) => './' + file.slice(prefix.length));
  writeFileSync(stamp, JSON.stringify({ type: 'commonjs', sideEffects: own }, null, 2) + '\n');
}

const ifNeeded = process.argv.includes('--if-needed');
if (process.argv.includes('--clean')) {
  rmSync(dist, { recursive: true, force: true });
} else if (!(ifNeeded && isUpToDate())) {
  const startedAt = performance.now();
  rmSync(dist, { recursive: true, force: true });
  const passes = await Promise.all([compile('tsconfig.build.esm.json'), compile('tsconfig.build.cjs.json')]);
  if (passes.includes(false)) {
    rmSync(dist, { recursive: true, force: true });
    process.exit(1);
  }
  writeStamp();
  if (!ifNeeded) console.log(`built dist/esm and dist/cjs in ${Math.round(performance.now() - startedAt)} ms`);
}
