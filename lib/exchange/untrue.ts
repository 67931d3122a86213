/**
 * How does what has become untrue end, also while it is under way? What removals ask of the exchange.
 */
import type { Untruth } from '../handle/types.js';
import { raiseEpochs } from './commit.js';
import type { Engine } from './engine.js';
import { tagOf } from './keys.js';
import { markTags } from './tags.js';

/** The means of an engine to end what is untrue. */
export function untruthOf(engine: Engine): Untruth {
  const { invalidations, tagMarks } = engine;
  return {
    outdate(keys) {
      if (keys === 'all') invalidations.raiseAll();
      else for (const key of keys) invalidations.raise(tagOf(key));
    },
    invalidate: (tags) => raiseEpochs(engine, tags),
    endTags(tags) {
      const done = tagMarks.begin(tags);
      return { written: markTags(engine, tags), done };
    },
  };
}
