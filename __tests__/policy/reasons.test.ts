/** Each reason has a sentence for a person, which names the rule it comes from or the option that changes it. */
import { FORWARDED_BECAUSE, NOT_STORED_BECAUSE, SERVED_BECAUSE } from '../../lib/policy/reasons.js';
import { DEFAULT_SETTINGS } from '../../lib/policy/settings.js';
import type { ForwardRule, ServeRule, WhyNotStored } from '../../lib/policy/decisions.js';

// A reason without a sentence does not compile; nor does a sentence without a reason.
const served: Readonly<Record<ServeRule, string>> = SERVED_BECAUSE;
const forwarded: Readonly<Record<ForwardRule, string>> = FORWARDED_BECAUSE;
const notStored: Readonly<Record<WhyNotStored, string>> = NOT_STORED_BECAUSE;

const OPTIONS = [...Object.keys(DEFAULT_SETTINGS), 'filterFn', 'storage'];
const SECTION = /\bRFC (?:9111|9110|5861|8246|9213) §\d+(?:\.\d+)*\b/;

const sentences = [
  ...Object.entries(served).map(([rule, text]) => ['served', rule, text] as const),
  ...Object.entries(forwarded).map(([rule, text]) => ['forwarded', rule, text] as const),
  ...Object.entries(notStored).map(([rule, text]) => ['not stored', rule, text] as const),
];

describe.each(sentences)('%s: %s', (_of, rule, text) => {
  test('names a section or an option, in parentheses', () => {
    const [, source = ''] = /\(([^()]+)\)$/.exec(text) ?? [];
    const names: readonly string[] = source.split(/[,;: ]+/);
    expect([source, SECTION.test(source) || OPTIONS.some((option) => names.includes(option))]).toEqual([source, true]);
  });

  test('is a clause that can stand behind a colon', () => {
    expect(text).toMatch(/^[a-z]/);
    expect(text).not.toMatch(/[.!?]$|\s{2}/);
    expect(text.split(' ').length).toBeGreaterThan(4);
    // It says more than the name of the rule.
    expect(text.toLowerCase()).not.toBe(rule);
  });
});

test('no two say the same', () => {
  for (const texts of [served, forwarded, notStored])
    expect(new Set(Object.values(texts)).size).toBe(Object.keys(texts).length);
});
