// Other versions of Node than the one that runs, from the npm package `node`.
import semver from 'semver';
import { run, workshop } from './workshop.mjs';

/** The versions that the package is tested on: the very oldest it admits, and the newest of each line. */
export function testedNodes(engines) {
  return [semver.minVersion(engines).version, '20', '22', '24', '26'];
}

/** `{ path, version }`; throws where this version cannot be had, or does not run here. */
export async function findNode(wanted) {
  const running = process.versions.node;
  if (running === wanted || running.split('.')[0] === wanted) return { path: process.execPath, version: running };
  const script = 'JSON.stringify({ path: process.execPath, version: process.versions.node })';
  return JSON.parse(await run('npx', ['-y', `node@${wanted}`, '-p', script], workshop, 240_000));
}
