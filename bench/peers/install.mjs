// Are the peers here, as the lockfile says? If not, fetch them.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** What is measured beside, as package.json here names it. */
export const { dependencies: peerVersions } = JSON.parse(
  readFileSync(new URL('package.json', import.meta.url), 'utf8'),
);

const manifest = (name) => new URL(`node_modules/${name}/package.json`, import.meta.url);
const versionOf = (name) => JSON.parse(readFileSync(manifest(name), 'utf8')).version;

/** Installs them where they are missing; ends the process where that fails. */
export function installedPeers() {
  const isHere = ([name, version]) => existsSync(manifest(name)) && versionOf(name) === version;
  if (Object.entries(peerVersions).every(isHere)) return;
  console.log('bench: installing what is measured beside (once)');
  const npm = spawnSync('npm', ['ci', '--prefix', HERE, '--ignore-scripts', '--silent'], {
    cwd: HERE,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (npm.status !== 0) {
    console.error(npm.error?.message ?? `${npm.stdout}${npm.stderr}`);
    console.error('bench: `npm ci --prefix bench/peers` failed');
    process.exit(2);
  }
}
