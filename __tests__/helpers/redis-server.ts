/**
 * A real Redis for tests: a server of our own on a free loopback port, which can be stopped, killed, paused and
 * restarted on the same port. Nothing of it outlives the test process, however that process ends.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Of the running server; changes with `restart()`, undefined when it is down. */
  readonly pid: number | undefined;
  /** Ends the server in an orderly way and removes its folder. May be called twice. */
  stop(): Promise<void>;
  /** Ends the server at once (SIGKILL), as a crash would. */
  kill(): Promise<void>;
  /** The server hangs (SIGSTOP): connections stay open and nothing is answered. */
  pause(): void;
  /** The server goes on after `pause()` (SIGCONT). */
  resume(): void;
  /** An empty server on the same port, whether the old one was running or not. */
  restart(): Promise<void>;
}

interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly exited: Promise<void>;
  readonly watchdog: ChildProcess;
}

const startDeadlineMs = 15_000;

/** Waits for the server's end of our stdin pipe, which closes even if the test process is killed; then cleans up. */
const watchdogScript = `trap '' INT TERM HUP; cat >/dev/null; kill -CONT "$1"; kill -KILL "$1"; rm -rf "$2"`;

export interface RedisServerOptions {
  readonly args?: readonly string[];
  /** Lines of a configuration file of the server's own, which it may rewrite, as sentinels do. */
  readonly config?: readonly string[];
}

export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'axios-http-cache-redis-'));
  const { args = [], config } = options;
  const file = config === undefined ? [] : [join(folder, 'server.conf')];
  for (const name of file) await writeFile(name, `${(config ?? []).join('\n')}\n`);
  let port = 0;
  let running: Running | undefined;
  for (let attempt = 0; attempt < 5 && running === undefined; attempt += 1) {
    port = await freePort();
    running = await launch(port, folder, args, file);
  }
  if (running === undefined) {
    await rm(folder, { recursive: true, force: true });
    throw new Error(`redis-server did not answer on 127.0.0.1:${String(port)}`);
  }

  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    if (running === undefined) return;
    const { pid, exited, watchdog } = running;
    running = undefined;
    send(pid, 'SIGCONT');
    send(pid, signal);
    const killer = setTimeout(() => {
      send(pid, 'SIGKILL');
    }, 2_000);
    await exited;
    clearTimeout(killer);
    dismiss(watchdog);
  };

  return {
    url: `redis://127.0.0.1:${String(port)}`,
    port,
    get pid() {
      return running?.pid;
    },
    async stop() {
      await end('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
    kill: () => end('SIGKILL'),
    pause() {
      if (running !== undefined) send(running.pid, 'SIGSTOP');
    },
    resume() {
      if (running !== undefined) send(running.pid, 'SIGCONT');
    },
    async restart() {
      await end('SIGKILL');
      for (let attempt = 0; attempt < 5 && running === undefined; attempt += 1) {
        running = await launch(port, folder, args, file);
      }
      if (running === undefined) throw new Error(`redis-server did not come back on 127.0.0.1:${String(port)}`);
    },
  };
}

/** True if something answers a PING on this port within `timeoutMs`. */
export function answersPing(port: number, timeoutMs = 500): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let reply = '';
    const done = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(timeoutMs, () => {
      done(false);
    });
    socket.on('error', () => {
      done(false);
    });
    socket.on('connect', () => socket.write('PING\r\n'));
    socket.on('data', (chunk) => {
      reply += chunk.toString('latin1');
      // A server with a password answers too, in its way.
      if (reply.includes('\r\n')) done(/^(\+PONG|-NOAUTH)/.test(reply));
    });
  });
}

async function launch(
  port: number,
  folder: string,
  args: readonly string[],
  file: readonly string[],
): Promise<Running | undefined> {
  const all = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const child = await spawnFirst(['redis-server', 'valkey-server'], [...file, ...all, ...args]);
  const { pid } = child;
  if (pid === undefined) throw new Error('redis-server has no pid');
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  const watchdog = spawn('sh', ['-c', watchdogScript, 'sh', String(pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  // Neither may keep the test process alive.
  child.unref();
  watchdog.unref();
  (watchdog.stdin as unknown as { unref?: () => void } | null)?.unref?.();

  const giveUpAt = Date.now() + startDeadlineMs;
  while (isRunning(child) && Date.now() < giveUpAt) {
    if (await answersPing(port)) {
      // Something else may have taken the port: then our child ends, having found it taken.
      if (isRunning(child)) return { child, pid, exited, watchdog };
      break;
    }
    await sleep(10);
  }
  if (isRunning(child)) send(pid, 'SIGKILL');
  await exited;
  dismiss(watchdog);
  return undefined;
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

async function spawnFirst(commands: readonly string[], args: readonly string[]): Promise<ChildProcess> {
  for (const command of commands) {
    const child = spawn(command, args, { stdio: 'ignore' });
    const started = await new Promise<boolean>((resolve) => {
      child.once('spawn', () => {
        resolve(true);
      });
      child.once('error', () => {
        resolve(false);
      });
    });
    if (started) return child;
  }
  throw new Error(`none of ${commands.join(', ')} is on the PATH: run \`node scripts/ensure-redis.mjs\``);
}

/** The watchdog goes before its pipe closes: the pid it watches may already be another process's. */
function dismiss(watchdog: ChildProcess): void {
  watchdog.kill('SIGKILL');
  watchdog.once('exit', () => watchdog.stdin?.destroy());
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Already gone.
  }
}

/**
 * A free port below the range the system gives to outgoing connections: a client that keeps reconnecting to a
 * dead server within that range can connect to itself and so take the port.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen(port, '127.0.0.1', () =>
      probe.close(() => {
        resolve(true);
      }),
    );
  });
}
