// Did our library lose ground, or gain some that the list of exceptions still denies?
// unreachable.json names the required tests that do not count, each with the reason in plain words: `unreachable`, no
// client library over axios can pass it; `superseded`, it asks for what RFC 9111 has since said otherwise.
// An entry may be bound to one `adapter` or `mode`, and may say in `failsWith` how the test must fail.

import { readFileSync } from 'node:fs';

import { allTests } from './selection.mjs';

const list = JSON.parse(readFileSync(new URL('unreachable.json', import.meta.url), 'utf8'));

/** The entries that apply to this run, by id. */
export function excuses(options) {
  const applies = ({ adapter, mode }) =>
    (adapter === undefined || adapter === options.adapter) && (mode === undefined || mode === options.mode);
  return new Map(list.filter(applies).map((entry) => [entry.id, entry]));
}

/** @returns sentences, one for each reason why the run has to fail. */
export function ratchet({ options, selection, verdicts, unhandled }) {
  const known = new Set(allTests.map((test) => test.id));
  const excused = excuses(options);

  const problems = list
    .filter(({ id }) => !known.has(id))
    .map(({ id }) => `unreachable.json names ${id}, which the suite does not have`);

  for (const [id, { kind, result, reason, dependsOn }] of verdicts) {
    if (kind !== 'required' || !selection.counted.has(id)) continue;
    const excuse = excused.get(id);
    if (result === 'pass') {
      if (excuse !== undefined) problems.push(`${id} passes: take it off unreachable.json`);
      continue;
    }
    if (excuse === undefined) {
      const because = dependsOn === undefined ? '' : ` (depends on ${dependsOn.join(', ')})`;
      problems.push(`${id} is required and does not pass: ${reason ?? result}${because}`);
    } else if (excuse.failsWith !== undefined && !new RegExp(excuse.failsWith).test(reason ?? '')) {
      problems.push(`${id} fails in another way than unreachable.json says: ${reason ?? result}`);
    }
  }
  if (unhandled.length > 0) problems.push(`${unhandled.length} rejected promise(s) that nobody handled`);
  return problems;
}
