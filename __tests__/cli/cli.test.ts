/** `npx axios-http-cache`: each command over a real Redis that holds two namespaces, and over an SQLite file. */
import axios from 'axios';
import KeyvSqlite from '@keyv/sqlite';
import { cachePlugin } from 'axios-http-cache';
import { redisStore } from 'axios-http-cache/redis';
import { plain, duration, size } from '../../lib/cli/format.js';
import { run } from '../../lib/cli/run.js';
import { fresh, until } from '../exchange/bench.js';
import { build, run as runProgram } from '../examples/run.js';
import { startStores } from '../handle/stores.js';
import type { Stores } from '../handle/stores.js';
import { startOrigin } from '../helpers/origin.js';
import type { Origin } from '../helpers/origin.js';

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

let origin: Origin;
let stores: Stores;
let file: string;

beforeAll(async () => {
  [origin, stores] = await Promise.all([startOrigin(), startStores()]);
  file = stores.nextFile();
  for (const [path, tags] of [
    ['/users/1', 'users'],
    ['/users/2', 'users, two'],
    ['/prices', 'prices'],
  ] as const)
    origin.reply(path, { headers: fresh({ 'cache-tag': tags, etag: '"1"' }), body: path });
  origin.reply('/stale', {
    headers: { 'cache-control': 's-maxage=0, max-age=0', etag: '"2"' },
    body: 'x'.repeat(2_000),
  });
  origin.reply('/mine', { headers: fresh(), body: 'mine' });
});
afterAll(async () => {
  await stores.end();
  await origin.close();
});

/** Fills namespaces of a store: `shop` with four URLs, `other` with one. */
async function fill(open: () => object): Promise<void> {
  for (const [namespace, paths] of [
    ['shop', ['/users/1', '/users/2', '/prices', '/stale']],
    ['other', ['/prices']],
  ] as const) {
    const api = cachePlugin({ store: open(), namespace })(axios.create({ baseURL: origin.url }));
    await api.cache.clear();
    for (const path of paths) await api.get(path);
    await until(async () => (await api.cache.count()) === paths.length);
    await api.cache.close();
  }
}

const urls: Record<string, () => string> = {
  Redis: () => stores.redis.url,
  SQLite: () => `sqlite:${file}`,
};

async function cli(args: readonly string[], { env = {}, answer = undefined as string | undefined } = {}): Promise<Ran> {
  let out = '';
  let err = '';
  const terminal = {
    write: (text: string) => void (out += text),
    complain: (text: string) => void (err += text),
    isInteractive: answer !== undefined,
    ask: async (question: string) => {
      err += question;
      return answer ?? '';
    },
  };
  const status = await run(args, { terminal, env, version: '1.2.3' });
  return { status, out, err };
}

describe.each(['Redis', 'SQLite'])('over %s', (kind) => {
  const shop = (...args: string[]): Promise<Ran> => cli([...args, '--store', urls[kind]!(), '--namespace', 'shop']);
  const json = async (...args: string[]): Promise<any> => {
    const { status, out, err } = await shop(...args, '--json');
    expect([err, [0, 1].includes(status)]).toEqual(['', true]);
    return JSON.parse(out);
  };
  const left = async (namespace = 'shop'): Promise<string[]> => {
    const { out } = await cli(['ls', '--json', '--store', urls[kind]!(), '--namespace', namespace]);
    return JSON.parse(out)
      .map(({ url }: { url: string }) => url.slice(origin.url.length))
      .sort();
  };

  beforeEach(async () => {
    if (kind === 'Redis') return fill(() => redisStore(stores.redis.url));
    const database = new KeyvSqlite(`sqlite://${file}`);
    await fill(() => database);
    await database.disconnect();
  });

  test('ls: a table that a person reads, of one namespace', async () => {
    const { status, out, err } = await shop('ls');
    expect([status, err]).toEqual([0, '']);
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^METHOD +STATUS +SIZE +AGE +FRESHNESS +TAGS +URL$/);
    expect(lines).toHaveLength(5);
    expect(lines.find((line) => line.endsWith('/users/2'))).toMatch(
      /^GET +200 +8 B +\d+ s +fresh \d+ s +users, two +http:\/\/127\.0\.0\.1:\d+\/users\/2$/,
    );
    expect(lines.find((line) => line.endsWith('/stale'))).toMatch(/^GET +200 +2\.0 KiB +\d+ s +stale \d+ s +http/);
  });

  test('ls: by a glob, so many, as JSON', async () => {
    expect((await json('ls', '*/users')).map(({ url }: { url: string }) => url).sort()).toEqual([
      `${origin.url}/users/1`,
      `${origin.url}/users/2`,
    ]);
    expect(await json('ls', '--limit', '3')).toHaveLength(3);
    expect(await json('ls', '*/nothing')).toEqual([]);
    expect((await cli(['ls', '--store', urls[kind]!(), '--namespace', 'none'])).out).toBe(
      'Nothing is stored under the namespace none.\n',
    );
    expect(await left('other')).toEqual(['/prices']);
  });

  test('show: fields, times, tags', async () => {
    const { status, out } = await shop('show', `${origin.url}/users/2`);
    expect(status).toBe(0);
    expect(out).toMatch(/^GET http.*\/users\/2\n {2}status +200\n {2}size +8 B\n {2}received +20.*Z\n/);
    expect(out).toMatch(/tags +users, two\n/);
    expect(out).toMatch(/ {2}fields\n(.*\n)* {4}cache-control +max-age=60\n/);
    expect(await json('show', `${origin.url}/users/2`)).toMatchObject([{ tags: ['users', 'two'], status: 200 }]);
    expect(await shop('show', `${origin.url}/none`)).toMatchObject({
      status: 1,
      out: 'Nothing is stored of this URL.\n',
    });
  });

  test('explain: what would happen now, and why', async () => {
    const hit = await shop('explain', `${origin.url}/prices`);
    expect(hit.out).toMatch(/^serve \(fresh\)\nThe stored response would be served: .*RFC 9111 §4\.2/);
    expect(hit.out).toMatch(/\n\nGET http.*\/prices\n {2}status/);
    expect(await json('explain', `${origin.url}/stale`)).toMatchObject({
      decision: 'revalidate',
      reason: kind === 'Redis' ? 'must-revalidate' : 'stale',
      explanation: expect.stringContaining('confirm the stored response (if-none-match)'),
      entry: { status: 200 },
      others: 0,
    });
    expect(await json('explain', `${origin.url}/none`)).toMatchObject({ decision: 'fetch', reason: 'no-entry' });
    expect(await json('explain', `${origin.url}/prices`, '--method', 'POST')).toMatchObject({ reason: 'method' });
    const reload = await json('explain', `${origin.url}/prices`, '--header', 'Cache-Control: no-cache');
    expect(reload).toMatchObject({ decision: 'fetch', reason: 'request-no-cache' });
    expect(await json('explain', `${origin.url}/prices`, '--header', 'Authorization: alice')).toMatchObject({
      reason: 'no-entry',
      others: 1,
    });
  });

  test.each([
    ['URLs', (url: string) => [`${url}/users/1`, `${url}/prices`, `${url}/none`], ['/stale', '/users/2']],
    ['tags', () => ['--tag', 'two', '--tag', 'prices'], ['/stale', '/users/1']],
    ['patterns', () => ['--pattern', '*/users/1', '--pattern', '*/prices'], ['/stale', '/users/2']],
    ['what is stale', () => ['--expired'], ['/prices', '/users/1', '/users/2']],
    ['what is old', () => ['--older-than', '1h'], ['/prices', '/stale', '/users/1', '/users/2']],
    ['what cannot be read', () => ['--invalid'], ['/prices', '/stale', '/users/1', '/users/2']],
  ] as const)('rm: %s', async (_name, args, remaining) => {
    expect(await json('rm', ...args(origin.url))).toEqual({ removed: 4 - remaining.length });
    expect(await left()).toEqual(remaining);
    expect(await left('other')).toEqual(['/prices']);
  });

  test('rm: a key, and what it tells a person', async () => {
    const [{ key }] = await json('show', `${origin.url}/prices`);
    expect((await shop('rm', '--key', key)).out).toBe('Removed 1 entry.\n');
    expect((await shop('rm', '--tag', 'users')).out).toBe('Removed 2 entries.\n');
    expect((await shop('rm')).err).toMatch(/rm takes URLs, or what --key/);
  });

  test('stats', async () => {
    const { out } = await shop('stats');
    expect(out).toMatch(
      /^store +(redis|sqlite):.*\nnamespace +shop\nentries +4\nbodies +2\.0 KiB\nfresh +3\nstale +1\n/,
    );
    expect(out).toMatch(/by status\n {2}200 +4\n/);
    expect(out).toMatch(/by tag\n {2}users +2\n/);
    expect(await json('stats')).toMatchObject({
      namespace: 'shop',
      entries: 4,
      bytes: 2_023,
      fresh: 3,
      stale: 1,
      byHost: { [`127.0.0.1:${String(origin.port)}`]: 4 },
    });
  });

  test('clear asks before it removes one namespace, and no other', async () => {
    const args = ['clear', '--store', urls[kind]!(), '--namespace', 'shop'];
    const unasked = await cli(args);
    expect([unasked.status, unasked.err]).toEqual([2, expect.stringContaining('say --yes')]);
    const declined = await cli(args, { answer: '' });
    expect([declined.status, declined.out]).toEqual([1, 'Nothing was removed.\n']);
    expect(declined.err).toMatch(/^Remove everything under the namespace shop in .*\? \[y\/N\] $/);
    expect(await left()).toHaveLength(4);
    expect((await cli(args, { answer: 'y' })).out).toBe('Removed 4 entries.\n');
    expect(await left()).toEqual([]);
    expect(await left('other')).toEqual(['/prices']);
    expect((await cli([...args, '--yes', '--json'])).out).toBe('{"removed":0}\n');
  });
});

test('wrong command lines say what to write, and end with 2', async () => {
  const store = ['--store', stores.redis.url];
  const wrong: [string[], RegExp][] = [
    [['ls'], /--store is missing/],
    [['list', ...store], /there is no command 'list'/],
    [['ls', '--stor', 'x'], /--stor/],
    [['ls', '--store', 'mongodb://x'], /--store takes redis:\/\/…, rediss:\/\/… or sqlite:path/],
    [['ls', '--store', 'sqlite:/no/such.file'], /there is no file \/no\/such\.file/],
    [['ls', 'a', 'b', ...store], /ls takes one glob/],
    [['ls', '--limit', '-1', ...store], /limit/],
    [['show', ...store], /show takes one URL/],
    [['show', '/users', ...store], /'\/users' is no whole URL/],
    [['rm', 'users', ...store], /no whole URL/],
    [['rm', '--older-than', 'soon', ...store], /delete\.olderThan/],
    [['explain', 'http://x/', '--header', 'x', ...store], /--header takes 'Name: value'/],
  ];
  for (const [args, message] of wrong) {
    const { status, out, err } = await cli(args);
    expect([args.join(' '), status, out]).toEqual([args.join(' '), 2, '']);
    expect(err).toMatch(message);
  }
  expect((await cli(['--help'])).out).toMatch(/npx axios-http-cache <command>/);
  expect(await cli([])).toMatchObject({ status: 2, out: expect.stringContaining('Commands') });
  expect((await cli(['--version'])).out).toBe('1.2.3\n');
});

test('a store that is away ends with 3, and no password is told', async () => {
  const { status, out, err } = await cli(['stats', '--store', 'redis://user:s3cr3t@127.0.0.1:1']);
  expect([status, out]).toEqual([3, '']);
  expect(err).toMatch(/redis:\/\/\*\*\*@127\.0\.0\.1:1 failed: .*ECONNREFUSED/);
  expect(out + err).not.toContain('s3cr3t');
});

test('the store may be named by the environment', async () => {
  const env = { AXIOS_HTTP_CACHE_STORE: stores.redis.url };
  expect((await cli(['ls', '--json'], { env })).out).toBe('[]\n');
});

test('T85 nothing of what is stored plays with the terminal', () => {
  expect(plain('a\u001b[31m\r\nb\u202e\u009b')).toBe('a\\u001b[31m\\u000d\\u000ab\\u202e\\u009b');
  expect([size(0), size(1_023), size(5_242_880), size(5e12)]).toEqual(['0 B', '1023 B', '5.0 MiB', '4656.6 GiB']);
  expect([0, 119, 120, 7_200, 172_800].map(duration)).toEqual(['0 s', '119 s', '2 min', '2 h', '2 d']);
});

test('the built program, as npx runs it', async () => {
  await build();
  const program = ['--unhandled-rejections=strict', 'dist/esm/cli/main.js'];
  expect((await runProgram([...program, '--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  const { code, stdout, stderr } = await runProgram([...program, 'ls', '--store', stores.redis.url, '--json']);
  expect([code, stdout, stderr]).toEqual([0, '[]\n', '']);
  expect((await runProgram([...program, 'clear', '--store', stores.redis.url])).code).toBe(2);
  expect((await runProgram([...program, 'stats', '--store', `sqlite:${file}`])).stdout).toMatch(/^store +sqlite:/);
}, 300_000);
