/**
 * How is a lease held in Redis? By scripts; where an account may not run scripts, by plain commands.
 */
import { createHash } from 'node:crypto';
import { monotonicNow } from './expiry.js';
import { perform } from './guard.js';
import type { AcquireOptions, CommitAnswer, Fenced, Lease, LeaseClaim, LeaseNews } from './lease.js';
import { newToken } from './redis-commands.js';
import type { RedisCommands, UseCommands } from './redis-commands.js';
import { plainFenced } from './redis-plain.js';
import { SCRIPTS } from './redis-scripts.js';
import { CHANNEL, newsIn } from './redis-signals.js';
import type { Signals } from './redis-signals.js';

type ScriptName = keyof typeof SCRIPTS;

const SHAS = Object.fromEntries(
  Object.entries(SCRIPTS).map(([name, script]) => [name, createHash('sha1').update(script).digest('hex')]),
) as Record<ScriptName, string>;

/** After a refusal, scripts are tried again now and then: rights may change. */
const DENIED_MS = 60_000;

/** The operations under conditions of one Redis. */
export function redisFenced(use: UseCommands, signals: Signals): Fenced {
  const plain = plainFenced(use);
  const clock = serverClock();
  let deniedAt = Number.NEGATIVE_INFINITY;

  const run = (commands: RedisCommands, name: ScriptName, keys: string[], args: string[]): Promise<unknown> =>
    commands.evalSha(SHAS[name], { keys, arguments: args }).catch((error: unknown) => {
      if (!isError(error, 'NOSCRIPT')) throw error;
      return commands.eval(SCRIPTS[name], { keys, arguments: args });
    });

  const scripted = async <T>(
    name: ScriptName,
    keys: string[],
    args: readonly (string | number)[],
    read: (reply: unknown) => T,
    instead: () => Promise<T>,
  ): Promise<T> => {
    if (monotonicNow() - deniedAt < DENIED_MS) return instead();
    try {
      return read(await use((commands) => run(commands, name, keys, args.map(String))));
    } catch (error) {
      if (!isError(error, 'NOPERM') && !/ACL failure|can't run this command/i.test(messageOf(error))) throw error;
      deniedAt = monotonicNow();
      return instead();
    }
  };

  const lease: Lease = {
    async acquire(name, ttl, { wait = false, pause = 0, within = 0, watch = [] }: AcquireOptions = {}) {
      const token = newToken();
      const latest = within === 0 ? 0 : clock.in(within);
      const claim = (reply: unknown): LeaseClaim => {
        const read = claimOf(reply, token);
        clock.set(read.fence / 1_000);
        return read;
      };
      const args = [token, ttl, wait ? 1 : 0, pause, latest];
      return scripted('acquire', [name, ...watch], args, claim, () => plain.lease.acquire(name, ttl));
    },
    renew: (name, token, ttl) =>
      scripted('renew', [name], [token, ttl], isOne, () => plain.lease.renew(name, token, ttl)),
    async commit(name, token, result): Promise<CommitAnswer> {
      const instead = (): Promise<CommitAnswer> => plain.lease.commit(name, token, result);
      if (result.outcome !== 'stored')
        return scripted('end', [name], [token, result.outcome, CHANNEL, result.pause ?? 0], answerOf, instead);
      const { fence, entry, epoch, fencedBy, ofUrl } = result;
      const keys = [name, entry.name, epoch.name, fencedBy, ofUrl ?? fencedBy];
      const mayBegin = epoch.mayBegin ? 1 : 0;
      const args = [
        token,
        fence ?? 0,
        entry.value,
        entry.ttl ?? 0,
        epoch.value,
        CHANNEL,
        mayBegin,
        ofUrl === undefined ? 0 : 1,
      ];
      return scripted('commit', keys, args, answerOf, instead);
    },
    wait: (name, timeout, signal) => waitForNews({ name, timeout, signal, signals, use }),
  };
  return {
    lease,
    raise: (epoch, names) =>
      scripted('raise', [epoch.name, ...names], [epoch.value], isOne, () => plain.raise(epoch, names)),
    remove: (name, fencedBy, ofUrl) =>
      scripted('remove', [name, fencedBy, ofUrl], [CHANNEL], isOne, () => plain.remove(name, fencedBy, ofUrl)),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

interface ServerClock {
  /** What it will say in so many milliseconds; 0 where it has said nothing yet. */
  in(milliseconds: number): number;
  /** What it said a moment ago. */
  set(now: number): void;
}

// What it says comes a little late: of several differences the greatest is the best known.
function serverClock(): ServerClock {
  let ahead: number | undefined;
  return {
    in: (milliseconds) => (ahead === undefined ? 0 : Math.ceil(monotonicNow() + ahead + milliseconds)),
    set(now) {
      ahead = Math.max(ahead ?? Number.NEGATIVE_INFINITY, now - monotonicNow());
    },
  };
}

function isError(error: unknown, code: string): boolean {
  return messageOf(error).startsWith(code);
}

function isOne(reply: unknown): boolean {
  return Number(reply) === 1;
}

function answerOf(reply: unknown): CommitAnswer {
  if (typeof reply === 'string') return { kind: 'again', epoch: reply };
  return { kind: isOne(reply) ? 'done' : 'refused' };
}

function claimOf(reply: unknown, token: string): LeaseClaim {
  const [kind, fenceReply, extraReply] = Array.isArray(reply) ? (reply as unknown[]) : [];
  const fence = Number(fenceReply);
  const extra = Number(extraReply);
  if (!Number.isSafeInteger(fence)) throw new TypeError('the lease script answered nothing that can be read');
  switch (kind) {
    case 'won':
      return { won: true, token, fence, present: extra };
    case 'held':
    case 'uncacheable':
    case 'error':
    case 'fence':
      return { won: false, fence, because: kind, retryAfter: extra };
    default:
      throw new TypeError('the lease script answered nothing that can be read');
  }
}

interface Waiting {
  readonly name: string;
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
  readonly signals: Signals;
  readonly use: UseCommands;
}

const FIRST_POLL_MS = 50;
const LONGEST_POLL_MS = 200;
/** A server that does not answer so soon may answer nobody. */
const ANSWER_MS = 100;
const JITTER_MS = 25;

// A message comes at once, if it comes; looking now and then finds out what no message told.
async function waitForNews({ name, timeout, signal, signals, use }: Waiting): Promise<LeaseNews> {
  const until = monotonicNow() + timeout;
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(pause * 2, LONGEST_POLL_MS)) {
    const left = until - monotonicNow();
    if (left <= 0 || signal?.aborted === true) return 'timeout';
    const news = await signals.next(name, Math.min(pause + Math.random() * JITTER_MS, left), signal);
    if (news !== undefined) return news;
    const answer = await perform(() => use((commands) => commands.get(name)), ANSWER_MS);
    if (!answer.ok) return 'away';
    const told = newsIn(answer.value);
    if (told !== undefined) return told;
  }
}
