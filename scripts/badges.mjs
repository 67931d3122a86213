// Badges for README, drawn from committed figures alone, so that none says what nobody measured here.
//   node scripts/badges.mjs              writes docs/badges/*.svg
//   node scripts/badges.mjs --check      ends with 1 where one of them says something else than the figures
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeBadge } from 'badge-maker';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'docs', 'badges');
const read = (...path) => JSON.parse(readFileSync(join(root, ...path), 'utf8'));

/** The required tests of the public suite: green where all pass but those that nothing over axios can pass. */
function conformanceBadge(mode) {
  const { totals, tests } = read('conformance', 'results', `ours-${mode}.json`);
  const known = new Set(read('conformance', 'unreachable.json').map(({ id }) => id));
  const isShort = Object.entries(tests).some(
    ([id, { kind, result, counted }]) => kind === 'required' && counted && result !== 'pass' && !known.has(id),
  );
  const { passed, of } = totals.required;
  const message = `${passed} of ${of} required`;
  return { label: `http-cache-tests, ${mode}`, message, color: isShort ? 'red' : 'brightgreen' };
}

/** What a page loads, minified and gzipped, all dependencies but axios included. */
function sizeBadge(entry, label) {
  const { initial } = read('bench', 'results', 'size.json').entries.find(({ name }) => name === entry);
  return { label, message: `${(initial.gzip / 1000).toFixed(1)} kB min+gzip`, color: 'blue' };
}

function badges() {
  const { name } = read('package.json');
  const drawn = {
    'conformance-private.svg': conformanceBadge('private'),
    'conformance-shared.svg': conformanceBadge('shared'),
  };
  if (existsSync(join(root, 'bench', 'results', 'size.json'))) {
    drawn['size.svg'] = sizeBadge('.', name);
    drawn['size-policy.svg'] = sizeBadge('./policy', `${name}/policy`);
  }
  return Object.fromEntries(Object.entries(drawn).map(([file, badge]) => [file, `${makeBadge(badge)}\n`]));
}

const expected = badges();
const present = existsSync(folder) ? readdirSync(folder) : [];
if (process.argv.includes('--check')) {
  const wrong = [...new Set([...Object.keys(expected), ...present])].filter(
    (file) => !present.includes(file) || readFileSync(join(folder, file), 'utf8') !== expected[file],
  );
  for (const file of wrong)
    console.error(`docs/badges/${file} is not what the committed figures say: \`npm run badges\` draws it.`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
} else {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [file, svg] of Object.entries(expected)) writeFileSync(join(folder, file), svg);
  console.log(`docs/badges: ${Object.keys(expected).join(', ')}`);
}
