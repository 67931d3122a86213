/**
 * What if options change while the plugin runs? `instance.cache.settings`: an object whose every assignment is
 * checked and holds from the next request on.
 */
import type { CacheRequestOptions } from './options.js';
import { checkOption } from './validate.js';

/** The plugin's own options, which may change at run time. */
export interface Changeable {
  current(): CacheRequestOptions;
  replace(options: CacheRequestOptions): void;
}

/** Settings to read and to assign. Assigning `undefined`, or deleting, gives an option its default again. */
export function liveSettings(layer: Changeable): CacheRequestOptions {
  const change = (name: string | symbol, value: unknown): boolean => {
    checkOption(String(name), value);
    layer.replace({ ...layer.current(), [name]: value });
    return true;
  };
  return new Proxy(
    {},
    {
      get: (_target, name): unknown => Reflect.get(layer.current(), name),
      set: (_target, name, value) => change(name, value),
      deleteProperty: (_target, name) => change(name, undefined),
      has: (_target, name) => Object.hasOwn(layer.current(), name),
      ownKeys: () => Reflect.ownKeys(layer.current()),
      getOwnPropertyDescriptor(_target, name) {
        if (!Object.hasOwn(layer.current(), name)) return undefined;
        const value: unknown = Reflect.get(layer.current(), name);
        return { value, configurable: true, enumerable: true, writable: true };
      },
    },
  );
}
