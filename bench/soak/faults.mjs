// What can go wrong: one fault at a time, each undone before it ends, each in the log with its beginning and end.
import { createClient } from '@keyv/redis';
import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../support/clock.mjs';

/** Every fault, and how often it is drawn. */
const FAULTS = [
  [3, killAndRestart],
  [3, stopRedis],
  [4, stopService],
  [2, killConnections],
  [3, overwrite],
  [3, evict],
  [1, empty],
  [2, slowNetwork],
  [2, deafNetwork],
  [1, cutNetwork],
  [4, failingOrigin],
];

/** Performs one fault that the random numbers choose; resolves to what the log should say of it. */
export async function performFault(parts) {
  const perform = parts.random.weighted(FAULTS);
  const from = now();
  const detail = await perform(parts).catch((error) => ({ failed: String(error) }));
  return { type: 'fault', name: perform.name, from, to: now(), ...detail };
}

async function killAndRestart({ redis, random }) {
  await redis.kill();
  await sleep(random.chance(0.5) ? 0 : random.between(0, 1_500));
  await redis.restart();
}

async function stopRedis({ redis, random }) {
  redis.pause();
  await sleep(random.between(20, 1_500));
  redis.resume();
}

/** A service that stands still: past its lease, or for a moment in which others go on. */
async function stopService({ services, random }) {
  const service = random.pick(services);
  service.signal('SIGSTOP');
  await sleep(random.chance(0.4) ? random.between(2_100, 3_000) : random.between(50, 800));
  service.signal('SIGCONT');
  return { process: service.name };
}

async function killConnections({ redis, random }) {
  const kind = random.pick(['normal', 'pubsub']);
  await withRedis(redis, (client) => client.sendCommand(['CLIENT', 'KILL', 'TYPE', kind, 'SKIPME', 'yes']));
  return { kind };
}

/** Junk of all kinds where entries, leases and epochs lie. */
async function overwrite({ redis, random }) {
  let count = 0;
  await withRedis(redis, async (client) => {
    const names = (await client.keys('axios-http-cache:*')).filter(() => random.chance(0.3));
    for (const name of names) {
      const text = await client.get(name).catch(() => null);
      const other = random.pick(names);
      const [kind, junk] = random.weighted([
        [3, ['text', 'junk']],
        [3, ['text', (text ?? '').slice(0, Math.floor((text ?? '').length * random.next()))]],
        [3, ['text', (await client.get(other).catch(() => null)) ?? '']],
        [1, ['text', 'x'.repeat(6_000_000)]],
        [1, ['list']],
      ]);
      if (kind === 'text') await client.set(name, junk, { KEEPTTL: true });
      else await client.multi().del(name).rPush(name, 'junk').expire(name, 5).exec();
      count += 1;
    }
  });
  return { count };
}

/** As a server does that has no more room: entries go, and epochs and leases as well. */
async function evict({ redis, random }) {
  let count = 0;
  await withRedis(redis, async (client) => {
    const names = (await client.keys('axios-http-cache:*')).filter(() => random.chance(0.5));
    if (names.length > 0) count = await client.del(names);
  });
  return { count };
}

async function empty({ redis }) {
  await withRedis(redis, (client) => client.flushAll());
}

async function slowNetwork({ proxy, random }) {
  proxy.network.delay = random.between(5, 250);
  const { delay } = proxy.network;
  await sleep(random.between(200, 1_500));
  proxy.network.delay = 0;
  return { delay };
}

/** What is sent arrives, and no answer comes back. */
async function deafNetwork({ proxy, random }) {
  proxy.network.isDeaf = true;
  await sleep(random.between(50, 1_500));
  // No connection goes on after something of it was lost.
  proxy.cut();
  proxy.network.isDeaf = false;
}

async function cutNetwork({ proxy }) {
  proxy.cut();
}

async function failingOrigin({ origin, random }) {
  const kinds = ['sie', ...['plain', 'swr', 'vary', 'both'].filter(() => random.chance(0.5))];
  for (const kind of kinds) origin.failing.add(kind);
  await sleep(random.between(300, 1_800));
  origin.failing.clear();
  return { kinds };
}

const LONGEST_COMMAND_MS = 3_000;

async function withRedis({ url }, use) {
  const client = createClient({ url, socket: { reconnectStrategy: false } });
  client.on('error', () => undefined);
  const timer = setTimeout(() => client.destroy(), LONGEST_COMMAND_MS);
  try {
    await client.connect();
    await use(client);
  } finally {
    clearTimeout(timer);
    if (client.isOpen) client.destroy();
  }
}
