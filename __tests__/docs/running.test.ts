/** What the documents say can be done: each of their programs compiles, runs, and prints what it says it prints. */
import { spawnSync } from 'node:child_process';
import type { RedisServer } from '../helpers/redis-server.js';
import { startRedis } from '../helpers/redis-server.js';
import { build } from '../examples/run.js';
import {
  allPrograms,
  blocksOf,
  documents,
  fileName,
  nameOf,
  problemsIn,
  programsOf,
  root,
  textOf,
  whyNotRun,
} from './programs.js';
import { failuresOf } from './running.js';

/** How many programs of a document may be left out of running; each of them says why. */
const NOT_RUN: Readonly<Record<string, number>> = {
  // A page of one's own origin, and IndexedDB: nothing of that is in Node.
  'docs/browsers.md': 2,
};

let redis: RedisServer;
/** Of all documents: to start a process for each would take longer than the programs do. */
let failures: readonly string[] = [];

beforeAll(async () => {
  [redis] = await Promise.all([startRedis(), build()]);
  failures = await failuresOf(
    allPrograms.filter((block) => whyNotRun(block) === undefined),
    redis.url,
  );
}, 300_000);

afterAll(async () => {
  await redis.stop();
});

test('all programs compile, and one with an option that does not exist does not', () => {
  expect(allPrograms.length).toBeGreaterThan(30);
  const code = `import axios from 'axios';\nimport 'axios-http-cache';\nawait axios.get('/', { cache: { expireAftr: 1 } });\n`;
  const wrong = { language: 'ts', info: '', code, document: 'wrong.md', line: 0 };
  expect(problemsIn([...allPrograms, wrong], 'sources')).toEqual([
    expect.stringMatching(/^wrong-md\.0\.ts line 3: .*'expireAftr'/),
  ]);
}, 180_000);

const withPrograms = documents.filter((document) => programsOf(textOf(document), document).length > 0);

test.each(withPrograms)('the programs of %s run', (document) => {
  expect(failures.filter((failure) => failure.startsWith(`${fileName(document)}.`))).toEqual([]);
});

const commands = documents
  .flatMap((document) => blocksOf(textOf(document), document))
  .filter(({ language, code }) => language === 'sh' && code.includes('npx axios-http-cache'))
  .map((block) => [nameOf(block), block.code] as const);

test.each(commands)(
  'the commands of %s do what they say',
  (_, code) => {
    const script = code
      .replaceAll('redis://localhost:6379', redis.url)
      .replaceAll('npx axios-http-cache', `"${process.execPath}" dist/esm/cli/main.js`);
    const { status, stderr } = spawnSync('sh', ['-e', '-c', script], { cwd: root, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  },
  60_000,
);

test('few programs are not run, and each of them says why', () => {
  const left = allPrograms.filter((block) => whyNotRun(block) !== undefined);
  for (const block of left) process.stdout.write(`not run: ${nameOf(block)}: ${whyNotRun(block) ?? ''}\n`);
  const counts = Object.fromEntries(documents.map((document) => [document, 0]));
  for (const { document } of left) counts[document] = (counts[document] ?? 0) + 1;
  expect(Object.entries(counts).filter(([document, count]) => count > (NOT_RUN[document] ?? 0))).toEqual([]);
  // A block is run, or says why not: there is no third way to be marked.
  expect(allPrograms.filter((block) => block.info !== '' && whyNotRun(block) === undefined).map(nameOf)).toEqual([]);
});

test('blocks are read with what stands behind their language', () => {
  const text = '```ts no-run: it needs a page\none\n```\n\nText.\n\n```js\ntwo\n```\n';
  expect(blocksOf(text, 'x.md')).toEqual([
    { language: 'ts', info: 'no-run: it needs a page', code: 'one\n', document: 'x.md', line: 1 },
    { language: 'js', info: '', code: 'two\n', document: 'x.md', line: 7 },
  ]);
});

describe('a program is seen to fail', () => {
  const failing: readonly (readonly [string, string, string])[] = [
    ['that throws', `throw new Error('wrong');`, 'wrong'],
    ['that prints something else', `console.log('miss'); // → hit`, 'says it prints hit, and prints miss'],
    ['that rejects where nobody looks', `void Promise.reject(new Error('late'));`, 'late'],
    ['that is not there', `await import('axios-http-cache/nothing');`, 'ERR_PACKAGE_PATH_NOT_EXPORTED'],
  ];

  test('whatever goes wrong', async () => {
    const text = failing.map(([title, code]) => `A program ${title}:\n\n\`\`\`ts\n${code}\n\`\`\`\n`).join('\n');
    expect(await failuresOf(blocksOf(text), redis.url)).toEqual(
      failing.map(([, , message]) => expect.stringContaining(message)),
    );
  }, 120_000);
});
