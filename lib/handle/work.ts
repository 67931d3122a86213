/**
 * What is behind the door seldom.ts? Rewriting and renaming what is stored. In one file, for who loads it later.
 */
export { recreateKeys } from './rekeying.js';
export { copyFrom, resetExpiration } from './rewriting.js';
