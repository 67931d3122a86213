#!/usr/bin/env node
/**
 * The command `axios-http-cache`.
 */
import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './run.js';
import { terminalOf } from './terminal.js';

// dist/esm/cli/main.js lies three folders below.
const folder = dirname(realpathSync(process.argv[1] ?? '.'));
const { version } = JSON.parse(readFileSync(join(folder, '..', '..', '..', 'package.json'), 'utf8')) as {
  version: string;
};

void run(process.argv.slice(2), { terminal: terminalOf(process), env: process.env, version }).then((status) => {
  process.exitCode = status;
});
