/** Decision records are short, of one form, and listed. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './programs.js';

const folder = join(root, 'docs', 'decisions');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const records = readdirSync(folder).filter((name) => name !== 'README.md');

test('each is listed, in order and without gaps', () => {
  const listed = [...read('README.md').matchAll(/^\| \[(\d{4})\]\((\S+)\)/gm)];
  expect(listed.map(([, , path]) => path)).toEqual([...records].sort());
  expect(listed.map(([, number]) => Number(number))).toEqual(records.map((_, at) => at + 1));
});

test.each(records)('%s: title, context, decision, consequences, what would change it, on one page', (name) => {
  const text = read(name);
  expect(text.startsWith(`# ${name.slice(0, 4)} `)).toBe(true);
  const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
  expect(headings).toEqual(['Context', 'Decision', 'Consequences', 'What would change it']);
  expect(text.split(/\s+/).length).toBeLessThan(400);
});
