// Runs every test that stands for a threat of SECURITY.md, and says of each threat how many hold. Ends with 1 where one
// fails, and where a threat has none. Arguments are those of Jest: `npm run security -- -w 1`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import jestConfig from '../jest.config.js';
import { testFiles, threatsIn, threatsOf } from './threats.mjs';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'axios-http-cache-security-'));

/** The tests that were selected, by their full names. */
function runTests() {
  const output = join(folder, 'names.json');
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const config = join(folder, 'jest.config.json');
  const reporters = ['default', [join(import.meta.dirname, 'names-reporter.cjs'), { output }]];
  writeFileSync(
    config,
    JSON.stringify({ ...jestConfig, rootDir: root, reporters, testTimeout: 60_000, testPathIgnorePatterns: [] }),
  );
  const selection = ['--config', config, '--silent', '-t', String.raw`\bT[0-9]+\b`, ...process.argv.slice(2)];
  spawnSync(process.execPath, ['--unhandled-rejections=strict', jest, ...testFiles(root), ...selection], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return JSON.parse(readFileSync(output, 'utf8'));
}

function verdict(tests) {
  const failed = tests.filter(({ status }) => status !== 'passed').length;
  if (failed > 0) return `FAILED ${failed} of ${tests.length}`;
  return tests.length > 0 ? 'holds' : 'NO TEST';
}

try {
  const threats = threatsOf(readFileSync(join(root, 'SECURITY.md'), 'utf8'));
  const ran = runTests().filter(({ status }) => status !== 'pending');
  const rows = threats.map((threat) => {
    const tests = ran.filter(({ fullName }) => threatsIn(fullName).includes(threat.id));
    return [threat.id, threat.tried, String(tests.length), verdict(tests)];
  });
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column].length), 5));
  for (const [id, tried, tests, says] of [['threat', 'what is tried', 'tests', 'verdict'], ...rows])
    console.log([id.padEnd(6), tried.padEnd(widths[1]), tests.padStart(5), says].join('  '));
  const failed = ran.filter(({ status }) => status === 'failed');
  for (const { fullName } of failed) console.log(`failed: ${fullName}`);
  const isSound = failed.length === 0 && rows.every(([, , , says]) => says === 'holds');
  console.log(isSound ? `\n${ran.length} tests, all hold.` : '\nNot all hold.');
  process.exitCode = isSound ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
