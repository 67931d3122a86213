/**
 * What if an account may not run scripts? Then plain commands do what they can: leases by `SET NX`, and conditions that
 * are looked at before a write instead of with it.
 *
 * Between look and write lies a round trip, in which an invalidation may come. The entry is of an epoch that is over
 * then, and nobody takes it. What is possible here is that an answer replaces one that was asked for later.
 */
import { systemClock } from '../platform.js';
import { EPOCH_MS, UNCACHEABLE_MS } from './lease.js';
import type { CommitAnswer, Fenced, LeaseClaim, LeaseResult, StoredResult } from './lease.js';
import { newToken } from './redis-commands.js';
import type { RedisCommands, UseCommands } from './redis-commands.js';
import { newsIn } from './redis-signals.js';

const BEGUN = '"epoch":"n';
/** 285 years: without a command of its own for it, this is for ever. */
const FOR_EVER_MS = 9_000_000_000_000;

/** The operations under conditions, without scripts. Waiting is the same as with them. */
export function plainFenced(use: UseCommands): Omit<Fenced, 'lease'> & { lease: Omit<Fenced['lease'], 'wait'> } {
  return {
    lease: {
      acquire: (name, ttl) => use((commands) => acquire(commands, name, ttl)),
      renew: (name, token, ttl) => use((commands) => renew(commands, name, token, ttl)),
      commit: (name, token, result) => use((commands) => commit(commands, name, token, result)),
    },
    raise: (epoch, names) => use((commands) => raise(commands, epoch, names)),
    remove: (name) => use(async (commands) => (await commands.unlink(name)) > 0),
  };
}

// As the scripts write it, so that both kinds of account understand each other.
function heldBy(token: string, ttl: number): string {
  return `${token} ${(systemClock() + ttl) * 1_000} 0 - 0 0`;
}

async function holderOf(commands: RedisCommands, name: string): Promise<string | undefined> {
  const text = await commands.get(name);
  return typeof text === 'string' && newsIn(text) === undefined ? text.split(' ', 1)[0] : undefined;
}

async function acquire(commands: RedisCommands, name: string, ttl: number): Promise<LeaseClaim> {
  const fence = systemClock() * 1_000;
  if (ttl === 0) return { won: false, fence, because: 'fence', retryAfter: 0 };
  const token = newToken();
  const text = heldBy(token, ttl);
  if ((await commands.set(name, text, { PX: ttl, NX: true })) !== null) return { won: true, token, fence };
  const lying = await commands.get(name);
  const news = isOver(lying) ? 'released' : newsIn(lying);
  if (news === undefined) return { won: false, fence, because: 'held', retryAfter: ttl };
  if (news === 'uncacheable') return { won: false, fence, because: 'uncacheable', retryAfter: 0 };
  // What the last flight left behind; whoever puts the next lease in its place first has it.
  await commands.unlink(name);
  const won = (await commands.set(name, text, { PX: ttl, NX: true })) !== null;
  return won ? { won, token, fence } : { won: false, fence, because: 'held', retryAfter: ttl };
}

// Scripts leave a lease there for longer than it holds.
function isOver(text: unknown): boolean {
  const [, due = ''] = typeof text === 'string' ? text.split(' ', 2) : [];
  return Number(due) > 0 && Number(due) < systemClock() * 1_000;
}

async function renew(commands: RedisCommands, name: string, token: string, ttl: number): Promise<boolean> {
  if ((await holderOf(commands, name)) !== token) return false;
  await commands.set(name, heldBy(token, ttl), { PX: ttl });
  return true;
}

async function commit(
  commands: RedisCommands,
  name: string,
  token: string,
  result: LeaseResult,
): Promise<CommitAnswer> {
  const holder = await holderOf(commands, name);
  const owns = token !== '' && holder === token;
  const end = async (kind: 'done' | 'refused'): Promise<CommitAnswer> => {
    if (owns && result.outcome === 'uncacheable')
      await commands.set(name, `- 0 0 uncacheable ${systemClock() * 1_000} 0`, { PX: UNCACHEABLE_MS });
    else if (owns) await commands.unlink(name);
    return { kind };
  };
  if (result.outcome !== 'stored') return end(owns ? 'done' : 'refused');
  if (token !== '' && !owns) return { kind: 'refused' };
  const other = await otherEpoch(commands, result);
  if (other !== undefined) {
    if (other.includes(BEGUN) && result.epoch.value.includes(BEGUN)) return { kind: 'again', epoch: other };
    return end('refused');
  }
  const { name: entry, value, ttl } = result.entry;
  await commands.set(entry, value, ttl === undefined ? {} : { PX: ttl });
  return end('done');
}

// Begins the epoch where there is none, and makes it last; an epoch that is not the expected one is returned.
async function otherEpoch(commands: RedisCommands, { epoch, entry }: StoredResult): Promise<string | undefined> {
  const ttl = entry.ttl === undefined ? undefined : Math.max(entry.ttl + 1_000, EPOCH_MS);
  const lasting = { NX: true as const, ...(ttl !== undefined && { PX: ttl }) };
  if (epoch.mayBegin && (await commands.set(epoch.name, epoch.value, lasting)) !== null) return undefined;
  const current = await commands.get(epoch.name);
  if (current !== epoch.value) return typeof current === 'string' ? current : '';
  const left = await commands.pTTL(epoch.name);
  if (left >= 0 && left < (ttl ?? FOR_EVER_MS)) await commands.pExpire(epoch.name, ttl ?? FOR_EVER_MS);
  return undefined;
}

async function raise(
  commands: RedisCommands,
  epoch: { readonly name: string; readonly value: string },
  names: readonly string[],
): Promise<boolean> {
  const left = await commands.pTTL(epoch.name);
  await commands.set(epoch.name, epoch.value, left === -1 ? {} : { PX: Math.max(left, EPOCH_MS) });
  await Promise.all(names.map((name) => commands.unlink(name)));
  return true;
}
