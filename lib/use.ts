/**
 * Where does `axios.use` come from? axios has none: it is added to the default export and to what `create` makes
 * from then on, and never over an existing one.
 */
import axios from 'axios';
import type { AxiosInstance } from 'axios';
import { CacheConfigurationError } from './errors.js';
import type { InstanceCache } from './plugin.js';

declare module 'axios' {
  interface AxiosInstance {
    /** Installs a plugin; returns what the plugin returns. */
    use<Result>(plugin: (instance: this) => Result): Result;
    /** The cache, once a cache plugin is in use. */
    cache?: InstanceCache;
  }
}

/** What `use` is called on: axios' default export, or what `axios.create()` returned. */
export type Usable = Partial<Pick<AxiosInstance, 'use'>>;

/** Adds `use` to axios' default export and to the instances it creates. */
export function addUse(): void {
  addTo(axios);
  const create = axios.create.bind(axios);
  if ((axios as Usable).use === undefined) return;
  axios.create = (defaults) => addTo(create(defaults));
}

function addTo<Instance extends AxiosInstance>(instance: Instance): Instance {
  if ((instance as Usable).use === undefined) {
    const use = <Result>(plugin: (target: Instance) => Result): Result => {
      if (typeof plugin === 'function') return plugin(instance);
      throw new CacheConfigurationError('use', plugin, 'a plugin, such as cachePlugin() returns');
    };
    Object.defineProperty(instance, 'use', { value: use, configurable: true, enumerable: false, writable: true });
  }
  return instance;
}
