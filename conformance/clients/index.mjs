// Which client is under test? Each has `fetch(url, init)`, the only thing the suite's engine knows, and its versions.

import { versionOf } from './versions.mjs';

const MODULES = {
  ours: './ours.mjs',
  axios: './axios.mjs',
  aci: './aci.mjs',
  'aci-all': './aci.mjs',
  undici: './undici.mjs',
};

export async function createClient(options) {
  const { create } = await import(MODULES[options.client]);
  const { fetch, versions, close } = await create(options);
  return {
    fetch,
    close,
    versions: { node: process.version, 'http-cache-tests': versionOf('http-cache-tests'), ...versions },
  };
}
