/** The example of a lease of one's own: two caches on one file ask the origin once. */
import { build, run } from './run.js';

beforeAll(build, 300_000);

test('a lease in a table of SQLite: twenty requests of two caches, one origin request', async () => {
  const { code, stdout, stderr } = await run(['examples/sqlite-lease.mjs']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.split('\n')).toEqual([
    '20 requests of two caches; the origin was asked 1 time(s).',
    'coalescing: fleet',
    '',
  ]);
}, 90_000);
