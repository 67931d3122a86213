/** The example of a file as a store: what a second run finds there, and what becomes of a file that is damaged. */
import { access, open, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { aFolder } from '../storage/embedded.js';
import type { Folder } from '../storage/embedded.js';
import { build, run } from './run.js';

jest.setTimeout(60_000);

const EXAMPLE = 'examples/sqlite-scraper.mjs';
let folder: Folder;
let file: string;

beforeAll(build, 300_000);
beforeEach(async () => {
  folder = await aFolder();
  file = folder.file('pages.sqlite');
});
afterEach(() => folder.remove());

const firstRun = [
  '[1/5] /catalogue miss this is /catalogue',
  '[2/5] /about miss this is /about',
  '[3/5] /items/1 miss price 10',
  '[4/5] /items/2 miss price 20',
  '[5/5] /items/3 miss price 30',
  'The site was asked 5 times and sent 5 pages.',
];
const secondRun = [
  '[1/5] /catalogue hit this is /catalogue',
  '[2/5] /about hit this is /about',
  '[3/5] /items/1 revalidated price 10',
  '[4/5] /items/2 revalidated price 20',
  '[5/5] /items/3 miss price 35',
  'The site was asked 3 times and sent 1 pages.',
];
/** The lines of both runs, with how many pages each found in the file. */
const linesOf = (stdout: string): string[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) =>
      line
        .replace(/^run \d+: /, '')
        .trim()
        .replace(/ +/g, ' '),
    );
const both = (found: number): string[] => [
  `${String(found)} pages are in the file`,
  ...firstRun,
  `${String(found + 5)} pages are in the file`,
  ...secondRun,
];

test('without an argument: the second run is answered from the file, or by a 304, save what has changed', async () => {
  const { code, stdout, stderr } = await run([EXAMPLE]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(linesOf(stdout)).toEqual(both(0));
});

test('a file that is sound is used as it is, and kept', async () => {
  await run([EXAMPLE, file]);
  const { code, stdout, stderr } = await run([EXAMPLE, file]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  // What the first two runs stored is of another site, by its port.
  expect(linesOf(stdout)).toEqual(both(5));
  await expect(access(`${file}.damaged`)).rejects.toThrow('ENOENT');
});

test.each<[string, (path: string) => Promise<void>]>([
  ['garbage', (path) => writeFile(path, Buffer.alloc(9_000, 'garbage'))],
  [
    'cut in half',
    async (path) => {
      await run([EXAMPLE, path]);
      await truncate(path, Math.floor((await stat(path)).size / 2 / 4_096) * 4_096);
    },
  ],
  [
    'overwritten from its second page on',
    async (path) => {
      await run([EXAMPLE, path]);
      const handle = await open(path, 'r+');
      await handle.write(Buffer.alloc(4_096, 'garbage'), 0, 4_096, 4_096);
      await handle.close();
    },
  ],
])('a file that is %s is set aside, once, and begun anew', async (_, damage) => {
  await damage(file);
  const damaged = await readFile(file);
  const { code, stdout, stderr } = await run([EXAMPLE, file]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: `the file was damaged: set aside as ${file}.damaged\n` });
  expect(linesOf(stdout)).toEqual(both(0));
  expect((await readFile(`${file}.damaged`)).equals(damaged)).toBe(true);
});

test('a folder that is not there is no damage: it fails, and says why', async () => {
  const { code, stderr } = await run([EXAMPLE, folder.file('no/such/pages.sqlite')]);
  expect(code).toBe(1);
  expect(stderr).toContain('SQLITE_CANTOPEN');
});
