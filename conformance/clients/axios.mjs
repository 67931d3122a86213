// How far does axios get without any cache? The floor: what it passes, a cache gets for nothing.

import axios from 'axios';

import { fetchOverAxios, instanceDefaults } from './fetch-over-axios.mjs';
import { versionOf } from './versions.mjs';

export function create(options) {
  return { fetch: fetchOverAxios(axios.create(instanceDefaults(options))), versions: { axios: versionOf('axios') } };
}
