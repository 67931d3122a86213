// All rows, in the order in which they are measured and told.
import { flatRows } from './flat.mjs';
import { kindRows } from './kinds.mjs';
import { memoryRows } from './memory.mjs';
import { wireRows } from './wire.mjs';

export const rows = [...memoryRows, ...kindRows, ...wireRows, ...flatRows];
