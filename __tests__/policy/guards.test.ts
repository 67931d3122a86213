/** Guards that no section demands in so many words: against other clocks, other caches on the same store, and guesses. */
import { decideReuse } from '../../lib/policy/reuse.js';
import { decideStoring } from '../../lib/policy/storing.js';
import { freshnessLifetime } from '../../lib/policy/freshness.js';
import { anAnswer, aRequest, aStored, given, httpDate, now, times } from './given.js';

test.each([
  ['T66 received ten seconds from now is asked about', 10_000, 'revalidate'],
  ['T66 five seconds are forgiven', 5_000, 'serve'],
])('%s', (_name, ahead, kind) => {
  const stored = { ...aStored({ maxAge: 3600 }), receivedAt: now + ahead, requestedAt: now + ahead };
  expect(decideReuse(aRequest(), stored, given(), now).kind).toBe(kind);
});

test.each([
  ['§5.2.2.7 what a private cache stored is not served by a shared one', { shared: true }, 'fetch'],
  ['§5.2.2.7 but by a private one', {}, 'serve'],
])('%s', (_name, settings, kind) => {
  const stored = aStored({ headers: { 'cache-control': 'private, max-age=60' } });
  expect(decideReuse(aRequest(), stored, given(settings), now).kind).toBe(kind);
});

test.each([428, 429, 431, 511])('RFC 6585: a %i must not be stored, whatever it says', (status) => {
  const exchange = { request: aRequest(), stored: undefined, settings: given(), validating: false };
  const answer = anAnswer({ 'cache-control': 'public, max-age=60' }, status);
  expect(decideStoring(exchange, answer, times)).toMatchObject({ kind: 'pass', because: 'status' });
});

test('§4.2.2 a Date from the future makes no guess longer', () => {
  const headers = { date: httpDate(86_400), 'last-modified': httpDate(-1000) };
  expect(freshnessLifetime(aStored({ headers }), given()).seconds).toBeLessThanOrEqual(100);
});
