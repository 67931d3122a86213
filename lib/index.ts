/** The library; importing it adds `use` to axios, its one side effect. */
import { addUse } from './use.js';

addUse();

export * from './core.js';
