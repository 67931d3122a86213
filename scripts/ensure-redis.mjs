// The tests talk to a real Redis. This finds redis-server or valkey-server on the PATH, installs redis-server
// where it may (root with apt-get, or Homebrew), and otherwise stops with one line that says what to install.
import { pathToFileURL } from 'node:url';
import { find, install } from './ensure.mjs';

/** The path of a Redis server, or undefined. */
export function findRedisServer() {
  return find('redis-server') ?? find('valkey-server');
}

/** Finds or installs a Redis server and returns its path; ends the process with one line where it cannot. */
export function ensureRedisServer() {
  const found = findRedisServer();
  if (found) return found;
  const failure = install({ apt: 'redis-server', brew: ['redis'] });
  const installed = findRedisServer();
  if (installed) return installed;
  console.error(
    'The tests need redis-server or valkey-server on the PATH: install it (Debian, Ubuntu: `sudo apt-get install ' +
      `redis-server\`; macOS: \`brew install redis\`) and run again.${failure ? ` (Tried: ${failure})` : ''}`,
  );
  process.exit(1);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) ensureRedisServer();
