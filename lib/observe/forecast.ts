/**
 * What would become of a request, and why? The sentences for a decision that nobody has performed yet.
 */
import type { ReuseDecision } from '../policy/decisions.js';
import { currentAge, expiresAt } from '../policy/freshness.js';
import { assertNever } from '../policy/never.js';
import { FORWARDED_BECAUSE, SERVED_BECAUSE } from '../policy/reasons.js';
import type { CacheSettings, EpochMs, StoredResponse } from '../policy/types.js';
import { lifeLeft } from './info.js';

/** The rule that decides, in one word. */
export function ruleOf(decision: ReuseDecision): string {
  return decision.kind === 'fetch' || decision.kind === 'revalidate' ? decision.rule : decision.because;
}

/** The decision in sentences. */
export function foretell(
  decision: ReuseDecision,
  stored: StoredResponse | undefined,
  settings: CacheSettings,
  now: EpochMs,
): string {
  const life = stored === undefined ? [] : [lifeOf(stored, settings, now)];
  return [...decided(decision), ...life].join(' ');
}

function decided(decision: ReuseDecision): readonly string[] {
  switch (decision.kind) {
    case 'serve':
      return [`The stored response would be served: ${SERVED_BECAUSE[decision.because]}.`];
    case 'serve-and-refresh':
      return [
        `The stored response would be served: ${SERVED_BECAUSE[decision.because]}.`,
        // The other reason says so itself.
        ...(decision.because === 'fresh'
          ? ['It would be refreshed in the background before it is stale (earlyRefresh).']
          : []),
      ];
    case 'revalidate':
      return [`${asking(decision.validationHeaders)}: ${FORWARDED_BECAUSE[decision.rule]}.`];
    case 'fetch':
      return [`The request would go to the origin: ${FORWARDED_BECAUSE[decision.rule]}.`];
    case 'fail':
      return ['It would be answered 504: the request accepts nothing but the cache (RFC 9111 §5.2.1.7).'];
    default:
      return assertNever(decision);
  }
}

function asking(validators: Readonly<Record<string, string>>): string {
  const names = Object.keys(validators);
  if (names.length === 0) return 'The request would go to the origin, with nothing to confirm the stored response by';
  return `The origin would be asked to confirm the stored response (${names.join(', ')})`;
}

function lifeOf(stored: StoredResponse, settings: CacheSettings, now: EpochMs): string {
  const end = expiresAt(stored, settings);
  const age = String(Math.floor(currentAge(stored, now)));
  return `What is stored is ${age} s old${lifeLeft(end === null ? null : (end - now) / 1000)}.`;
}
