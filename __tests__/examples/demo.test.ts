/** The demo and the examples, run as a newcomer runs them: on the built package, in processes of their own. */
import { createClient } from '@keyv/redis';
import { allPrograms, problemsIn } from '../docs/programs.js';
import { startOrigin } from '../helpers/origin.js';
import { startRedis } from '../helpers/redis-server.js';
import type { RedisServer } from '../helpers/redis-server.js';
import { build, demoRows, run } from './run.js';
import type { DemoRow, Finished } from './run.js';

let redis: RedisServer;

beforeAll(async () => {
  [redis] = await Promise.all([startRedis(), build()]);
}, 300_000);

afterAll(async () => {
  await redis.stop();
});

/** What the tour tells of each endpoint. */
const tour: readonly (readonly [title: string, rows: readonly DemoRow[]])[] = [
  [
    'max-age',
    [
      ['1st', 'miss', 'uri-miss', 1],
      ['2nd', 'hit', 'fresh', 1],
      ['3rd', 'hit', 'fresh', 1],
    ],
  ],
  [
    'ETag',
    [
      ['1st', 'miss', 'uri-miss', 1],
      ['2nd', 'revalidated', 'request', 2],
      ['3rd', 'miss', 'request', 3],
      ['4th', 'revalidated', 'request', 4],
    ],
  ],
  [
    'Last-Modified only',
    [
      ['1st', 'miss', 'uri-miss', 1],
      ['2nd', 'hit', 'fresh', 1],
    ],
  ],
  [
    'stale-while-revalidate',
    [
      ['1st', 'miss', 'uri-miss', 1],
      ['2nd', 'stale', 'stale-while-revalidate', 1],
      ['3rd', 'hit', 'fresh', 2],
    ],
  ],
  [
    'stale-if-error',
    [
      ['1st', 'miss', 'uri-miss', 1],
      ['2nd', 'stale', 'stale-if-error', 2],
      ['3rd', 'stale', 'stale-if-error', 2],
      ['4th', 'stale', 'stale-if-error', 2],
      ['5th', 'hit', 'fresh', 3],
    ],
  ],
  [
    'Vary',
    [
      ['de', 'miss', 'uri-miss', 1],
      ['en', 'miss', 'vary-miss', 2],
      ['de', 'hit', 'fresh', 2],
      ['en', 'hit', 'fresh', 2],
    ],
  ],
  [
    'private, two users',
    [
      ['ada', 'miss', 'uri-miss', 1],
      ['bob', 'miss', 'uri-miss', 2],
      ['ada', 'hit', 'fresh', 2],
      ['bob', 'hit', 'fresh', 2],
    ],
  ],
  [
    'no-store',
    [
      ['1st', 'miss', 'uri-miss', 1],
      ['2nd', 'miss', 'uri-miss', 2],
    ],
  ],
  [
    'slow, 20 callers at once',
    [
      ['1st', 'miss', 'uri-miss', 1],
      ['+ 19', 'miss', 'uri-miss', 1],
      ['21st', 'hit', 'fresh', 1],
    ],
  ],
  [
    'POST invalidates',
    [
      ['GET', 'miss', 'uri-miss', 1],
      ['GET', 'hit', 'fresh', 1],
      ['POST', 'bypass', 'method', 2],
      ['GET', 'miss', 'uri-miss', 3],
      ['GET', 'hit', 'fresh', 3],
    ],
  ],
  [
    'redirect',
    [
      ['1st', 'miss', 'uri-miss', 2],
      ['2nd', 'hit', 'fresh', 2],
    ],
  ],
  [
    'gzip',
    [
      ['1st', 'miss', 'uri-miss', 1],
      ['2nd', 'hit', 'fresh', 1],
    ],
  ],
  [
    'an origin that says nothing',
    [
      ['1st', 'miss', 'uri-miss', 1],
      ['2nd', 'miss', 'uri-miss', 2],
      ['3rd', 'miss', 'uri-miss', 3],
      ['4th', 'hit', 'fresh', 3],
    ],
  ],
];

/** A cache that services share stores nothing that is private. */
const overRedis = tour.map(([title, rows]): (typeof tour)[number] => [
  title,
  title === 'private, two users' ? rows.map(([label], at) => [label, 'miss', 'uri-miss', at + 1]) : rows,
]);

const escape = '\u001b';

describe('npm run demo', () => {
  let inMemory: Finished;
  let inRedis: Finished;

  beforeAll(async () => {
    [inMemory, inRedis] = await Promise.all([
      run(['examples/demo.mjs']),
      run(['examples/demo.mjs', '--redis', redis.url, '--explain']),
    ]);
  }, 120_000);

  test('ends well, and says nothing on stderr', () => {
    expect(inMemory).toMatchObject({ code: 0, stderr: '' });
    expect(inRedis).toMatchObject({ code: 0, stderr: '' });
  });

  test.each(tour)('%s: statuses, reasons and what the origin was asked', (title, rows) => {
    expect(demoRows(inMemory.stdout, title)).toEqual(rows);
  });

  test.each(overRedis)('%s: the same over Redis', (title, rows) => {
    expect(demoRows(inRedis.stdout, title)).toEqual(rows);
  });

  test('tells no other stories than these', () => {
    expect(demoRows(inMemory.stdout)).toEqual(tour.flatMap(([, rows]) => rows));
  });

  test('sums up what was saved', () => {
    expect(inMemory.stdout).toMatch(/^ {2}in all +61 +63 +27 +57 % +\d\.\d s$/m);
    expect(inMemory.stdout).toContain('15 hit · 4 stale · 2 revalidated · 39 miss · 1 bypass');
  });

  test('fits into 100 columns, without colours where there is no terminal', () => {
    for (const { stdout } of [inMemory, inRedis]) {
      expect(stdout.split('\n').filter((line) => Array.from(line).length > 100)).toEqual([]);
      expect(stdout).not.toContain(escape);
    }
  });

  test('--explain tells the rule of each response', () => {
    expect(inRedis.stdout).toContain('RFC 5861 §3');
    expect(inMemory.stdout).not.toContain('RFC 5861');
  });

  test('leaves nothing in Redis', async () => {
    const client = createClient({ url: redis.url });
    await client.connect();
    const names = await client.keys('axios-http-cache-demo*');
    client.destroy();
    expect(names).toEqual([]);
  });
});

describe('npm run demo -- --url', () => {
  test('three GETs and a refresh: what the origin says, and how often it was asked', async () => {
    const origin = await startOrigin((req, res) => {
      res.setHeader('etag', '"1"').setHeader('cache-control', 'max-age=60');
      if (req.headers['if-none-match'] === '"1"') res.writeHead(304).end();
      else res.end('hello');
    });
    const { code, stdout } = await run(['examples/demo.mjs', '--url', `${origin.url}/any`]);
    await origin.close();
    expect(code).toBe(0);
    expect(demoRows(stdout)).toEqual([
      ['1st', 'miss', 'uri-miss', 1],
      ['2nd', 'hit', 'fresh', 1],
      ['3rd', 'hit', 'fresh', 1],
      ['4th', 'revalidated', 'request', 2],
    ]);
    expect(stdout).toContain('cache-control: max-age=60');
    expect(stdout).toContain('4 requests, 2 of 4 at the origin: 50 % saved');
    expect(origin.hits).toBe(2);
  });

  test('over a Redis, the next run finds what the last one stored', async () => {
    const origin = await startOrigin({ '/any': { headers: { 'cache-control': 'max-age=60' }, body: 'hello' } });
    const args = ['examples/demo.mjs', '--redis', redis.url, '--url', `${origin.url}/any`];
    await run(args);
    const { stdout } = await run(args);
    await origin.close();
    expect(demoRows(stdout)[0]).toEqual(['1st', 'hit', 'fresh', 0]);
  });

  test('where nobody answers: a sentence, and the exit code of a failure', async () => {
    const { code, stderr } = await run(['examples/demo.mjs', '--url', 'http://127.0.0.1:1/']);
    expect(code).toBe(1);
    expect(stderr).toBe('\nThe request failed: connect ECONNREFUSED 127.0.0.1:1\n');
  });

  test('an error is an answer too', async () => {
    const origin = await startOrigin();
    const { code, stdout } = await run(['examples/demo.mjs', '--url', `${origin.url}/no-such-path`]);
    await origin.close();
    expect(code).toBe(0);
    expect(stdout).toContain('404');
  });
});

describe('the command line of the demo', () => {
  test.each([
    ['an unknown flag', ['--nope'], "Unknown option '--nope'"],
    ['an argument', ['nope'], "Unexpected argument 'nope'"],
    ['a flag without its value', ['--url'], '--url'],
    ['a URL that is none', ['--url', 'nope'], 'an http(s) URL'],
    ['a Redis that is none', ['--redis', 'http://localhost'], 'redis://'],
  ])('%s: a sentence and the usage', async (_name, args, expected) => {
    const { code, stdout, stderr } = await run(['examples/demo.mjs', ...args]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(expected);
    expect(stderr).toContain('Usage: npm run demo');
  });

  test('--help prints the usage', async () => {
    const { code, stdout } = await run(['examples/demo.mjs', '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: /);
  });

  test('a Redis that is away is no reason to fail', async () => {
    const origin = await startOrigin({ '/any': { headers: { 'cache-control': 'max-age=60' }, body: 'hello' } });
    const { code, stdout } = await run([
      'examples/demo.mjs',
      '--redis',
      'redis://127.0.0.1:1',
      '--url',
      `${origin.url}/any`,
    ]);
    await origin.close();
    expect(code).toBe(0);
    expect(demoRows(stdout).map(([, status]) => status)).toEqual(['miss', 'miss', 'miss', 'miss']);
    expect(stdout).toContain('the store does not answer');
  });
});

describe('the examples', () => {
  test('quickstart.mjs', async () => {
    const { code, stdout, stderr } = await run(['examples/quickstart.mjs']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/first: +miss .*answer: 1 /);
    expect(stdout).toMatch(/second: +hit .*answer: 1 /);
    expect(stdout).toContain('asked 1 time(s)');
    expect(stdout).toContain('RFC 9111 §4.2');
    expect(stdout).toMatch(/^axios-http-cache; hit; ttl=(59|60)/m);
    expect(stdout).toMatch(/third: +miss .*answer: 2 /);
    expect(stdout).toContain('removed: 1');
    expect(stdout).toMatch(/fourth: +miss .*answer: 3 /);
  });

  test('per-user.mjs: nobody gets what is for somebody else', async () => {
    const { code, stdout, stderr } = await run(['examples/per-user.mjs']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n').map((line) => line.replace(/ +/g, ' '))).toEqual([
      'ada /me miss {"name":"Ada"}',
      'bob /me miss {"name":"Bob"}',
      'ada /me hit {"name":"Ada"}',
      'bob /me hit {"name":"Bob"}',
      'ada /news miss {"headline":"The same for all"}',
      'bob /news hit {"headline":"The same for all"}',
      'The origin was asked 2 times for /me and 1 time(s) for /news.',
      '',
    ]);
  });

  test.each([
    ['a Redis that is given', (): string[] => [redis.url]],
    ['a Redis of its own', (): string[] => []],
  ])('redis-shared.mjs over %s: three processes, one origin request', async (_, args) => {
    const { code, stdout, stderr } = await run(['examples/redis-shared.mjs', ...args()]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const services = [...stdout.matchAll(/^service (\d+): (\w+), price (\d+)$/gm)];
    expect(services.map(([, , status, price]) => `${status!} ${price!}`).sort()).toEqual([
      'hit 101',
      'hit 101',
      'miss 101',
    ]);
    expect(new Set(services.map(([, pid]) => pid)).size).toBe(3);
    expect(stdout).toContain('The origin was asked 1 time(s).');
  });

  test('redis-shared.mjs without a Redis says so', async () => {
    const { code, stderr } = await run(['examples/redis-shared.mjs', 'redis://127.0.0.1:1']);
    expect(code).toBe(1);
    expect(stderr).toContain('No Redis at redis://127.0.0.1:1');
  });
});

// Declarations can lose what the sources say: a bare import that only types need, for one.
test('the programs in the documents compile against what is built, as they do for users', () => {
  expect(allPrograms.length).toBeGreaterThan(30);
  expect(problemsIn(allPrograms, 'dist')).toEqual([]);
}, 180_000);
