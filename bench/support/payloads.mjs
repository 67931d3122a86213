// What is in the bodies? JSON as APIs send it: lists of small objects with texts, numbers, flags and nested objects.
import { seeded } from './random.mjs';

const WORDS = 'amber birch cedar delta ember fjord grove heath inlet juniper knoll lagoon meadow nectar orchard'.split(
  ' ',
);

function item(random, id) {
  const word = () => random.pick(WORDS);
  return {
    id,
    name: `${word()} ${word()}`,
    email: `${word()}.${word()}@example.com`,
    active: random.chance(0.5),
    score: Math.round(random.next() * 10_000) / 100,
    tags: [word(), word(), word()],
    address: { street: `${String(Math.floor(random.between(1, 200)))} ${word()} road`, city: word(), zip: null },
    createdAt: new Date(1_700_000_000_000 + Math.floor(random.next() * 1e10)).toISOString(),
  };
}

/** JSON text of about so many bytes, the same each time. */
export function jsonOf(bytes) {
  const random = seeded(bytes);
  const items = [];
  let length = 40;
  do {
    const next = item(random, items.length);
    items.push(next);
    length += JSON.stringify(next).length + 1;
  } while (length + 250 < bytes);
  return JSON.stringify({ page: 1, total: items.length, items });
}

/** So many octets that are not text. */
export function binaryOf(bytes) {
  const random = seeded(bytes);
  return Buffer.from(Uint8Array.from({ length: bytes }, () => Math.floor(random.next() * 256)));
}

/** Text of so many characters that is not JSON. */
export function textOf(bytes) {
  const random = seeded(bytes);
  let text = '';
  while (text.length < bytes) text += `${random.pick(WORDS)} `;
  // One string instead of many that hang together.
  return Buffer.from(text.slice(0, bytes)).toString('latin1');
}

export const SIZES = { small: 534, '10k': 10_240, '121k': 123_904, '1m': 1_048_576 };
