/** What the guides say holds: their programs compile, their links lead somewhere, their commands exist. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemsIn, programsOf, root } from './programs.js';

const guides = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));

test('there are guides', () => {
  expect(guides).toContain('redis.md');
});

test.each(guides)(
  'docs/%s: programs compile, links and commands exist',
  (name) => {
    const text = readFileSync(join(root, 'docs', name), 'utf8');
    expect(problemsIn(programsOf(text), 'sources')).toEqual([]);
    const linked = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => path);
    expect(linked.filter((path) => !existsSync(join(root, 'docs', path)))).toEqual([]);
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
    const commands = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, command = '']) => command);
    expect(commands.filter((command) => !Object.keys(scripts).includes(command))).toEqual([]);
  },
  180_000,
);
