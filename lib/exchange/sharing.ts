/**
 * May this request share an origin request with others, and this answer be shared?
 */
import { parseCacheControl } from '../policy/directives.js';
import { credentialPartition } from '../policy/key.js';
import type { ForwardRule } from '../policy/decisions.js';
import type { CacheSettings, PolicyRequest } from '../policy/types.js';
import type { Course } from './course.js';
import type { Outcome } from './engine.js';
import { leaseKey } from './tickets.js';

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
export function flightKey(course: Course, rule: ForwardRule): string | undefined {
  const { passage, found } = course;
  if (DEMANDS_OWN_ANSWER.has(rule) || passage.request.headers['range'] !== undefined) return undefined;
  return `${found.keys.own} ${found.epoch} ${found.stamp} ${leaseKey(course)}${userOf(passage.request, passage.settings)}`;
}

// Whatever is stored without regard to credentials: an answer that is not stored is for whoever asked.
function userOf(request: PolicyRequest, settings: CacheSettings): string {
  if (settings.credentials !== 'strict') return '';
  return ` ${credentialPartition(request, { ...settings, credentials: 'partition' }) ?? ''}`;
}

/** Whether an answer may be given to other waiters. An error is: asking a failing origin a thousand times helps nobody. */
export function isShareable(outcome: Extract<Outcome, { kind: 'answered' }>): boolean {
  if (outcome.entry !== undefined) return true;
  const { response, opaque, route } = outcome.answer;
  const said = parseCacheControl(response.headers['cache-control']);
  const isForOne = said.noStore || said.private || response.headers['vary'] !== undefined;
  return response.status >= 500 && !isForOne && opaque === undefined && route.kind !== 'changed';
}
