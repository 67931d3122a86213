/** What happens when the programs of a document are run: on the built package, against a local origin and a real Redis. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import type { Block } from './programs.js';
import { nameOf, root } from './programs.js';

const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
/** `console.log(…); // → text`: the text is what is printed, `…` standing for anything. */
const EXPECTATION = /^(.*console\.\w+\(.*\);) \/\/ → (.*)$/gm;

function executable({ code }: Block): string {
  const checking = code.replace(EXPECTATION, (_, call: string, text: string) => {
    return `${call} globalThis.__printed(${JSON.stringify(text)});`;
  });
  return ts.transpileModule(checking, { compilerOptions }).outputText;
}

/** Runs programs in order, in one process; resolves to what went wrong, each beginning with the name of its program. */
export async function failuresOf(programs: readonly Block[], redis: string): Promise<string[]> {
  // Outside the package, where its name means what is installed: here, links to it and to what it is developed with.
  const folder = mkdtempSync(join(tmpdir(), 'axios-http-cache-docs-'));
  try {
    const code = programs.map((block) => ({ name: nameOf(block), code: executable(block) }));
    link(folder, code.map((it) => it.code).join('\n'));
    const lines = await output(JSON.stringify({ folder, redis, programs: code }), redis);
    return code.flatMap(({ name }, at) => {
      const line = lines[at];
      if (line === undefined) return [`${name}: the process ended before`];
      const problem = JSON.parse(line) as string | null;
      return problem === null ? [] : [`${name}: ${problem}`];
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function link(folder: string, code: string): void {
  const imported = [...code.matchAll(/(?:from |import\()'((?:@[^/']+\/)?[^./'][^/']*)/g)].map(([, name = '']) => name);
  for (const name of new Set(['axios', ...imported])) {
    if (name.startsWith('node:')) continue;
    const path = join(folder, 'node_modules', name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(name === 'axios-http-cache' ? root : join(root, 'node_modules', name), path);
  }
}

function output(input: string, redis: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const secret = (): string => randomBytes(32).toString('base64');
    const env = { ...process.env, REDIS_URL: redis, CACHE_KEY_NEW: secret(), CACHE_KEY_OLD: secret() };
    const child = spawn(process.execPath, [join(__dirname, 'host.mjs')], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
    child.once('error', reject);
    child.once('close', () => {
      const lines = stdout.split('\n').slice(0, -1);
      if (stderr !== '') lines.push(JSON.stringify(stderr));
      resolve(lines);
    });
    child.stdin.end(input);
  });
}
