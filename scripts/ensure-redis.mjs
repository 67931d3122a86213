// The tests talk to a real Redis. This finds redis-server or valkey-server on the PATH, installs redis-server
// where it may (root with apt-get, or Homebrew), and otherwise stops with one line that says what to install.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

function find(command) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(folder || '.', command);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/** The path of a Redis server, or undefined. */
export function findRedisServer() {
  return find('redis-server') ?? find('valkey-server');
}

function run(command, args) {
  const { status, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status === 0) return undefined;
  const lines = (stderr ?? '').trim().split('\n');
  return `${command} ${args[0]}: ${error?.message ?? lines.at(-1)}`;
}

/** apt-get install redis-server; a policy-rc.d that says no keeps the package from starting a service. */
function installWithApt() {
  const policy = '/usr/sbin/policy-rc.d';
  const isOurs = !existsSync(policy);
  if (isOurs) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    // A failing update (one source of many is down) need not matter: the install decides.
    run('apt-get', ['update', '-qq']);
    return run('apt-get', [
      'install',
      '-y',
      '-qq',
      '--no-install-recommends',
      '-o',
      'DPkg::Lock::Timeout=120',
      'redis-server',
    ]);
  } finally {
    if (isOurs) rmSync(policy, { force: true });
  }
}

function install() {
  if (process.platform === 'linux' && process.getuid?.() === 0 && find('apt-get')) return installWithApt();
  if (find('brew')) return run('brew', ['install', '--quiet', 'redis']);
  return undefined;
}

/** Finds or installs a Redis server and returns its path; ends the process with one line where it cannot. */
export function ensureRedisServer() {
  const found = findRedisServer();
  if (found) return found;
  const failure = install();
  const installed = findRedisServer();
  if (installed) return installed;
  console.error(
    'The tests need redis-server or valkey-server on the PATH: install it (Debian, Ubuntu: `sudo apt-get install ' +
      `redis-server\`; macOS: \`brew install redis\`) and run again.${failure ? ` (Tried: ${failure})` : ''}`,
  );
  process.exit(1);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) ensureRedisServer();
