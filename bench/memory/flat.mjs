// A process of its own, with room for a million entries: the row of hits by entries in the store, as one line of JSON.
import { flatRow } from '../rows/flat.mjs';
import { withContenders } from '../support/environment.mjs';
import { FULL, measure } from '../support/measure.mjs';

const { id, title, clock, contenders } = flatRow(process.argv.slice(2).map(Number));
const measured = await withContenders({ contenders }, {}, (started) => measure(started, FULL));
console.log(JSON.stringify({ id, title, clock, contenders: measured }));
