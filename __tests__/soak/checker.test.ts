/** The soak's checker finds what it is there to find: each rule, with a log in which just that rule is broken. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../examples/run.js';

type Entry = Readonly<Record<string, unknown>>;

interface Verdict {
  readonly violations: readonly { readonly rule: string; readonly because: string }[];
  readonly figures: Readonly<Record<string, number>>;
}

const END: Entry = { type: 'fault', name: 'end', process: 'nobody', from: 60_000, to: 60_000 };

function answer(id: number, path: string, at: number, more: Entry = {}): Entry {
  return { type: 'answer', id, path, version: 1, status: 200, at, sentAt: at + 50, ...more };
}

function read(of: Entry, start: number, more: Entry = {}): Entry {
  const { id, path, version, language, user, status } = of;
  const body = { id, path, version, language, user };
  const who = { process: 'B', language: language ?? 'de', user: user ?? 'bob' };
  return { type: 'read', mode: 'plain', path, start, end: start + 10, status, body, ...who, ...more };
}

function changed(start: number, more: Entry = {}): Entry[] {
  const entry = { type: 'changed', process: 'A', path: '/plain/0', method: 'PUT', status: 200, version: 2 };
  return [
    { type: 'change', path: '/plain/0', version: 2, at: start + 10 },
    { ...entry, start, end: start + 20, told: true, ...more },
  ];
}

function forgotten(start: number, more: Entry = {}): Entry {
  return { type: 'forgotten', process: 'A', path: '/plain/0', start, end: start + 20, told: true, ...more };
}

const plain = answer(1, '/plain/0', 1_000);
const first = read(plain, 950, { end: 1_060 });
const swr = answer(1, '/swr/0', 1_000);
const sie = answer(1, '/sie/0', 1_000);
const failure = answer(2, '/sie/0', 8_000, { status: 503 });
const german = answer(1, '/vary/0', 1_000, { language: 'de' });
const bobs = answer(1, '/user/0', 1_000, { user: 'bob' });
const secret = answer(1, '/secret/0', 1_000);

const ALLOWED: Readonly<Record<string, readonly Entry[]>> = {
  'a fresh response': [plain, first, read(plain, 3_900)],
  'a stale one within its window': [swr, read(swr, 5_900)],
  'a stale one after an error': [sie, failure, read(sie, 8_040, { end: 8_060 }), read(sie, 9_500)],
  'a validated one': [sie, answer(2, '/sie/0', 5_000, { status: 304 }), read(sie, 5_900)],
  'an error that was shared': [failure, read(failure, 8_020, { end: 8_060 })],
  'what was invalidated, by the same process before it was acknowledged': [
    plain,
    ...changed(2_000, { process: 'B' }),
    read(plain, 2_019),
  ],
  'what another process invalidated, before that was told': [
    plain,
    ...changed(2_000, { told: false }),
    read(plain, 2_100),
    { type: 'all-told', process: 'A', at: 2_200 },
    read(answer(2, '/plain/0', 2_300, { version: 2 }), 2_250, { end: 2_400 }),
    answer(2, '/plain/0', 2_300, { version: 2 }),
  ],
  'what could not be told while Redis was disturbed': [
    { type: 'fault', name: 'stopRedis', from: 1_000, to: 40_000 },
    ...changed(2_000, { told: false }),
    { type: 'all-told', process: 'A', at: 44_000 },
  ],
};

const FORBIDDEN: readonly (readonly [rule: string, what: string, log: readonly Entry[]])[] = [
  ['answered', 'an error', [read(plain, 900, { error: 'ECONNRESET' })]],
  ['answered', 'a status that the origin never gives', [plain, read(plain, 1_100, { status: 504 })]],
  ['answered', 'a mutation that failed', changed(2_000, { error: 'ECONNRESET' })],
  ['whole', 'a cut body', [plain, read(plain, 1_100, { body: undefined })]],
  ['genuine', 'a body that nobody sent', [read(plain, 1_100)]],
  ['genuine', 'a version that the answer did not have', [plain, read({ ...plain, version: 2 }, 1_100)]],
  ['genuine', 'a body under a status of its own', [plain, read(plain, 1_100, { status: 503 })]],
  ['genuine', 'what the origin had yet to make', [plain, read(plain, 950, { end: 990 })]],
  ['key', 'the body of another resource', [plain, read(plain, 1_100, { path: '/plain/1' })]],
  ['variant', 'another language', [german, read(german, 1_100, { language: 'fr' })]],
  ['user', "another user's", [bobs, read(bobs, 1_100, { user: 'carol' })]],
  ['failure', 'an error from before', [failure, read(failure, 9_500)]],
  ['single', 'no-store from before', [secret, read(secret, 1_001)]],
  ['single', 'no-store for two', [secret, read(secret, 990, { end: 1_060 }), read(secret, 991, { end: 1_060 })]],
  ['stale', 'older than fresh', [plain, read(plain, 4_100)]],
  ['stale', 'older than its window', [swr, read(swr, 6_100)]],
  ['stale', 'for an error that was not', [sie, read(sie, 2_100)]],
  ['stale', 'for an error of long ago', [sie, failure, read(sie, 18_000)]],
  ['stale', 'older than an error allows', [sie, { ...failure, sentAt: 22_500 }, read(sie, 22_600)]],
  ['stale', 'validated too long ago', [sie, answer(2, '/sie/0', 5_000, { status: 304 }), read(sie, 6_100)]],
  [
    'invalidated',
    'by its own process, untold',
    [
      plain,
      ...changed(2_000, { process: 'B', told: false }),
      read(plain, 2_030),
      { type: 'all-told', process: 'B', at: 2_100 },
    ],
  ],
  ['invalidated', 'by another process, told', [plain, ...changed(2_000), read(plain, 2_030)]],
  [
    'invalidated',
    'by another process, told later',
    [plain, ...changed(2_000, { told: false }), { type: 'all-told', process: 'A', at: 2_200 }, read(plain, 2_210)],
  ],
  [
    'invalidated',
    'by another process, told with a later one',
    [plain, ...changed(2_000, { told: false }), forgotten(2_200, { path: '/plain/1' }), read(plain, 2_230)],
  ],
  ['invalidated', 'by a delete()', [plain, forgotten(2_000), read(plain, 2_030)]],
  [
    'invalidated',
    'asked before a delete(), answered after',
    [{ ...plain, sentAt: 2_500 }, forgotten(2_000), read(plain, 2_600)],
  ],
  ['reload', 'a stored one', [plain, read(plain, 1_100, { mode: 'reload' })]],
  ['told', 'never', changed(2_000, { told: false })],
  ['told', 'too late', [...changed(2_000, { told: false }), { type: 'all-told', process: 'A', at: 9_000 }]],
];

let folder: string;
let verdicts: readonly Verdict[];
let code: number | null;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'axios-http-cache-soak-'));
  const logs = [...Object.values(ALLOWED), ...FORBIDDEN.map(([, , log]) => log)];
  const files = logs.map((_, index) => join(folder, `${String(index)}.log`));
  for (const [index, log] of logs.entries()) {
    const text = [...log, END].map((entry) => `${JSON.stringify(entry)}\n`).join('');
    await writeFile(files[index]!, text);
  }
  const finished = await run(['bench/soak/check.mjs', ...files]);
  code = finished.code;
  if (finished.stderr !== '') throw new Error(finished.stderr);
  verdicts = finished.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Verdict);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(Object.keys(ALLOWED).map((what, index) => [what, index] as const))('%s is allowed', (_what, index) => {
  expect(verdicts[index]?.violations).toEqual([]);
});

test.each(FORBIDDEN.map(([rule, what], index) => [rule, what, index] as const))('%s: %s', (rule, _what, index) => {
  const violations = verdicts[Object.keys(ALLOWED).length + index]?.violations;
  expect(violations?.map((violation) => violation.rule)).toEqual([rule]);
});

test('violations are a failure', () => {
  expect(code).toBe(1);
});
