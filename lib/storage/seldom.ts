/**
 * What do caches in memory not need? All that a store of somebody else's needs.
 *
 * A door of its own, so that bundlers for browsers can put what is behind it into a file that is loaded when it is needed
 * (seldom-browser.ts, by the field `browser` of package.json).
 */
export { checkChanges, givenStore } from './given.js';
