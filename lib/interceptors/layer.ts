/**
 * Which options hold for a request, given those of the plugin, which may change at run time?
 */
import { Memo } from '../policy/memo.js';
import type { CacheSettings } from '../policy/types.js';
import type { CacheRequestOptions } from './options.js';
import { compile, optionsText } from './settings.js';
import type { Compiled } from './settings.js';
import { checkRequestOptions } from './validate.js';

/** The plugin's own options, which may change at run time. */
export interface OptionLayer {
  current(): CacheRequestOptions;
  replace(options: CacheRequestOptions): void;
  compiled(request: CacheRequestOptions | undefined, instance: CacheRequestOptions | undefined): Compiled;
  /** What other options in their place would mean; without them, what those meant that it began with. */
  before(options: object | undefined): CacheSettings;
}

const MOST_KNOWN = 50;

/** Begins with these options. */
export function createLayer(options: CacheRequestOptions): OptionLayer {
  let current = options;
  let plain = compile(current, undefined, undefined);
  // To check and compile the options of a request takes as long as a hit, and most requests have the same few.
  let known = new Memo<Compiled>(MOST_KNOWN);
  const { settings: first } = plain;
  return {
    current: () => current,
    replace(replacement) {
      plain = compile(replacement, undefined, undefined);
      known = new Memo(MOST_KNOWN);
      current = replacement;
    },
    compiled(request, instance) {
      if (request === undefined) return plain;
      const texts = [optionsText(request), optionsText(instance)];
      const text = texts.includes(undefined) ? undefined : texts.join('\n');
      const same = text === undefined ? undefined : known.get(text);
      if (same !== undefined) return same;
      checkRequestOptions(request);
      const made = compile(current, request, instance);
      return text === undefined ? made : known.set(text, made);
    },
    before(given) {
      if (given === undefined) return first;
      checkRequestOptions(given);
      return compile(given, undefined, undefined).settings;
    },
  };
}
