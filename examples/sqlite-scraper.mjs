// A scraper that remembers between runs: its pages lie in one file, and only what has changed is fetched again.
// Run it: node examples/sqlite-scraper.mjs            (or with the path of a file of yours, which is kept)
// It needs: npm install @keyv/sqlite
//
// This file is both. Started by hand it is a site, and starts two runs of the scraper, one after the other; with the URL
// of that site as a second argument it is one of these runs.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { KeyvSqlite } from '@keyv/sqlite';
import axios from 'axios';
import { cachePlugin } from 'axios-http-cache';

const [path, siteUrl] = process.argv.slice(2);

if (siteUrl === undefined) await startRuns();
else await scrape();

/** One run: every page once, slowly where the site is asked, at once where the file knows. */
async function scrape() {
  const file = await openFile(path);
  const api = axios.create({ baseURL: siteUrl }).use(
    cachePlugin({
      store: file,
      // For pages that say nothing themselves. What does say something is obeyed.
      expireAfter: '1d',
      // So long is a page kept that has a validator: a 304 then saves the site sending it again.
      keepForValidation: 30 * 86_400,
      // If the site is down, what was there last time will do.
      staleIfError: true,
    }),
  );
  // Where the file cannot be used, requests go on without it. Here is how to hear of that.
  api.cache.on('degraded', ({ cause }) => console.warn('the file cannot be used:', cause?.message));

  // A file forgets nothing by itself: what is of no use any more leaves when entries are listed.
  console.log(`run ${process.pid}: ${await api.cache.count()} pages are in the file`);
  const pages = ['/catalogue', '/about', '/items/1', '/items/2', '/items/3'];
  for (const [at, page] of pages.entries()) {
    const { data, cache } = await api.get(page);
    console.log(`  [${at + 1}/${pages.length}] ${page.padEnd(10)}  ${cache.status.padEnd(11)}  ${data.text}`);
    if (cache.status !== 'hit') await sleep(50); // be polite: a second, for a site that is not your own
  }

  // Waits for what is still being written. The file is yours: the cache leaves it open.
  await api.cache.close();
  await file.disconnect();
}

/** A file as a store. One that SQLite cannot read is set aside, and begun anew: it is a cache, all of it can be had again. */
async function openFile(name, isNew = false) {
  const adapter = new KeyvSqlite(`sqlite://${name}`);
  try {
    // Readers and a writer, in several processes, do not wait for each other, and a write takes a fraction of the time.
    // What was written survives the death of the process; a power cut may cost the last entries, and never the file.
    await adapter.query('PRAGMA journal_mode = WAL');
    await adapter.query('PRAGMA synchronous = NORMAL');
    // It reads all of the file: leave it out where that is many gigabytes.
    const [first] = await adapter.query('PRAGMA quick_check(1)');
    if (first.quick_check === 'ok') return adapter;
  } catch (error) {
    const isDamaged = error.code === 'SQLITE_NOTADB' || error.code === 'SQLITE_CORRUPT';
    if (!isDamaged || isNew) throw error;
  }
  await adapter.disconnect().catch(() => undefined);
  // Its journals belong to it. One damaged file is kept to look into, the last one.
  for (const part of ['-wal', '-shm']) await rm(name + part, { force: true });
  await rename(name, `${name}.damaged`);
  console.warn(`the file was damaged: set aside as ${name}.damaged`);
  return openFile(name, true);
}

async function startRuns() {
  const folder = path === undefined ? await mkdtemp(join(tmpdir(), 'scraper-')) : undefined;
  const file = path ?? join(folder, 'pages.sqlite');

  // The site: a catalogue that is good for an hour, a page that says nothing, and items whose ETags change with them.
  let asked = 0;
  let sent = 0;
  const prices = { '/items/1': 10, '/items/2': 20, '/items/3': 30 };
  const site = createServer((req, res) => {
    asked += 1;
    const price = prices[req.url];
    res.setHeader('content-type', 'application/json');
    if (req.url === '/catalogue') res.setHeader('cache-control', 'max-age=3600');
    if (price !== undefined) res.setHeader('cache-control', 'no-cache').setHeader('etag', `"${price}"`);
    if (price !== undefined && req.headers['if-none-match'] === `"${price}"`) {
      res.writeHead(304).end();
      return;
    }
    sent += 1;
    res.end(JSON.stringify({ text: price === undefined ? `this is ${req.url}` : `price ${price}` }));
  });
  await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${site.address().port}`;

  for (let runs = 0; runs < 2; runs += 1) {
    [asked, sent] = [0, 0];
    const run = fork(fileURLToPath(import.meta.url), [file, url]);
    const [code] = await once(run, 'exit');
    if (code !== 0) process.exitCode = 1;
    console.log(`The site was asked ${asked} times and sent ${sent} pages.`);
    prices['/items/3'] += 5; // and a price has changed
  }

  site.close();
  site.closeAllConnections();
  if (folder !== undefined) await rm(folder, { recursive: true });
}
