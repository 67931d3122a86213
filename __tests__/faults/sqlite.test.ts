/** The fault matrix for a file of SQLite: locked, overwritten, full, gone, and a process that is killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { lookup } from 'node:dns/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KeyvSqlite } from '@keyv/sqlite';
import { Keyv } from 'keyv';
import { fresh, times, until, useBench } from '../exchange/bench.js';
import { compileLibrary } from '../plugin/child.js';
import type { Compiled } from '../plugin/child.js';
import { PATIENT, until as within } from '../storage/fixtures.js';
import { aFolder } from '../storage/embedded.js';
import type { Folder } from '../storage/embedded.js';

jest.setTimeout(90_000);

const bench = useBench('http');
let folder: Folder;
let file: string;
let adapter: KeyvSqlite;

beforeEach(async () => {
  folder = await aFolder();
  file = folder.file('cache.sqlite');
  adapter = new KeyvSqlite(`sqlite://${file}`);
  bench.origin.reply('/a', { headers: fresh(), body: 'a' });
});
afterEach(async () => {
  await adapter.disconnect().catch(() => undefined);
  await folder.remove();
});

// Patient, where it is not about time: the machine may be busy with others.
const client = () => bench.client({ store: adapter, storage: PATIENT });
type Api = ReturnType<typeof client>;
const milliseconds = async (action: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  await action();
  return performance.now() - startedAt;
};
const warmUp = (api: Api): Promise<void> => until(async () => (await api.get('/a')).cache.status === 'hit');

/** Requests at once and one after the other: all succeed, none waits much longer than without a cache. */
async function requestsSucceed(api: Api): Promise<void> {
  const plain = bench.plain();
  const succeed = async (from: { get(url: string): Promise<{ data: unknown }> }, rounds: number, each: number) => {
    for (let round = 0; round < rounds; round += 1) {
      const answers = await Promise.all(times(each, () => from.get('/a')));
      expect(answers.every(({ data }) => data === 'a')).toBe(true);
    }
  };
  const usual = await milliseconds(() => succeed(plain, 1, 50));
  expect(await milliseconds(() => succeed(api, 1, 50))).toBeLessThan(usual + 750);
  await succeed(api, 3, 1);
  const usualLater = await milliseconds(() => succeed(plain, 20, 1));
  expect(await milliseconds(() => succeed(api, 20, 1))).toBeLessThan(usualLater + 750);
}

function degraded(breaker: 'read' | 'write'): readonly { cause?: unknown }[] {
  return bench.events.filter((event) => event.type === 'degraded' && event.breaker === breaker);
}

/** Another process that locks the file against everybody, for as long as it is not told otherwise. */
async function lockedElsewhere(): Promise<() => Promise<void>> {
  const script = `
    const { Database } = require(${JSON.stringify(join(__dirname, '..', '..', 'node_modules', 'sqlite3'))});
    new Database(${JSON.stringify(file)}).exec('BEGIN EXCLUSIVE', () => console.log('locked'));
    setTimeout(() => {}, 60_000);`;
  const other = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(other.stdout, 'data');
  return async () => {
    other.kill('SIGKILL');
    await once(other, 'exit');
  };
}

test.each([
  ['the adapter', () => adapter],
  ['a Keyv over it', () => new Keyv({ store: adapter })],
])('locked by another process: requests go on, nothing else is held up, and hits come back: %s', async (_, store) => {
  const api = bench.client({ store: store() });
  await warmUp(api);
  const unlock = await lockedElsewhere();
  try {
    await requestsSucceed(api);
    // Name resolution shares its threads with the database.
    expect(await milliseconds(() => lookup('localhost'))).toBeLessThan(500);
    await sleep(4_000);
    await requestsSucceed(api);
    expect(degraded('read')).toHaveLength(1);
    expect(bench.heard('recovered')).toBe(0);
  } finally {
    await unlock();
  }
  expect(await milliseconds(() => warmUp(api))).toBeLessThan(7_500);
  expect(bench.heard('recovered')).toBeGreaterThanOrEqual(1);
});

test('overwritten with garbage: requests go on, and one event says what it is', async () => {
  const api = client();
  await warmUp(api);
  await writeFile(file, Buffer.alloc(100_000, 'garbage'));
  await requestsSucceed(api);
  await until(() => degraded('read').length === 1);
  expect(degraded('read')[0]?.cause).toMatchObject({ code: 'SQLITE_NOTADB' });
});

test('garbage from the start: the same', async () => {
  await adapter.query('SELECT 1');
  await writeFile(file, Buffer.alloc(100_000, 'garbage'));
  const store = new KeyvSqlite(`sqlite://${file}`);
  const api = bench.client({ store, storage: PATIENT });
  await requestsSucceed(api);
  expect(degraded('read')[0]?.cause).toMatchObject({ code: 'SQLITE_NOTADB' });
});

test('full: what is there is served, what does not fit is not stored, and removals work', async () => {
  const api = client();
  await warmUp(api);
  bench.origin.reply('/large', { headers: fresh(), body: 'x'.repeat(200_000) });
  const [pages] = (await adapter.query('PRAGMA page_count')) as { page_count: number }[];
  await adapter.query(`PRAGMA max_page_count = ${String(pages?.page_count)}`);
  let n = 0;
  await until(async () => {
    expect((await api.get(`/large?${String((n += 1))}`)).data).toHaveLength(200_000);
    return degraded('write').length === 1;
  });
  expect(degraded('write')[0]?.cause).toMatchObject({ code: 'SQLITE_FULL' });
  expect((await api.get('/a')).cache.status).toBe('hit');
  expect(await api.cache.delete({ urls: ['/a'] })).toBe(1);
  expect((await api.get('/a')).cache.status).toBe('miss');
  await adapter.query('PRAGMA max_page_count = 1000000');
  await until(async () => (await api.get('/large')).cache.status === 'hit');
  expect(degraded('read')).toEqual([]);
});

test('its folder is removed while it is open: requests go on, and one event says that nothing is stored', async () => {
  const api = client();
  await warmUp(api);
  await folder.remove();
  await requestsSucceed(api);
  let n = 0;
  await until(async () => {
    expect((await api.get(`/a?${String((n += 1))}`)).data).toBe('a');
    return degraded('write').length === 1;
  });
});

describe('processes', () => {
  let library: Compiled;
  beforeAll(async () => {
    library = await compileLibrary();
  });
  afterAll(() => library.remove());

  test('no folder from the start: the process lives, and requests go on', async () => {
    const child = await library.start(`sqlite://${folder.file('no/such/folder/cache.sqlite')}`);
    await sleep(200);
    for (let n = 0; n < 5; n += 1)
      expect(await child.request({ url: `${bench.origin.url}/a` })).toMatchObject({ data: 'a' });
  });

  test('killed while it writes: nothing that was written is missing, and the next process answers from it', async () => {
    bench.origin.reply('/k', (req, res) => res.writeHead(200, fresh()).end(String(req.url).repeat(200)));
    const doomed = await library.start(`sqlite://${file}`);
    const written: string[] = [];
    let isOver = false;
    let dropped = 0;
    const write = async (from: number): Promise<void> => {
      for (let n = from; ; n += 25) {
        const urls = times(25, (at) => `${bench.origin.url}/k?${String(n + at)}`);
        const answers = await Promise.all(urls.map((url) => doomed.request({ url })));
        if (isOver) return;
        // A disk that is busy for seconds may cost some: then nothing is known of the others that were written with them.
        const droppedBefore = dropped;
        dropped = Math.max(...answers.map((answer) => answer.dropped));
        if (dropped === droppedBefore) written.push(...urls);
      }
    };
    void write(0).catch(() => undefined);
    await within(() => written.length >= 100, 40_000);
    await doomed.kill();
    isOver = true;
    const heir = await library.start(`sqlite://${file}`);
    const asked = bench.origin.hits;
    for (const url of written) {
      const { data, cache } = await heir.request({ url, cache: { onlyIfCached: true } });
      expect([cache.status, data]).toEqual(['hit', url.slice(bench.origin.url.length).repeat(200)]);
    }
    expect(bench.origin.hits).toBe(asked);
    expect(await adapter.query('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  });

  test('two processes write to one file at the same time: both serve what either stored', async () => {
    bench.origin.reply('/k', (req, res) => res.writeHead(200, fresh()).end(req.url));
    const children = await Promise.all([1, 2].map(() => library.start(`sqlite://${file}`)));
    const urlOf = (who: number, n: number): string => `${bench.origin.url}/k?${String(who)}-${String(n)}`;
    const write = async (who: number): Promise<void> => {
      for (let n = 0; n < 20; n += 1) await children[who]?.request({ url: urlOf(who, n) });
    };
    await Promise.all([write(0), write(1)]);
    let hits = 0;
    for (const [who, child] of children.entries())
      for (let n = 0; n < 20; n += 1) {
        const { data, cache } = await child.request({ url: urlOf(1 - who, n) });
        expect(data).toBe(new URL(urlOf(1 - who, n)).pathname + new URL(urlOf(1 - who, n)).search);
        if (cache.status === 'hit') hits += 1;
      }
    expect(hits).toBeGreaterThan(35);
  });
});
