/** What is told of every status and reason: reads well, and names the rule it rests on. */
import { BODY_NOT_STORED, createInfo } from '../../lib/observe/info.js';
import type { InfoFacts, NotStoredReason } from '../../lib/observe/info.js';
import { foretell } from '../../lib/observe/forecast.js';
import type { ForwardRule, ReuseDecision, ServeRule } from '../../lib/policy/decisions.js';
import { FORWARDED_BECAUSE, NOT_STORED_BECAUSE, SERVED_BECAUSE } from '../../lib/policy/reasons.js';
import { aStored, given, now } from '../policy/given.js';

const settings = given();
const fresh = aStored({ age: 20, maxAge: 60 });
const stale = aStored({ age: 90, maxAge: 60 });
const names = <Name extends string>(table: Readonly<Record<Name, string>>): Name[] => Object.keys(table) as Name[];
const isFreshRule = (rule: ServeRule): boolean => ['fresh', 'immutable', 'never-expires'].includes(rule);

/** In brackets, as all rules are: a section of an RFC, or the option that decides. */
const RULE = /\((?:[^()]*, |[^()]*; |[^()]*: )?(?:RFC \d{4} §[\d.]+|[a-z]+[A-Za-z]*|from an adapter of your own)\)/;

const facts: Record<string, InfoFacts> = {};
for (const rule of names(SERVED_BECAUSE)) {
  const isFresh = isFreshRule(rule);
  const response = isFresh ? fresh : stale;
  facts[`served: ${rule}`] = { status: isFresh ? 'hit' : 'stale', served: rule, fromCache: true, response };
}
for (const rule of names(FORWARDED_BECAUSE))
  facts[`forwarded: ${rule}`] = { status: 'miss', forwarded: { because: 'request', rule }, fromCache: false };
const uriMiss = { because: 'uri-miss', rule: 'no-entry' } as const;
for (const notStored of [...names(NOT_STORED_BECAUSE), ...names(BODY_NOT_STORED)] as NotStoredReason[])
  facts[`not stored: ${notStored}`] = { status: 'miss', forwarded: uriMiss, notStored, fromCache: false };
const outdated = { because: 'stale', rule: 'stale' } as const;
facts['stored'] = { status: 'miss', forwarded: uriMiss, stored: true, fromCache: false, response: fresh };
facts['shared'] = { ...facts['stored'], collapsed: true };
facts['revalidated'] = {
  status: 'revalidated',
  forwarded: outdated,
  revalidated: true,
  stored: true,
  fromCache: true,
  response: fresh,
};
facts['stale on error'] = {
  status: 'stale',
  served: 'stale-if-error',
  forwarded: outdated,
  fromCache: true,
  response: stale,
};
facts['504'] = { status: 'miss', failed504: true, fromCache: false };
facts['switched off'] = { status: 'bypass', forwarded: { because: 'bypass', rule: 'disabled' }, fromCache: false };

test('explain() of every status and reason', () => {
  const told = Object.entries(facts).map(([name, given]) => `${name}\n  ${createInfo(given, settings, now).explain()}`);
  expect(`\n${told.join('\n')}\n`).toMatchSnapshot();
});

test.each(Object.keys(facts))('%s: sentences, with the rule', (name) => {
  const text = createInfo(facts[name]!, settings, now).explain();
  expect(text).toMatch(/^[A-Z\d].*\.$/);
  expect(text).not.toMatch(/undefined|\.\.|\s\s|,\.|NaN/);
  expect(text).toMatch(RULE);
});

const decisions: Record<string, ReuseDecision> = {};
for (const because of names(SERVED_BECAUSE)) {
  const stored = isFreshRule(because) ? fresh : stale;
  decisions[`serve: ${because}`] = { kind: 'serve', stored, because };
}
decisions['serve and refresh'] = {
  kind: 'serve-and-refresh',
  stored: stale,
  because: 'stale-while-revalidate',
  validationHeaders: {},
};
decisions['early refresh'] = { kind: 'serve-and-refresh', stored: fresh, because: 'fresh', validationHeaders: {} };
// Those that speak of a stored response which could be confirmed.
const CONFIRMABLE: readonly ForwardRule[] = [
  ...(['refresh', 'request-max-age', 'min-fresh', 'always-revalidate'] as const),
  ...(['response-no-cache', 'must-revalidate', 'stale'] as const),
];
for (const rule of names(FORWARDED_BECAUSE)) {
  const validationHeaders = { 'if-none-match': '"1"' };
  decisions[rule] = CONFIRMABLE.includes(rule)
    ? { kind: 'revalidate', stored: stale, because: 'stale', rule, validationHeaders }
    : { kind: 'fetch', because: 'request', rule };
}
decisions['nothing to confirm it by'] = {
  kind: 'revalidate',
  stored: stale,
  because: 'stale',
  rule: 'stale',
  validationHeaders: {},
};
decisions['504'] = { kind: 'fail', status: 504, because: 'only-if-cached' };

test('every decision, foretold', () => {
  const told = Object.entries(decisions).map(([name, decision]) => {
    const stored = 'stored' in decision ? decision.stored : undefined;
    const text = foretell(decision, stored, settings, now);
    expect(text).toMatch(RULE);
    return `${name}\n  ${text}`;
  });
  expect(`\n${told.join('\n')}\n`).toMatchSnapshot();
});
