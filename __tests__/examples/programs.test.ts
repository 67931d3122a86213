/** The examples that need no store of their own, run as a newcomer runs them; and the list of all there are. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../docs/programs.js';
import { build, run } from './run.js';

jest.setTimeout(60_000);
beforeAll(build, 300_000);

async function linesOf(example: string): Promise<string[]> {
  const { code, stdout, stderr } = await run([`examples/${example}`]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().replace(/ +/g, ' '));
}

test('express-per-user.mjs: each user gets what is theirs, and all what is public', async () => {
  expect(await linesOf('express-per-user.mjs')).toEqual([
    'ada /me 200 fwd {"name":"Ada"}',
    'bob /me 200 fwd {"name":"Bob"}',
    'ada /me 200 hit {"name":"Ada"}',
    'bob /me 200 hit {"name":"Bob"}',
    'eve /me 403 fwd {"error":"no such token"}',
    'ada /news 200 fwd {"headline":"The same"}',
    'bob /news 200 hit {"headline":"The same"}',
    'The API was asked 4 times.',
  ]);
});

test('axios-retry.mjs: retries go through the cache, and what it answers is not retried', async () => {
  expect(await linesOf('axios-retry.mjs')).toEqual([
    'an origin that recovers : miss, answer 3, 2 retries, the origin was asked 3 times',
    'once more : hit, answer 3, 0 retries, the origin was asked 0 times',
    'a failure, stale will do : stale, answer 3, 0 retries, the origin was asked 1 times',
    'a failure, stale unwanted : miss, answer 2, 1 retries, the origin was asked 2 times',
  ]);
});

test('offline.mjs: what was fetched is there without a network, save what may not be', async () => {
  expect(await linesOf('offline.mjs')).toEqual([
    'online:',
    '/articles miss uri-miss content of /articles',
    '/account miss uri-miss content of /account',
    'the network is gone, staleIfError:',
    '/articles stale stale-if-error content of /articles',
    '/account failed ECONNREFUSED',
    '/unknown failed ECONNREFUSED',
    'known to be offline, onlyIfCached: nothing is tried',
    '/articles stale only-if-cached content of /articles',
    '/unknown failed 504',
  ]);
});

test('nestjs.mjs: services that inject HttpService are served from the cache', async () => {
  expect(await linesOf('nestjs.mjs')).toEqual([
    "{ name: 'Ada', cache: 'miss' }",
    "{ name: 'Ada', cache: 'hit' }",
    "{ name: 'Augusta', cache: 'miss' }",
    'GET /users/1, PUT /users/1, GET /users/1',
  ]);
});

test('the list of examples names each of them, and how it is run; each says so itself', () => {
  const list = readFileSync(join(root, 'examples', 'README.md'), 'utf8');
  const examples = readdirSync(join(root, 'examples')).filter((name) => name.endsWith('.mjs') && name !== 'demo.mjs');
  const listed = [...list.matchAll(/^\| `node examples\/(\S+\.mjs)/gm)].map(([, name]) => name);
  expect(listed.sort()).toEqual(examples.sort());
  const silent = examples.filter((name) => {
    const source = readFileSync(join(root, 'examples', name), 'utf8');
    return !source.includes(`node examples/${name}`);
  });
  expect(silent).toEqual([]);
});
