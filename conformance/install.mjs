// Are the suite and the peers here, as the lockfile says? If not, fetch them.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const isHere = (name) => existsSync(new URL(`node_modules/${name}/package.json`, import.meta.url));

export async function installed() {
  if (['http-cache-tests', 'axios', 'axios-cache-interceptor', 'undici'].every(isHere)) return;
  console.log('conformance: installing the test suite and its peers (once)');
  const npm = spawnSync('npm', ['ci', '--prefix', HERE, '--ignore-scripts', '--silent'], {
    cwd: HERE,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (npm.status === 0) return;
  console.error(npm.error?.message ?? `${npm.stdout}${npm.stderr}`);
  console.error('conformance: `npm ci --prefix conformance` failed');
  process.exit(2);
}
