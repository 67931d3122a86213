/** SECURITY.md and the tests agree: each threat of its table has a test that names it, and the other way round. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { problemsIn, programsOf } from '../docs/programs.js';

const root = join(__dirname, '..', '..');
const security = readFileSync(join(root, 'SECURITY.md'), 'utf8');
const rows = [...security.matchAll(/^\| (T\d+)\s*\| (.*?)\s*\| (.*?)\s*\|$/gm)].map(
  ([, id = '', tried = '', outcome = '']) => ({
    id,
    tried,
    outcome,
  }),
);

/** The threats that strings of a test file name; comments do not count. */
function named(file: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const isText = ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);
    if (isText) found.push(...(node.text.match(/\bT\d+\b/g) ?? []));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022));
  return found;
}

const files = readdirSync(join(root, '__tests__'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('threats.test.ts'))
  .map((name) => join(root, '__tests__', name));
const byThreat = new Map<string, string[]>();
for (const file of files)
  for (const threat of named(file)) byThreat.set(threat, [...(byThreat.get(threat) ?? []), file]);

test('the table has the threats it should have, each once and in order', () => {
  const range = (from: number, to: number): string[] =>
    Array.from({ length: to - from + 1 }, (_, at) => `T${String(from + at)}`);
  expect(rows.map(({ id }) => id)).toEqual([...range(1, 33), ...range(54, 76), ...range(84, 92)]);
  for (const { tried, outcome } of rows) expect([tried.length > 3, outcome.length > 3]).toEqual([true, true]);
});

// Without its T, which would make this test one of those that stand for the threat.
test.each(rows.map(({ id }) => Number(id.slice(1))))('threat %i has a test', (number) => {
  expect(byThreat.get(`T${String(number)}`)).toBeDefined();
});

test('every threat that a security test names is in the table', () => {
  const here = [...byThreat].filter(([, where]) => where.some((file) => file.includes(join('__tests__', 'security'))));
  expect(here.map(([id]) => id).filter((id) => !rows.some((row) => row.id === id))).toEqual([]);
});

test('its program compiles', () => {
  expect(problemsIn(programsOf(security), 'sources')).toEqual([]);
}, 180_000);
