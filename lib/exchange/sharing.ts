/**
 * May this request share an origin request with others, and this answer be shared?
 */
import { parseCacheControl } from '../policy/directives.js';
import { variantKey } from '../policy/key.js';
import type { ForwardRule } from '../policy/decisions.js';
import type { Course } from './course.js';
import type { Outcome } from './engine.js';
import { selectorsOf } from './lookup.js';

// What these ask for, an answer that is already on its way may be too old to give.
const DEMANDS_OWN_ANSWER: ReadonlySet<ForwardRule> = new Set([
  'request-no-store',
  'request-no-cache',
  'force-refresh',
  'do-not-cache',
  'method',
  'refresh',
  'request-max-age',
  'caller-conditional',
]);

/** The key of the flight that the request may join; `undefined` where it has to go by itself. */
export function flightKey({ passage, found }: Course, rule: ForwardRule): string | undefined {
  const { request, settings } = passage;
  if (DEMANDS_OWN_ANSWER.has(rule) || request.headers['range'] !== undefined) return undefined;
  const names = found.variants[0]?.selectors[0] ?? (found.entry && selectorsOf(found.entry.response.headers)) ?? [];
  const variant = names.length === 0 ? '' : variantKey(found.keys.own, names, request, settings);
  return `${found.keys.own} ${found.epoch} ${found.stamp} ${String(found.turn)} ${variant}`;
}

/** Whether an answer may be given to other waiters. An error is: asking a failing origin a thousand times helps nobody. */
export function isShareable(outcome: Extract<Outcome, { kind: 'answered' }>): boolean {
  if (outcome.entry !== undefined) return true;
  const { response, opaque } = outcome.answer;
  const said = parseCacheControl(response.headers['cache-control']);
  const isForOne = said.noStore || said.private || response.headers['vary'] !== undefined;
  return response.status >= 500 && !isForOne && opaque === undefined;
}
