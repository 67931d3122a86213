/** T61: a megabyte in any field is read in time that grows with its length, no faster. */
import { parseHttpDate } from '../../lib/policy/dates.js';
import { parseCacheControl, requestDirectives, targetedDirectives } from '../../lib/policy/directives.js';
import { toFields } from '../../lib/policy/fields.js';
import { ageValue } from '../../lib/policy/freshness.js';
import { durationSeconds } from '../../lib/policy/expiration.js';
import { decideReuse } from '../../lib/policy/reuse.js';
import { decideStoring } from '../../lib/policy/storing.js';
import { connectionFields, entityTag } from '../../lib/policy/validation.js';
import { normalizeFieldValue, readVary } from '../../lib/policy/vary.js';
import { evaluateConditions, readRange } from '../../lib/policy/conditions.js';
import { anExchange, aRequest, aStored, given, now, times } from './given.js';

const MEGABYTE = 1_000_000;
// Ten times what a slow machine needs, and more: a quadratic reading takes minutes.
const MOST_MILLISECONDS = 250;
const UNITS = [
  ' ',
  '\t',
  ',',
  '"',
  '\\',
  'a=',
  '="',
  'a,',
  'a ',
  'a;',
  '\\"',
  '1',
  'no-store ',
  'max-age=1,',
  'no-cache="a",',
];

const READERS: readonly (readonly [string, (text: string) => unknown])[] = [
  ['Cache-Control', parseCacheControl],
  ['a targeted field', (text) => targetedDirectives(toFields({ 'cdn-cache-control': text }), ['cdn-cache-control'])],
  ['Pragma', (text) => requestDirectives(toFields({ pragma: text }))],
  ['Vary', (text) => readVary(toFields({ vary: text }))],
  ['ETag', (text) => entityTag(toFields({ etag: text }))],
  ['Date and Expires', (text) => parseHttpDate(text)],
  ['Age', (text) => ageValue(toFields({ age: text }))],
  ['Connection', (text) => connectionFields(toFields({ connection: text }))],
  [
    'If-None-Match',
    (text) => evaluateConditions(toFields({ 'if-none-match': text }), aStored({ headers: { etag: '"1"' } })),
  ],
  ['Range', (text) => readRange(`bytes=${text}`, aStored(), 10)],
  ['a duration', durationSeconds],
  ['a field that Vary names', (text) => normalizeFieldValue('x-a', text)],
  ['Accept-Language that Vary names', (text) => normalizeFieldValue('accept-language', `en${text}x`)],
];

function millisecondsFor(read: (text: string) => unknown, text: string): number {
  const startedAt = performance.now();
  read(text);
  return performance.now() - startedAt;
}

/** The least of some times for a text and for its double. What else happens on the machine only adds: then once more. */
function measured(read: (text: string) => unknown, text: string): readonly [once: number, twice: number] {
  let [once, twice] = [Infinity, Infinity];
  for (let run = 0; run < 6; run += 1) {
    once = Math.min(once, millisecondsFor(read, text));
    twice = Math.min(twice, millisecondsFor(read, text + text));
    if (isLinear(once, twice)) break;
  }
  return [once, twice];
}

// Below some milliseconds, the clock says more of the machine than of the code.
const isLinear = (once: number, twice: number): boolean => once < MOST_MILLISECONDS && twice < 8 * Math.max(once, 50);

describe.each(READERS)('%s', (_name, read) => {
  test.each(UNITS.map((unit) => [unit]))('%j for a megabyte', (unit) => {
    const [once, twice] = measured(read, unit.repeat(MEGABYTE / unit.length));
    expect(once).toBeLessThan(MOST_MILLISECONDS);
    expect(twice).toBeLessThan(8 * Math.max(once, 50));
  });
});

test('decisions on a quarter of a megabyte in each field', () => {
  const fields = ['cache-control', 'vary', 'etag', 'date', 'expires', 'age', 'pragma', 'link', 'warning', 'connection'];
  for (const unit of UNITS) {
    const text = unit.repeat(MEGABYTE / unit.length / 4);
    const headers = toFields(Object.fromEntries(fields.map((name) => [name, text])));
    const startedAt = performance.now();
    decideReuse(aRequest(headers), aStored({ headers }), given(), now);
    decideStoring(anExchange(aStored({ headers })), { status: 200, headers }, times);
    expect(performance.now() - startedAt).toBeLessThan(fields.length * MOST_MILLISECONDS);
  }
});
