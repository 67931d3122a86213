/** Leases, fences and epochs as they are kept in a real Redis: by scripts, by plain commands, and in a cluster. */
import { setTimeout as sleep } from 'node:timers/promises';
import KeyvRedis, { createClient } from '@keyv/redis';
import type { Fenced, LeaseClaim, StoredResult } from '../../lib/storage/lease.js';
import { redisFenced } from '../../lib/storage/redis-lease.js';
import { CHANNEL, createSignals } from '../../lib/storage/redis-signals.js';
import { subscribe } from '../../lib/storage/redis-subscriber.js';
import { startRedis } from '../helpers/redis-server.js';
import type { RedisServer } from '../helpers/redis-server.js';

jest.setTimeout(40_000);

interface Party {
  readonly fenced: Fenced;
  end(): void;
}

let server: RedisServer;
const parties: Party[] = [];
let number = 0;

beforeAll(async () => {
  server = await startRedis();
  const admin = await connected(server.url);
  await admin.sendCommand(['ACL', 'SETUSER', 'plain', 'on', '>pw', '~*', '&*', '+@all', '-@scripting', '-publish']);
  admin.destroy();
});
afterEach(() => {
  for (const party of parties.splice(0)) party.end();
});
afterAll(() => server.stop());

async function connected(url: string) {
  const client = createClient({ url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function aParty(user = ''): Promise<Party> {
  const client = await connected(server.url.replace('//', `//${user === '' ? '' : `${user}:pw@`}`));
  const adapter = new KeyvRedis(client);
  const signals = createSignals((channel, hear, gone) => subscribe(adapter, channel, hear, gone));
  const fenced = redisFenced((operation) => operation(client), signals);
  const party = {
    fenced,
    end: () => {
      signals.close();
      client.destroy();
    },
  };
  parties.push(party);
  return party;
}

const won = (claim: LeaseClaim): Extract<LeaseClaim, { won: true }> => {
  if (!claim.won) throw new Error(`not won: ${claim.because}`);
  return claim;
};

function names(): { lease: string; entry: string; epoch: string } {
  number += 1;
  const tag = `ns:v1:{${String(number)}}`;
  return { lease: `lease:${tag}d`, entry: `${tag}d`, epoch: `${tag}epoch` };
}

type Names = ReturnType<typeof names>;

function result(
  of: Names,
  value: string,
  fence: number | undefined,
  epoch = '{"epoch":"n1"}',
  mayBegin = true,
): StoredResult {
  return {
    outcome: 'stored',
    fence,
    fencedBy: of.lease,
    entry: { name: of.entry, value, ttl: 60_000 },
    epoch: { name: of.epoch, value: epoch, mayBegin },
  };
}

async function valueOf(name: string): Promise<string | null> {
  const client = await connected(server.url);
  const value = await client.get(name);
  client.destroy();
  return value;
}

describe.each([
  ['by scripts', ''],
  ['by plain commands', 'plain'],
])('a lease %s', (_title, user) => {
  test('one of many wins; the others are told when it is over', async () => {
    const of = names();
    const all = await Promise.all(Array.from({ length: 5 }, () => aParty(user)));
    const claims = await Promise.all(all.map(({ fenced }) => fenced.lease.acquire(of.lease, 2_000, { wait: true })));
    expect(claims.filter((claim) => claim.won)).toHaveLength(1);
    const at = claims.findIndex((claim) => claim.won);
    const winner = won(claims[at]!);
    for (const claim of claims) if (!claim.won) expect(claim).toMatchObject({ because: 'held' });
    const waiting = all.filter((_, other) => other !== at).map(({ fenced }) => fenced.lease.wait(of.lease, 5_000));
    await sleep(100);
    expect(await all[at]!.fenced.lease.commit(of.lease, winner.token, result(of, 'x', winner.fence))).toEqual({
      kind: 'done',
    });
    for (const news of await Promise.all(waiting)) expect(['stored', 'released']).toContain(news);
    expect(await valueOf(of.entry)).toBe('x');
  });

  test('it is over by itself, unless it is renewed', async () => {
    const of = names();
    const [one, two] = [await aParty(user), await aParty(user)];
    const { token } = won(await one.fenced.lease.acquire(of.lease, 300));
    await sleep(200);
    expect(await one.fenced.lease.renew(of.lease, token, 600)).toBe(true);
    await sleep(250);
    expect((await two.fenced.lease.acquire(of.lease, 300)).won).toBe(false);
    await sleep(500);
    const next = won(await two.fenced.lease.acquire(of.lease, 2_000));
    expect(next.token).not.toBe(token);
    expect(await one.fenced.lease.renew(of.lease, token, 600)).toBe(false);
  });

  test('who has lost it stores nothing, whatever the other is doing', async () => {
    const of = names();
    const [one, two] = [await aParty(user), await aParty(user)];
    const late = won(await one.fenced.lease.acquire(of.lease, 100));
    await sleep(300);
    const next = won(await two.fenced.lease.acquire(of.lease, 2_000));
    expect(await one.fenced.lease.commit(of.lease, late.token, result(of, 'late', late.fence))).toEqual({
      kind: 'refused',
    });
    expect(await two.fenced.lease.commit(of.lease, next.token, result(of, 'next', next.fence))).toEqual({
      kind: 'done',
    });
    expect(await one.fenced.lease.commit(of.lease, late.token, result(of, 'late', late.fence))).toEqual({
      kind: 'refused',
    });
    expect(await valueOf(of.entry)).toBe('next');
  });

  test('uncacheable: for a while nobody is made to wait', async () => {
    const of = names();
    const [one, two] = [await aParty(user), await aParty(user)];
    const { token } = won(await one.fenced.lease.acquire(of.lease, 2_000));
    // Somebody was made to wait.
    await two.fenced.lease.acquire(of.lease, 2_000, { wait: true });
    await one.fenced.lease.commit(of.lease, token, { outcome: 'uncacheable' });
    expect(await two.fenced.lease.acquire(of.lease, 2_000)).toMatchObject({ won: false, because: 'uncacheable' });
  });

  test('let go, or failed: the next one wins at once', async () => {
    const of = names();
    const party = await aParty(user);
    for (const outcome of ['released', 'error'] as const) {
      const { token } = won(await party.fenced.lease.acquire(of.lease, 2_000));
      expect(await party.fenced.lease.commit(of.lease, token, { outcome })).toEqual({ kind: 'done' });
    }
    won(await party.fenced.lease.acquire(of.lease, 2_000));
  });

  test('an entry of an epoch that is over is not stored; nor is one whose epoch is lost', async () => {
    const of = names();
    const { fenced } = await aParty(user);
    const commit = (value: string, epoch: string, mayBegin = true) =>
      fenced.lease.commit(of.lease, '', result(of, value, undefined, epoch, mayBegin));
    expect(await commit('first', '{"epoch":"n1"}')).toEqual({ kind: 'done' });
    expect(await fenced.raise({ name: of.epoch, value: '{"epoch":"r2"}' }, [of.entry])).toBe(true);
    expect(await valueOf(of.entry)).toBeNull();
    expect(await commit('late', '{"epoch":"n1"}')).toEqual({ kind: 'refused' });
    expect(await valueOf(of.entry)).toBeNull();
    expect(await commit('new', '{"epoch":"r2"}', false)).toEqual({ kind: 'done' });
    const client = await connected(server.url);
    await client.del(of.epoch);
    client.destroy();
    expect((await commit('orphan', '{"epoch":"r2"}', false)).kind).toBe('refused');
    expect(await valueOf(of.entry)).toBe('new');
  });

  test('two that begin the first epoch of a URL agree on one', async () => {
    const of = names();
    const { fenced } = await aParty(user);
    expect((await fenced.lease.commit(of.lease, '', result(of, 'a', undefined, '{"epoch":"n1"}'))).kind).toBe('done');
    const other = await fenced.lease.commit(of.lease, '', result(of, 'b', undefined, '{"epoch":"n2"}'));
    expect(other).toEqual({ kind: 'again', epoch: '{"epoch":"n1"}' });
  });

  test('an epoch lives as long as what lies under it', async () => {
    const of = names();
    const { fenced } = await aParty(user);
    const client = await connected(server.url);
    const put = (ttl: number | undefined) =>
      fenced.lease.commit(of.lease, '', { ...result(of, 'x', undefined), entry: { name: of.entry, value: 'x', ttl } });
    await put(1_000);
    expect(await client.pTTL(of.epoch)).toBeGreaterThan(3_000_000);
    await put(86_400_000);
    expect(await client.pTTL(of.epoch)).toBeGreaterThan(86_000_000);
    await put(2_000);
    await fenced.raise({ name: of.epoch, value: '{"epoch":"r"}' }, []);
    expect(await client.pTTL(of.epoch)).toBeGreaterThan(86_000_000);
    await client.del(of.epoch);
    await put(undefined);
    const left = await client.pTTL(of.epoch);
    expect(left === -1 || left > 1e12).toBe(true);
    client.destroy();
  });
});

describe('what only scripts can do', () => {
  test('what was asked for later is not replaced by what was asked for earlier', async () => {
    const of = names();
    const { fenced } = await aParty();
    const early = await fenced.lease.acquire(of.lease, 0);
    const later = await fenced.lease.acquire(of.lease, 0);
    expect(early).toMatchObject({ won: false, because: 'fence' });
    expect(later.fence).toBeGreaterThan(early.fence);
    expect((await fenced.lease.commit(of.lease, '', result(of, 'later', later.fence))).kind).toBe('done');
    expect((await fenced.lease.commit(of.lease, '', result(of, 'early', early.fence))).kind).toBe('refused');
    expect(await valueOf(of.entry)).toBe('later');
  });

  test('what was removed is not brought back by whoever asked before', async () => {
    const of = names();
    const { fenced } = await aParty();
    const holder = won(await fenced.lease.acquire(of.lease, 2_000));
    const early = await fenced.lease.acquire(of.lease, 0);
    await fenced.lease.commit(of.lease, '', result(of, 'stored', undefined));
    expect(await fenced.remove(of.entry, of.lease, `${of.lease} of the URL`)).toBe(true);
    expect(await fenced.remove(of.entry, of.lease, `${of.lease} of the URL`)).toBe(false);
    expect((await fenced.lease.commit(of.lease, '', result(of, 'early', early.fence))).kind).toBe('refused');
    expect((await fenced.lease.commit(of.lease, holder.token, result(of, 'held', holder.fence))).kind).toBe('refused');
    expect(await valueOf(of.entry)).toBeNull();
  });

  test('nothing is left of a lease that nobody needs any more', async () => {
    const of = names();
    const { fenced } = await aParty();
    const holder = won(await fenced.lease.acquire(of.lease, 2_000, { watch: [of.entry] }));
    expect(holder.present).toBe(0);
    const early = await fenced.lease.acquire(of.lease, 0);
    await fenced.lease.commit(of.lease, holder.token, result(of, 'x', holder.fence));
    // Whoever still asks could come late.
    expect(await valueOf(of.lease)).not.toBeNull();
    await fenced.lease.commit(of.lease, '', result(of, 'y', early.fence));
    expect([await valueOf(of.lease), await valueOf(of.entry)]).toEqual([null, 'y']);
    for (const outcome of ['uncacheable', 'error', 'released'] as const) {
      const { token, present } = won(await fenced.lease.acquire(of.lease, 2_000, { watch: [of.entry] }));
      expect(present).toBe(1);
      await fenced.lease.commit(of.lease, token, { outcome });
      expect(await valueOf(of.lease)).toBeNull();
    }
    await fenced.lease.acquire(of.lease, 0);
    await fenced.lease.commit(of.lease, '', { outcome: 'released' });
    expect(await valueOf(of.lease)).toBeNull();
  });

  test('whoever asked long ago, without a lease, stores nothing', async () => {
    const of = names();
    const { fenced } = await aParty();
    const { fence } = await fenced.lease.acquire(of.lease, 0);
    const ancient = await fenced.lease.commit(of.lease, '', result(of, 'ancient', fence - 61_000_000));
    expect(ancient.kind).toBe('refused');
  });

  test('after an error nobody wins for as long as a refresh pauses', async () => {
    const of = names();
    const { fenced } = await aParty();
    const { token } = won(await fenced.lease.acquire(of.lease, 2_000));
    await fenced.lease.commit(of.lease, token, { outcome: 'error', pause: 5_000 });
    expect(await fenced.lease.acquire(of.lease, 2_000, { pause: 5_000 })).toMatchObject({ because: 'error' });
    won(await fenced.lease.acquire(of.lease, 2_000));
  });

  test('nothing that lies where a lease should can block it, or end the process', async () => {
    const { fenced } = await aParty();
    const client = await connected(server.url);
    const micros = Date.now() * 1_000;
    const odd = [
      'junk',
      '',
      'x'.repeat(5_000),
      `t ${String(micros + 1e12)} 0 - 0 0`,
      `t 0 ${String(micros + 1e12)} stored 0 0`,
      `t ${'9'.repeat(40)} 0 - 0 0`,
    ];
    for (const text of odd) {
      const of = names();
      await client.set(of.lease, text);
      const { token, fence } = won(await fenced.lease.acquire(of.lease, 2_000));
      expect((await fenced.lease.commit(of.lease, token, result(of, 'x', fence))).kind).toBe('done');
    }
    const of = names();
    await client.lPush(of.lease, 'a');
    await client.lPush(of.epoch, 'a');
    await client.lPush(of.entry, 'a');
    const { token, fence } = won(await fenced.lease.acquire(of.lease, 2_000));
    expect((await fenced.lease.commit(of.lease, token, result(of, 'x', fence))).kind).toBe('done');
    expect(await valueOf(of.entry)).toBe('x');
    client.destroy();
  });

  test('news is told over the channel, only where somebody waits', async () => {
    const of = names();
    const heard: string[] = [];
    const listener = await connected(server.url);
    await listener.subscribe(CHANNEL, (message) => heard.push(message));
    const { fenced } = await aParty();
    for (const wait of [false, true]) {
      const { token } = won(await fenced.lease.acquire(of.lease, 2_000));
      await fenced.lease.acquire(of.lease, 2_000, { wait });
      await fenced.lease.commit(of.lease, token, { outcome: 'released' });
    }
    await sleep(100);
    expect(heard).toEqual([`released ${of.lease}`]);
    listener.destroy();
  });

  test('a server that was asleep gives no lease to somebody who has given up', async () => {
    const of = names();
    const [one, two] = [await aParty(), await aParty()];
    await one.fenced.lease.acquire(of.lease, 0, { within: 100 });
    server.pause();
    const late = one.fenced.lease.acquire(of.lease, 2_000, { within: 100 });
    await sleep(300);
    server.resume();
    expect(await late).toMatchObject({ won: false, because: 'fence' });
    won(await two.fenced.lease.acquire(of.lease, 2_000));
  });

  test('a server that has forgotten the scripts is told them again', async () => {
    const of = names();
    const { fenced } = await aParty();
    won(await fenced.lease.acquire(of.lease, 100));
    const client = await connected(server.url);
    await client.sendCommand(['SCRIPT', 'FLUSH']);
    client.destroy();
    await sleep(150);
    won(await fenced.lease.acquire(of.lease, 2_000));
  });
});
