/**
 * What do few requests need? Other processes to wait for, and contents that are handed on as they come.
 *
 * A door of its own, so that bundlers for browsers can put what is behind it into a file that is loaded when it is needed
 * (seldom-browser.ts, by the field `browser` of package.json).
 */
export * from './work.js';
