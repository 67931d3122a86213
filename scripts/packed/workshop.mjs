// A temporary folder and the programs that run in it. Whatever was started is ended, and the folder removed, however this
// process ends.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const workshop = mkdtempSync(join(tmpdir(), 'axios-http-cache-packed-'));
const children = new Set();

process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(workshop, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

// What npm tells its scripts about this project would be taken for the stranger's.
const environment = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(npm_(package|lifecycle|config_local_prefix)|NODE_OPTIONS)/.test(name),
  ),
);

/** What it printed, once it has ended with 0; one that does not end by itself before the deadline is a failure. */
export function run(command, args, cwd, deadlineMs = 60_000) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    children.add(child);
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (errors += chunk));
    const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      children.delete(child);
      if (code === 0) resolve(output);
      else if (signal) reject(new Error(`did not end within ${deadlineMs} ms; it said: ${output}${errors}`));
      else reject(new Error(`${errors}${output}`.trim()));
    });
  });
}

/** The function, called once at most; its answer, or its failure, is everybody's. */
export function once(create) {
  let answer;
  return () => (answer ??= create());
}
