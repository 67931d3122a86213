/**
 * Do we do what requests-cache does, wherever that is not wrong? The recorded vectors, replayed.
 *
 * `ORACLE_VECTORS=path` replays another file of the same form instead.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { CATEGORIES, handlingOf } from './categories.js';
import type { Handling } from './categories.js';
import { FIXTURE, readVectors } from './format.js';
import type { Vector } from './format.js';
import { byGroup, replay, summary } from './replay.js';
import type { Replayed } from './replay.js';

const path = process.env['ORACLE_VECTORS'] ?? FIXTURE;
const file = readVectors(path);

// A run with thousands of differences says all it can with the first of them.
const MOST_SHOWN = 40;

function described({ vector, differences }: Replayed): string {
  const lines = differences.map(
    (one) => `  ${one.path}: ${JSON.stringify(one.expected)}, but ${JSON.stringify(one.actual)}`,
  );
  return [`${vector.id} ${vector.rfcConflict ?? ''}`, ...lines].join('\n');
}

// One that fails must not hide the others.
async function replayed(vector: Vector): Promise<Replayed> {
  try {
    return await replay(vector);
  } catch (error) {
    return { vector, compared: 'fully', differences: [{ path: '', expected: vector.expected, actual: String(error) }] };
  }
}

test('every category is decided', () => {
  const named = [...Object.keys(file.categories), ...file.vectors.flatMap((one) => one.rfcConflictCategories ?? [])];
  const unknown = [...new Set(named)].filter((category) => !Object.hasOwn(CATEGORIES, category));
  expect(unknown).toEqual([]);
  expect(() => handlingOf('unheard-of')).toThrow('unknown category "unheard-of"');
});

test('there is something to replay', () => {
  expect(file.vectors.length).toBeGreaterThan(path === FIXTURE ? 637 : 0);
});

test.each(byGroup(file.vectors))('%s: no difference that is not on purpose', async (group, vectors) => {
  const results = await Promise.all(vectors.map(replayed));
  process.stdout.write(`${summary(group, results)}\n`);
  expect(results).toHaveLength(vectors.length);
  const wrong = results.filter(({ differences }) => differences.length > 0);
  expect(wrong.slice(0, MOST_SHOWN).map(described).join('\n')).toBe('');
});

describe('docs/differences-from-requests-cache.md', () => {
  const text = readFileSync(join(__dirname, '../../docs/differences-from-requests-cache.md'), 'utf8');
  // What follows the categories tells of the API, which no vector does.
  const [, categories = ''] = text.split(/^## Every difference$/m);
  const rows = (categories.split(/^## /m)[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| /, '').replace(/ *\|$/, '').trim()));

  test('has a row for each category, and no other', () => {
    const listed = rows.map(([name = '']) => name.replaceAll('`', ''));
    expect(listed.sort()).toEqual(Object.keys(CATEGORIES).sort());
  });

  const kinds: Readonly<Record<string, Handling>> = { same: 'follow', differs: 'rfc', option: 'option' };

  test.each(rows)('%s says what is done', (name = '', there = '', here, kind = '') => {
    expect([kinds[kind], here]).toEqual(CATEGORIES[name.replaceAll('`', '')]);
    expect(there).not.toBe('');
  });
});
