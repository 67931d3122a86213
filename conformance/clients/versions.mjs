// Which version of a package was measured? Read from the files, since not every package exports its package.json.

import { readFileSync } from 'node:fs';

export const PEERS = new URL('../node_modules/', import.meta.url);

export function versionOf(name, folder = PEERS) {
  return JSON.parse(readFileSync(new URL(`${name}/package.json`, folder), 'utf8')).version;
}
