// A million hostile URLs, damaged records and header strings: `npm run fuzz`, or `npm run fuzz -- 100000` for fewer.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const [rounds = '1000000'] = process.argv.slice(2);
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const { status } = spawnSync(
  process.execPath,
  ['--max-old-space-size=4096', jest, '--runInBand', '__tests__/security/fuzz'],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, FUZZ_ROUNDS: rounds },
  },
);
process.exitCode = status ?? 1;
