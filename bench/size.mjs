// How much does a page load? Each entry bundled, minified and gzipped, with all dependencies but axios.
//
//   npm run bench:size -- [--rooms] [--sources] [--json]
//
// `--rooms`: which folder or package how much of it is; `--sources`: which file. Writes bench/results/size.json.
import { version } from 'esbuild';
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { SIZE_BARS } from './bars.mjs';
import { ENTRIES, bundle } from './size/bundle.mjs';

const { values } = parseArgs({
  options: {
    rooms: { type: 'boolean', default: false },
    sources: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const entries = await Promise.all(ENTRIES.map(bundle));

const count = (bytes) => bytes.toLocaleString('en').padStart(9);
function print({ name, platform, initial, lazy, rooms, lazyRooms, sources }) {
  const bar = SIZE_BARS[name];
  const verdict = bar === undefined ? '' : `<= ${bar.toLocaleString('en')} ${initial.gzip <= bar ? 'met' : 'MISSED'}`;
  console.log(`${name.padEnd(10)} ${platform.padEnd(8)}${count(initial.gzip)}${count(initial.raw)}`, verdict);
  if (lazy.files > 0) console.log(`${' on demand'.padEnd(19)}${count(lazy.gzip)}${count(lazy.raw)}`);
  if (values.rooms) list(rooms);
  if (values.rooms) list(lazyRooms, 'on demand: ');
  if (values.sources) list(sources);
}

function list(shares, prefix = '') {
  for (const [name, bytes] of Object.entries(shares)) console.log(`    ${(prefix + name).padEnd(44)}${count(bytes)}`);
}

if (values.json) console.log(JSON.stringify(entries, null, 2));
else {
  console.log(
    `${'entry'.padEnd(10)} ${'for'.padEnd(8)}${'min+gzip'.padStart(9)}${'min'.padStart(9)} bytes, esbuild ${version}`,
  );
  for (const entry of entries) print(entry);
}
const folder = new URL('./results/', import.meta.url);
mkdirSync(folder, { recursive: true });
const kept = entries.map((entry) => ({ ...entry, sources: undefined }));
writeFileSync(new URL('size.json', folder), `${JSON.stringify({ esbuild: version, entries: kept }, null, 2)}\n`);
