/**
 * What is behind the door seldom.ts? Removing, rewriting and renaming what is stored. In one file, for who loads it later.
 */
export { recreateKeys } from './rekeying.js';
export { remove, removeDescribed } from './removal.js';
export { copyFrom, resetExpiration } from './rewriting.js';
