// Finds programs that the tests need, and installs them where that may be done: as root with apt-get, or with Homebrew.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The path of a command, or undefined. */
export function find(command) {
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

/** apt-get install; a policy-rc.d that says no keeps the package from starting a service. */
function installWithApt(name) {
  const policy = '/usr/sbin/policy-rc.d';
  const isOurs = !existsSync(policy);
  if (isOurs) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    // A failing update (one source of many is down) need not matter: the install decides.
    run('apt-get', ['update', '-qq']);
    return run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120', name]);
  } finally {
    if (isOurs) rmSync(policy, { force: true });
  }
}

/** Installs a package of Debian's, or of Homebrew, where that may be done; returns why it failed, if it was tried. */
export function install({ apt, brew }) {
  if (process.platform === 'linux' && process.getuid?.() === 0 && find('apt-get')) return installWithApt(apt);
  if (brew !== undefined && find('brew')) return run('brew', ['install', '--quiet', ...brew]);
  return undefined;
}
