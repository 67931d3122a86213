// How far does a client get in the public HTTP cache test suite, and did our own library lose ground?
// `node conformance/run.mjs --help` lists the options; README.md says how the counting works.

import { HELP, parse } from './options.mjs';
import { installed } from './install.mjs';

let options;
try {
  options = parse(process.argv.slice(2));
} catch (error) {
  console.error(`${error.message}\n\n${HELP}`);
  process.exit(2);
}
if (options.help) {
  console.log(HELP);
  process.exit(0);
}

// A promise that nobody awaits is a defect of the client under test, not of the suite: count them.
const unhandled = [];
process.on('unhandledRejection', (error) => unhandled.push(error));

await installed();

// Everything below needs the installed dependencies, hence the late imports.
const { select } = await import('./selection.mjs');
const { startOrigin } = await import('./origin.mjs');
const { runTests } = await import('./engine.mjs');
const { createClient } = await import('./clients/index.mjs');
const { judge } = await import('./verdicts.mjs');
const { ratchet } = await import('./ratchet.mjs');
const report = await import('./report.mjs');

const selection = select(options);
if (selection.run.length === 0) {
  console.error(`no test matches ${options.id ?? options.only} in ${options.mode} mode`);
  process.exit(2);
}

const origin = await startOrigin({ log: options.id !== undefined || options.verbose });
const startedAt = Date.now();
let client;
let verdicts;
try {
  client = await createClient(options);
  const outcomes = await runTests(selection.run, {
    fetch: client.fetch,
    baseUrl: origin.url,
    browserCache: options.mode === 'private',
    concurrency: options.concurrency,
    dump: options.id !== undefined,
  });
  verdicts = judge(selection.run, outcomes, { dependencies: options.id === undefined });
} finally {
  await client?.close?.();
  await origin.close();
}

const seconds = Math.round((Date.now() - startedAt) / 1000);
const run = { options, selection, verdicts, versions: client.versions, unhandled, seconds };
report.print(run);
if (selection.complete) await report.write(run);

if (options.client !== 'ours') process.exit(0);
const problems = ratchet(run);
for (const problem of problems) console.error(problem);
process.exit(problems.length === 0 ? 0 : 1);
