/** The badges say what the committed figures say. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

test('the drawn badges are those of the committed figures', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts', 'badges.mjs'), '--check'], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test.each(['private', 'shared'])('the conformance badge, %s', (mode) => {
  const svg = readFileSync(join(root, 'docs', 'badges', `conformance-${mode}.svg`), 'utf8');
  const { totals } = JSON.parse(readFileSync(join(root, 'conformance', 'results', `ours-${mode}.json`), 'utf8')) as {
    totals: { required: { passed: number; of: number } };
  };
  const { passed, of } = totals.required;
  expect(svg).toContain(`>${String(passed)} of ${String(of)} required<`);
});
