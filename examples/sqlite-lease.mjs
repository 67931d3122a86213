// One origin request for all processes on one file: a lease of your own, for a store that has none.
// Run it: node examples/sqlite-lease.mjs
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { KeyvSqlite } from '@keyv/sqlite';
import axios from 'axios';
import { cachePlugin } from 'axios-http-cache';

const UNCACHEABLE_MS = 10_000;
const POLL_MS = 20;

/** A lease in a table beside the entries. All processes are on one machine, so they have one clock. */
export async function sqliteLease(store) {
  await store.query(`CREATE TABLE IF NOT EXISTS leases
    (name TEXT PRIMARY KEY, token TEXT, due INTEGER, outcome TEXT, at INTEGER, fence INTEGER)`);
  const row = async (name) => (await store.query('SELECT * FROM leases WHERE name = ?', name))[0];
  const end = (name, token, outcome) =>
    store.query(
      `UPDATE leases SET token = '', due = 0, outcome = ?, at = ? WHERE name = ? AND token = ? RETURNING name`,
      ...[outcome, Date.now(), name, token],
    );

  return {
    // Whoever puts the row there first has the lease; one statement, so that nobody comes in between.
    async acquire(name, ttl) {
      const now = Date.now();
      if (ttl === 0) return { won: false, fence: now, because: 'fence', retryAfter: 0 };
      const token = randomUUID();
      const taken = await store.query(
        `INSERT INTO leases VALUES (?, ?, ?, '', 0, 0) ON CONFLICT (name) DO UPDATE SET token = excluded.token, due = excluded.due
         WHERE due <= ? AND NOT (outcome = 'uncacheable' AND at > ?) RETURNING token`,
        ...[name, token, now + ttl, now, now - UNCACHEABLE_MS],
      );
      if (taken.length > 0) return { won: true, token, fence: now };
      const { due = now, outcome } = (await row(name)) ?? {};
      if (due <= now && outcome === 'uncacheable')
        return { won: false, fence: now, because: 'uncacheable', retryAfter: 0 };
      return { won: false, fence: now, because: 'held', retryAfter: Math.max(due - now, 1) };
    },

    async renew(name, token, ttl) {
      const sql = 'UPDATE leases SET due = ? WHERE name = ? AND token = ? RETURNING name';
      return (await store.query(sql, Date.now() + ttl, name, token)).length > 0;
    },

    async commit(name, token, result) {
      const refused = { kind: 'refused' };
      if (result.outcome !== 'stored' && token === '') return refused;
      if (result.outcome !== 'stored')
        return (await end(name, token, result.outcome)).length > 0 ? { kind: 'done' } : refused;
      const { entry, epoch, fencedBy, fence = Date.now() } = result;
      // Lost meanwhile, or something newer is there: what comes late is not stored.
      if (token !== '' && (await row(name))?.token !== token) return refused;
      if (((await row(fencedBy))?.fence ?? 0) > fence) return refused;
      // Of an epoch that is over: asked for before an invalidation.
      const current = await store.get(epoch.name);
      if (current === undefined && epoch.mayBegin) await store.set(epoch.name, epoch.value);
      else if (current !== epoch.value) {
        await end(name, token, 'released');
        return refused;
      }
      await store.set(entry.name, entry.value, entry.ttl);
      await store.query(
        `INSERT INTO leases VALUES (?, '', 0, 'stored', ?, ?) ON CONFLICT (name) DO UPDATE SET fence = excluded.fence`,
        ...[fencedBy, Date.now(), fence],
      );
      await end(name, token, 'stored');
      return { kind: 'done' };
    },

    async wait(name, timeout, signal) {
      for (const until = Date.now() + timeout; Date.now() < until && !signal?.aborted; await sleep(POLL_MS)) {
        const { token = '', outcome = '' } = (await row(name)) ?? {};
        if (token === '') return outcome === '' ? 'released' : outcome;
      }
      return 'timeout';
    },
  };
}

async function main() {
  const file = join(tmpdir(), `axios-http-cache-lease-${process.pid}.sqlite`);
  let asked = 0;
  const origin = createServer(async (req, res) => {
    asked += 1;
    await sleep(200);
    res.writeHead(200, { 'cache-control': 'max-age=60' }).end('the answer');
  });
  await new Promise((resolve) => origin.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${origin.address().port}/`;

  // Two caches that know nothing of each other but the file, as two processes would.
  const stores = [];
  const clients = [];
  while (clients.length < 2) {
    const store = new KeyvSqlite(`sqlite://${file}`);
    stores.push(store);
    // The first access to a file may be slow, on a busy machine above all.
    const storage = {
      lease: await sqliteLease(store),
      timeout: 2000,
      budget: 5000,
      leaseTtl: 10_000,
      waitTimeout: 10_000,
    };
    clients.push(axios.create().use(cachePlugin({ store, storage })));
  }
  const answers = await Promise.all(clients.flatMap((api) => Array.from({ length: 10 }, () => api.get(url))));
  console.log(`${answers.length} requests of two caches; the origin was asked ${asked} time(s).`);
  console.log('coalescing:', clients[0].cache.stats().coalescing);

  for (const api of clients) await api.cache.close();
  for (const store of stores) await store.disconnect();
  origin.close();
  await rm(file, { force: true });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main();
