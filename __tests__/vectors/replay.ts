/**
 * What comes of a vector here? Each is replayed through the public entry, and compared with what was recorded.
 *
 * Everything is compared but the fields of a conflict in which we deviate. A vector all of whose conflicts an option
 * settles is replayed with that option, and compared in full.
 */
import { handlingOf, OPTIONS } from './categories.js';
import { differences } from './compare.js';
import type { Difference } from './compare.js';
import { GROUPS } from './format.js';
import type { Group, Vector } from './format.js';
import { impliedConflicts } from './implied.js';
import { expectedLifecycle, runLifecycle } from './lifecycle.js';
import type { Settings } from './mapping.js';
import { runSession } from './session.js';
import { expectedRedact, runDirectives, runExpiration, runKey, runOptions, runRedact, runUrl } from './values.js';

export interface Replayed {
  readonly vector: Vector;
  /** How much was compared: all, all but what its tags name, or all but that and what follows from it. */
  readonly compared: 'fully' | 'tagged' | 'implied';
  readonly differences: readonly Difference[];
}

/** Replays one vector. Throws where its group or one of its categories is unknown. */
export async function replay(vector: Vector): Promise<Replayed> {
  const { rfcConflictCategories: tags = [], rfcConflictFields = [] } = vector;
  const tagged = tags.some((tag) => handlingOf(tag) === 'rfc') ? rfcConflictFields : [];
  const extra: Settings = Object.assign({}, ...tags.map((tag) => (handlingOf(tag) === 'option' ? OPTIONS[tag] : {})));
  const [expected, actual] = await results(vector, extra);
  const found = differences(expected, actual, tagged);
  if (found.length === 0) return { vector, compared: tagged.length > 0 ? 'tagged' : 'fully', differences: [] };
  // Only now: what needs no excuse gets none.
  const implied = impliedConflicts(vector)
    .filter(({ category }) => handlingOf(category) === 'rfc')
    .flatMap(({ fields }) => fields);
  const omitted = [...tagged, ...implied];
  // Another outcome, allowed to be one, has other consequences.
  if (omitted.includes('outcome') && differences(field(expected, 'outcome'), field(actual, 'outcome')).length > 0)
    omitted.push('afterResponse', 'revalidated');
  return { vector, compared: 'implied', differences: differences(expected, actual, omitted) };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

async function results(vector: Vector, extra: Settings): Promise<readonly [expected: unknown, actual: unknown]> {
  const { expected } = vector;
  switch (vector.group) {
    case 'lifecycle':
      return [expectedLifecycle(vector), runLifecycle(vector.input, extra)];
    case 'directives':
      return [expected, runDirectives(vector.input)];
    case 'expiration':
      return [expected, runExpiration(vector.input, expected)];
    case 'url':
      return [expected, runUrl(vector.input)];
    case 'key':
      return [expected, runKey(vector.input, extra)];
    case 'redact':
      return [expectedRedact(expected), runRedact(vector.input)];
    case 'options':
      return [expected, runOptions(vector.input)];
    case 'session':
      return [expected, await runSession(vector.input, extra)];
    default:
      throw new Error(`unknown group "${String((vector as { group: unknown }).group)}"`);
  }
}

/** A line for a group: what was replayed, and how much of it compared. */
export function summary(group: Group, replayed: readonly Replayed[]): string {
  const count = (compared: Replayed['compared']): number => replayed.filter((one) => one.compared === compared).length;
  const wrong = replayed.filter((one) => one.differences.length > 0).length;
  return [
    `${group}: replayed ${replayed.length}`,
    `compared fully ${count('fully')}`,
    `partly ${count('tagged')} (tagged)`,
    `partly ${count('implied')} (implied)`,
    `differences ${wrong}`,
  ].join(', ');
}

/** The vectors of each group, in the order of the groups. */
export function byGroup(vectors: readonly Vector[]): readonly (readonly [Group, readonly Vector[]])[] {
  const unknown = vectors.find(({ group }) => !GROUPS.includes(group));
  if (unknown !== undefined) throw new Error(`${unknown.id}: unknown group "${unknown.group}"`);
  return GROUPS.map((group) => [group, vectors.filter((vector) => vector.group === group)]);
}
