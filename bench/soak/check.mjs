// Checks logs that were kept: node bench/soak/check.mjs FILE…  (one JSON object a line). One line of JSON for each file,
// with the violations; exit code 1 where there are any.
import { readFileSync } from 'node:fs';
import { check } from './checker.mjs';

for (const file of process.argv.slice(2)) {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  const { violations, figures } = check(lines.map((line) => JSON.parse(line)));
  console.log(JSON.stringify({ file, violations, figures }));
  if (violations.length > 0) process.exitCode = 1;
}
