/**
 * What is seldom done with a cache? Rewriting and renaming what is stored. (To remove must be possible at any time.)
 *
 * A door of its own, so that bundlers for browsers can put what is behind it into a file that is loaded when it is needed
 * (seldom-browser.ts, by the field `browser` of package.json).
 */
export * from './work.js';
