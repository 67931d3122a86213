/** CONTRIBUTING keeps the map of the house: it names every command, room and folder there is, and none that is not. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './programs.js';

const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const contributing = read('CONTRIBUTING.md');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
const named = (text: string): string[] =>
  [...text.matchAll(/npm (?:run (?:--silent )?)?(test(?![\w:])|(?<=run |--silent )[\w:]+)/g)].map(
    ([, name = '']) => name,
  );

test('every command of package.json is explained', () => {
  const ofNpm = ['prepack'];
  expect(Object.keys(scripts).filter((name) => !ofNpm.includes(name) && !named(contributing).includes(name))).toEqual(
    [],
  );
});

test.each([
  'CONTRIBUTING.md',
  '.ci/run',
  ...readdirSync(join(root, '.github/workflows')).map((name) => `.github/workflows/${name}`),
])('%s names only commands and scripts that exist', (file) => {
  const text = read(file);
  const commands = named(text);
  expect(commands.length).toBeGreaterThan(0);
  expect(commands.filter((name) => scripts[name] === undefined)).toEqual([]);
  const programs = [...text.matchAll(/node (scripts\/[\w./-]+)/g)].map(([, path = '']) => path);
  expect(programs.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('the map shows every room of lib/, and every file it names exists', () => {
  const [, map = ''] = /```\nlib\/\n([\s\S]*?)```/.exec(contributing) ?? [];
  const shown = map.split('\n').flatMap((line) => line.slice(0, 34).trim().split(/\s+/).filter(Boolean));
  const rooms = readdirSync(join(root, 'lib'), { withFileTypes: true }).map((entry) =>
    entry.isDirectory() ? `${entry.name}/` : entry.name,
  );
  expect(shown.sort()).toEqual(rooms.sort());
  const files = [
    ...contributing.matchAll(/`((?:policy|exchange|handle|storage|observe|interceptors)\/[\w-]*(?:\.ts)?)`/g),
  ];
  expect(files.length).toBeGreaterThan(10);
  expect(files.map(([, path = '']) => path).filter((path) => !existsSync(join(root, 'lib', path)))).toEqual([]);
});

test('every folder of the repository is described', () => {
  const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  const folders = [
    ...new Set(tracked.filter((path) => path.includes('/')).map((path) => `${path.split('/')[0] ?? ''}/`)),
  ];
  expect(folders.length).toBeGreaterThan(5);
  expect(folders.filter((folder) => folder !== 'lib/' && !contributing.includes(`| \`${folder}\``))).toEqual([]);
});
