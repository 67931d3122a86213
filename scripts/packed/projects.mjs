// Strangers' projects, outside the repository: folders with the packed package and its peers installed in them.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scripts, sources } from './programs.mjs';
import { once, run, workshop } from './workshop.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The path of the tarball that would be published. */
export const tarball = once(async () => {
  await run(process.execPath, [join(root, 'scripts', 'build.mjs'), '--if-needed'], root, 240_000);
  await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', workshop], root, 120_000);
  return join(
    workshop,
    readdirSync(workshop).find((name) => name.endsWith('.tgz')),
  );
});

/** The folder of a new project with the package and these installed. */
export async function project(name, packages) {
  const folder = join(workshop, name);
  mkdirSync(folder);
  write(folder, { 'package.json': JSON.stringify({ name, private: true }), ...scripts() });
  const quietly = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  await run('npm', ['install', ...quietly, await tarball(), ...packages], folder, 240_000);
  return folder;
}

/** Of a package that is installed in a project. */
export function manifestOf(folder, name) {
  return JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8'));
}

export function write(folder, files) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

const strictly = {
  target: 'ES2022',
  lib: ['ES2022'],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
};

/**
 * Compiles programs in a folder of their own below a project, as the compiler options and the `type` of a package say.
 * The answer is the folder of the output.
 */
export async function compile(folder, { name, type = 'module', options, programs, typescript = root }) {
  const own = join(folder, name);
  mkdirSync(own, { recursive: true });
  const files = sources(programs);
  const compilerOptions = { ...strictly, types: ['node'], outDir: 'out', rootDir: '.', ...options };
  write(own, {
    'package.json': JSON.stringify({ name, private: true, type }),
    'tsconfig.json': JSON.stringify({ compilerOptions, files: Object.keys(files) }),
    ...files,
  });
  const tsc = createRequire(join(typescript, 'package.json')).resolve('typescript/bin/tsc');
  await run(process.execPath, [tsc, '-p', '.'], own, 180_000);
  return join(own, 'out');
}
