// How far does our own library get? The built package, on the axios it was built against.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

import { fetchOverAxios, instanceDefaults } from './fetch-over-axios.mjs';
import { versionOf } from './versions.mjs';

const BUILT = new URL('../../dist/esm/index.js', import.meta.url);

export async function create(options) {
  if (!existsSync(BUILT)) throw new Error('dist/esm/index.js is missing: run `npm run build` first');
  const { axios, version } = await axiosOf(BUILT);
  const { cachePlugin } = await import(BUILT.href);
  const instance = axios.create(instanceDefaults(options)).use(cachePlugin(cacheOptions(options)));
  return {
    fetch: fetchOverAxios(instance, options.id === undefined ? {} : { onResponse: explain }),
    versions: { 'axios-http-cache': versionOf('..', new URL('../../dist/', import.meta.url)), axios: version },
    close: () => instance.cache?.close?.(),
  };
}

function explain({ cache, data }) {
  console.log(`    ${cache?.status}, stored: ${cache?.stored}, ${cache?.reason}`);
  console.log(`    ${cache?.explain?.().replaceAll('\n', '\n    ')}`);
  console.log(`    body: ${JSON.stringify(data)}\n`);
}

/**
 * Stale is served on errors because the tests of what forbids it count only then (stale-close-*). The suite wants
 * Set-Cookie stored and replayed, as RFC 9111 has it; the library does that for a cache of one user, when told to.
 */
function cacheOptions({ mode }) {
  const common = { heuristic: true, staleIfError: true, storeSetCookie: true };
  return mode === 'shared' ? { ...common, shared: true, credentials: 'strict' } : common;
}

/** The axios that dist/ imports. A bare `import 'axios'` would find the peers' copy, which the plugin never saw. */
async function axiosOf(built) {
  const require = createRequire(built);
  const manifest = require.resolve('axios/package.json');
  const entry = new URL('index.js', pathToFileURL(manifest));
  return { axios: (await import(entry.href)).default, version: require(manifest).version };
}
