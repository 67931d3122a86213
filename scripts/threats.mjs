// The threats of SECURITY.md, and where the tests are that stand for them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Rows of the table: `{ id: 'T1', tried, outcome }`. */
export function threatsOf(markdown) {
  const rows = markdown.matchAll(/^\| (T\d+)\s*\| (.*?)\s*\| (.*?)\s*\|$/gm);
  return [...rows].map(([, id, tried, outcome]) => ({ id, tried, outcome }));
}

/** The threats that a test's name carries. */
export function threatsIn(name) {
  return [...new Set(name.match(/\bT\d+\b/g) ?? [])];
}

/** The test files in which a threat is named, relative to `root`. */
export function testFiles(root) {
  return readdirSync(join(root, '__tests__'), { recursive: true })
    .map((name) => join('__tests__', name))
    .filter((name) => name.endsWith('.test.ts') && /\bT\d+\b/.test(sourcesOf(root, name)));
}

// A table of tests may lie in a file of its own beside them.
function sourcesOf(root, name) {
  const source = readFileSync(join(root, name), 'utf8');
  const beside = [...source.matchAll(/from '(\.\/[\w-]+)\.js'/g)].map(([, path]) =>
    join(root, name, '..', `${path}.ts`),
  );
  return [source, ...beside.filter((path) => existsSync(path)).map((path) => readFileSync(path, 'utf8'))].join('\n');
}
