/**
 * Which header fields does a stored response have when it is given to somebody? (RFC 9111 §4, §5.1)
 *
 * Those it was stored with, without what spoke to one user, with its age now. All but the age is the same each time: it
 * is made once for each stored response, and copied.
 */
import { AxiosHeaders } from 'axios';
import { unreplayableFields } from '../policy/facts.js';
import { withoutFields } from '../policy/fields.js';
import { currentAge } from '../policy/freshness.js';
import type { EpochMs, StoredResponse } from '../policy/types.js';
import { octetsOf } from '../storage/records.js';
import type { StoredBody } from '../storage/records.js';
import { isDecodable } from './decode.js';
import type { Passage } from './engine.js';
import { toAxiosHeaders } from './message.js';
import type { OwnHeaders } from './message.js';

/** Fields of one caller's own, by lower-case name. */
export type Replayed = OwnHeaders & Record<string, string>;

// Own fields only: `for in` would show what somebody put on `Object.prototype` as well. By what they depend on beside the
// stored response: cookies kept or not, coding undone or not.
type Template = readonly (readonly [name: string, value: unknown])[];
type Templates = [Template?, Template?, Template?, Template?];
const templates = new WeakMap<StoredResponse, Templates>();

/** The fields for one caller. */
export function replayedFields(
  stored: StoredResponse<StoredBody>,
  { config, settings }: Passage,
  now: EpochMs,
): Replayed {
  const isUndone =
    config.decompress !== false && stored.body.form === 'content' && isDecodable(stored.headers['content-encoding']);
  const made = templates.get(stored) ?? [];
  if (made.length === 0) templates.set(stored, made);
  const at = (settings.storeSetCookie ? 1 : 0) + (isUndone ? 2 : 0);
  const template = (made[at] ??= templateOf(fieldsOf(stored, isUndone, unreplayableFields(settings))));
  const fields = new AxiosHeaders() as Record<string, unknown>;
  for (const [name, value] of template) fields[name] = value;
  // §4, §5.1: a response from the store tells its age.
  fields['age'] = String(Math.floor(currentAge(stored, now)));
  return fields as Replayed;
}

// What axios would make of such a value is the value.
const PLAIN = /^(?:[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?)?$/;

function templateOf(fields: Readonly<Record<string, string>>): Template {
  const pairs = Object.entries(fields);
  return pairs.every(([, value]) => PLAIN.test(value)) ? pairs : Object.entries(toAxiosHeaders(fields));
}

// §3.2 aside, the length is that of what is handed out.
function fieldsOf(
  stored: StoredResponse<StoredBody>,
  isUndone: boolean,
  without: ReadonlySet<string>,
): Record<string, string> {
  const fields = withoutFields(stored.headers, without);
  if (!isUndone) return fields;
  delete fields['content-encoding'];
  if (fields['content-length'] !== undefined) fields['content-length'] = String(octetsOf(stored.body));
  return fields;
}
