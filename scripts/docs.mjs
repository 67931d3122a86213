// What in the documentation is made from something else? Options and handle from the doc comments of their types, figures
// in README from the results that are committed.
//
//   npm run docs             writes docs/options.md, docs/handle.md and the marked sections of README.md
//   npm run docs -- --check  writes nothing; exits with 1 where something differs
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { figures } from './docs/figures.mjs';
import { handlePage } from './docs/handle.mjs';
import { optionsPage } from './docs/options.mjs';
import { root } from './docs/source.mjs';

const pages = [
  ['docs/options.md', optionsPage],
  ['docs/handle.md', handlePage],
  ['README.md', () => figures(read('README.md'))],
];
const isCheck = process.argv.includes('--check');
const outdated = [];
for (const [name, page] of pages) {
  const text = await pretty(name, page());
  if (text === read(name)) continue;
  outdated.push(name);
  if (!isCheck) writeFileSync(`${root}${name}`, text);
}
if (outdated.length > 0) console.log(`${isCheck ? 'differs, run `npm run docs`' : 'written'}: ${outdated.join(', ')}`);
else console.log('all is as the sources say');
process.exitCode = isCheck && outdated.length > 0 ? 1 : 0;

async function pretty(name, text) {
  const config = await resolveConfig(`${root}${name}`);
  return format(text, { ...config, filepath: name });
}

function read(name) {
  try {
    return readFileSync(`${root}${name}`, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}
