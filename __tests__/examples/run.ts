/** Runs the package's programs as a newcomer does: with Node, on the built package, in a process of their own. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Resolves when the program has ended; one that does not end in time is killed, and its code is null. */
export function run(
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly deadlineMs?: number } = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...options.env };
    const child = spawn(process.execPath, [...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
    const timer = setTimeout(() => child.kill('SIGKILL'), options.deadlineMs ?? 60_000);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr });
    });
  });
}

/** Builds the package unless what is built is up to date. */
export async function build(): Promise<void> {
  const { code, stdout, stderr } = await run(['scripts/build.mjs', '--if-needed'], { deadlineMs: 240_000 });
  if (code !== 0) throw new Error(`the package does not build: ${stdout}${stderr}`);
}

/** One line of the demo: `[label, status, reason, times the origin was asked]`. */
export type DemoRow = readonly [label: string, status: string, reason: string, asked: number];

const ROW = /^ {2}(\S.{5}) (.{25}) (hit|stale|revalidated|miss|bypass) +(\S+) · .* asked (\d+)×$/;

/** The rows of the demo's output below a title; of all of it where no title is given. */
export function demoRows(stdout: string, title?: string): DemoRow[] {
  const lines = stdout.split('\n');
  const start = title === undefined ? 0 : lines.findIndex((line) => line.startsWith(`${title}  `));
  if (start < 0) return [];
  const end = title === undefined ? -1 : lines.indexOf('', start);
  return lines.slice(start, end < 0 ? undefined : end).flatMap((line): DemoRow[] => {
    const [, label = '', , status = '', reason = '', asked] = ROW.exec(line) ?? [];
    return asked === undefined ? [] : [[label.trim(), status, reason, Number(asked)]];
  });
}
