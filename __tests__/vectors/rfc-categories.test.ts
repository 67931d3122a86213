/**
 * Is each deviation from requests-cache what the RFC demands, and does each option bring its behaviour back?
 */
import { CATEGORIES, OPTIONS } from './categories.js';
import { MESSAGE_ROWS } from './rules-messages.js';
import { REUSE_ROWS } from './rules-reuse.js';
import { VALIDATION_ROWS } from './rules-validation.js';

const ROWS = [...MESSAGE_ROWS, ...REUSE_ROWS, ...VALIDATION_ROWS];

test.each(ROWS)('%s: %s', (_category, _claim, ours, demanded) => {
  expect(ours()).toEqual(demanded);
});

test('every category has a row', () => {
  const missing = Object.keys(CATEGORIES).filter((category) => !ROWS.some(([name]) => name === category));
  expect(missing).toEqual([]);
});

test('every option is there, and says in a row what it does', () => {
  const options = Object.keys(CATEGORIES).filter((category) => CATEGORIES[category]?.[0] === 'option');
  expect(Object.keys(OPTIONS).sort()).toEqual(options.sort());
  for (const category of options)
    expect(ROWS.filter(([name]) => name === category).map(([, claim]) => claim)).toContainEqual(
      expect.stringContaining('the option'),
    );
});
