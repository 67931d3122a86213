// What does a request cost with the cache, without one, and with others?
//
//   npm run bench -- [--quick] [--only <pattern>] [--json]
//
// One process measures all contenders in turns. Prints a table and writes bench.json, bench.md and bench.svg into
// bench/results/, but for a part (`--only`) or a quick run, which is not worth keeping. `--json` prints JSON instead.
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { installedPeers } from './peers/install.mjs';
import { chart } from './report/chart.mjs';
import { markdown, printed } from './report/table.mjs';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});
installedPeers();
const { measureRows } = await import('./support/session.mjs');
const result = await measureRows({
  quick: values.quick,
  only: new RegExp(values.only, 'i'),
  onRow: (row) => values.json || console.log(printed(row)),
});
if (result.rows.length === 0) {
  console.error(`no row is called like ${values.only}`);
  process.exit(2);
}
if (values.json) console.log(JSON.stringify(result, null, 2));
if (!values.quick && values.only === '') {
  const folder = new URL('./results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL('bench.json', folder), `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(new URL('bench.md', folder), markdown(result));
  writeFileSync(new URL('bench.svg', folder), chart(result));
}
