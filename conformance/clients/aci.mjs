// How far does axios-cache-interceptor get? `aci`: as it comes. `aci-all`: with every rule it has switched on, and
// without its default lifetime of five minutes, which alone makes most tests of the suite fail.

import axios from 'axios';
import { setupCache } from 'axios-cache-interceptor';

import { fetchOverAxios, instanceDefaults } from './fetch-over-axios.mjs';
import { versionOf } from './versions.mjs';

const EVERYTHING_ON = {
  ttl: 0,
  interpretHeader: true,
  etag: true,
  modifiedSince: true,
  staleIfError: true,
  vary: true,
  cacheTakeover: false,
  cachePredicate: { statusCheck: () => true },
};

export function create(options) {
  const instance = setupCache(
    axios.create(instanceDefaults(options)),
    options.client === 'aci-all' ? EVERYTHING_ON : undefined,
  );
  // Which `private` responses it may keep depends on where it believes to run.
  if (options.client === 'aci-all' && options.mode === 'private') instance.location = 'client';
  const versions = { axios: versionOf('axios'), 'axios-cache-interceptor': versionOf('axios-cache-interceptor') };
  return { fetch: fetchOverAxios(instance), versions };
}
