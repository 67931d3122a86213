/** The library; importing it adds `use` to axios, its one side effect. */
import { addUse } from './use.js';

addUse();

// Also what makes the declarations of this entry speak of `use`.
export type { Usable } from './use.js';
export * from './core.js';
