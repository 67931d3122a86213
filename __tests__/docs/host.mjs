// Runs programs of the documentation, in order and in one process, against an origin of its own.
//
// Its standard input is JSON: `{ folder, redis, programs: [{ name, code }] }`. Its standard output is one line of JSON for
// each program: what went wrong, or `null`. Hosts of examples in the programs mean the origin, a local Redis means `redis`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import axios from 'axios';
import { startOrigin } from './host-origin.mjs';

const LONGEST_MS = 15_000;

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { folder, redis, programs } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
const origin = await startOrigin();

let printed = [];
const wrong = [];
for (const method of ['log', 'info', 'warn', 'error', 'debug', 'table'])
  console[method] = (...values) => void printed.push(format(...values));
// `console.log(…); // → text` has become a call of this.
globalThis.__printed = (expected) => {
  const last = printed.at(-1) ?? 'nothing';
  const pattern = expected.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  if (!new RegExp(`^${pattern.join('[^]*')}$`).test(last.trim()))
    wrong.push(`says it prints ${expected}, and prints ${last}`);
};
process.on('unhandledRejection', (error) =>
  wrong.push(`rejected, and nobody handled it: ${String(error?.stack ?? error)}`),
);

mkdirSync(join(folder, 'var'), { recursive: true });
for (const { name, code } of programs) {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(
    file,
    code
      .replace(/https?:\/\/(?:[\w-]+\.)*example\.(?:com|org)/g, origin.url)
      .replaceAll('redis://localhost:6379', redis)
      .replaceAll('/var/cache/', `${join(folder, 'var')}/`),
  );
  printed = [];
  wrong.length = 0;
  origin.reset();
  if (code.includes('redis:')) await emptied(redis);
  try {
    const late = sleep(LONGEST_MS, undefined, { ref: false }).then(() => {
      throw new Error('it has not ended');
    });
    await Promise.race([import(pathToFileURL(file).href), late]);
    // What it left behind for later may fail as well.
    await sleep(0);
  } catch (error) {
    wrong.push(String(error?.stack ?? error));
  }
  axios.cache?.uninstall();
  process.stdout.write(
    `${JSON.stringify(wrong.length === 0 ? null : [...wrong, ...printed].join('\n').slice(0, 2000))}\n`,
  );
}
process.exit(0);

/** What one program left in Redis is nothing to the next one. */
function emptied(url) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write('FLUSHALL\r\n'));
    socket.once('error', reject);
    socket.once('data', () => resolve(socket.destroy()));
  });
}
