// Child processes that answer commands; none of them outlives this process.
import { fork } from 'node:child_process';
import { once } from 'node:events';

const running = new Set();

/** Starts a module as a process of its own. It says `ready` when it is, and answers `{ id, … }` with `{ id, answer }`. */
export async function startChild(file, args) {
  const child = fork(file, args.map(String), { execArgv: ['--unhandled-rejections=strict'] });
  running.add(child);
  const waiting = new Map();
  let last = 0;
  child.once('exit', (code, signal) => {
    running.delete(child);
    for (const { reject } of waiting.values()) reject(new Error(`the process ended: ${signal ?? code}`));
    waiting.clear();
  });
  await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`${file} ended at once: ${code}`))),
  ]);
  child.on('message', ({ id, answer }) => {
    waiting.get(id)?.resolve(answer);
    waiting.delete(id);
  });
  return {
    pid: child.pid,
    ask(command) {
      last += 1;
      const id = last;
      return new Promise((resolve, reject) => {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error('the process has ended');
        waiting.set(id, { resolve, reject });
        child.send({ ...command, id });
      });
    },
    signal: (name) => child.kill(name),
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGCONT');
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** The other side: runs in the child. */
export function serveParent(commands) {
  process.on('message', ({ id, name, ...rest }) => {
    Promise.resolve(commands[name](rest)).then(
      (answer) => process.send({ id, answer }),
      (error) => process.send({ id, answer: { error: String(error?.stack ?? error) } }),
    );
  });
  // Whoever asks for nothing any more is gone.
  process.on('disconnect', () => process.exit(0));
  process.send('ready');
}

process.on('exit', () => {
  for (const child of running) {
    child.kill('SIGCONT');
    child.kill('SIGKILL');
  }
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
