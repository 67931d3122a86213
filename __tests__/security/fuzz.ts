/**
 * Hostile input by the million: URLs, stored records and header strings, the same in every run.
 *
 *   npm run fuzz             the whole: a million of each
 *   npm test                 a hundredth of it, in a second or two
 */
import { checksum } from '../../lib/storage/checksum.js';
import { decodeRecord, encodeRecord } from '../../lib/storage/codec.js';
import { bodyText } from '../../lib/storage/records.js';
import { createKey, credentialPartition } from '../../lib/policy/key.js';
import { parseHttpDate } from '../../lib/policy/dates.js';
import { parseCacheControl, requestDirectives, targetedDirectives } from '../../lib/policy/directives.js';
import { evaluateConditions, readRange } from '../../lib/policy/conditions.js';
import { ageValue } from '../../lib/policy/freshness.js';
import { redactUrl, secretNames } from '../../lib/policy/redaction.js';
import { decideReuse } from '../../lib/policy/reuse.js';
import { completeSettings } from '../../lib/policy/settings.js';
import { decideStoring } from '../../lib/policy/storing.js';
import type { Fields } from '../../lib/policy/types.js';
import { connectionFields, entityTag } from '../../lib/policy/validation.js';
import { normalizeFieldValue, readVary } from '../../lib/policy/vary.js';
import { seededRandom } from '../exchange/bench.js';
import { anExchange, aRequest, aStored, given, now, times } from '../policy/given.js';
import { anEntry, someVariants } from '../storage/fixtures.js';

export interface Dice {
  below(limit: number): number;
  of<T>(choices: readonly T[]): T;
}

export function dice(seed: number): Dice {
  const random = seededRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  return { below, of: <T>(choices: readonly T[]) => choices[below(choices.length)] as T };
}

const settings = completeSettings({});
const HOSTS = ['a.test', 'b.test', 'a.test:8080', 'xn--bcher-kva.test', '[::1]', '10.0.0.1'];
const UNITS = [
  ...['a', 'b', 'A', '0', '-', '.', '~', ';', ':', '=', ',', '+', '!', '(', '@', '$', '&', '/', '//', 'aa', 'Aa', 'BB'],
  ...['%20', '%2F', '%2E', '%26', '%3D', '%00', '%25', '%C3%A9', '%E2%82%AC', '{', '}', '|', '..a', '__proto__', '€'],
];

/** A URL, and the resource it means in a spelling of its own: what may be unified is spelled alike there. */
export function aUrl({ below, of }: Dice): { readonly url: string; readonly resource: string } {
  const text = (most: number): string => Array.from({ length: below(most + 1) }, () => of(UNITS)).join('');
  const scheme = of(['http', 'https']);
  const origin = `${scheme}://${of(HOSTS)}`;
  const path = `/${text(5)}`;
  const query =
    below(3) === 0 ? undefined : Array.from({ length: 1 + below(3) }, () => `${text(2)}=${text(2)}`).join('&');
  const url = query === undefined ? origin + path : `${origin}${path}?${query}`;
  return { url, resource: resourceOf(url) };
}

// By the platform's own parser; parameters sorted by name, which the key does too.
function resourceOf(url: string): string {
  const { href, search } = new URL(url);
  const members = search.slice(1).split('&');
  const nameOf = (member: string): string => {
    const [name = ''] = member.split('=', 1);
    try {
      return decodeURIComponent(name.replaceAll('+', ' '));
    } catch {
      return name;
    }
  };
  const sorted = members.map((member) => [nameOf(member), member] as const);
  sorted.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const [head = ''] = href.split('?', 1);
  return href.includes('?') ? `${head}?${sorted.map(([, member]) => member).join('&')}` : head;
}

/** URLs that others have mistaken for one another. */
export function adversarialUrls(): readonly { readonly url: string; readonly resource: string }[] {
  const origin = 'http://h.test';
  const different = [
    ...[
      '/p',
      '/p/',
      '/p//',
      '/P',
      '/a//b',
      '/a/b',
      '/a/./b/',
      '/x',
      '/x?',
      '/x??',
      '/x?&',
      '/x?=',
      '/x?a',
      '/x?a=',
      '/x?a=&',
    ],
    ...[
      '/x?a=1&b=2',
      '/x?a=1%26b=2',
      '/x?a=1;b=2',
      '/x?a=1,b=2',
      '/x?a=1&a=2',
      '/x?a=2&a=1',
      '/x?a=12',
      '/x?a1=2',
      '/xa?1=2',
    ],
    ...[
      '/x?a[]=1',
      '/x?a%5B%5D=1',
      '/x?a=%5B1%5D',
      '/x?a=+',
      '/x?a=%20',
      '/x?a=%2B',
      '/x%3Fa=1',
      '/x%23a',
      '/x%2F',
      '/x%252F',
    ],
    ...[
      '/caf%C3%A9',
      '/cafe%CC%81',
      '/caf%E9',
      '/AaAa',
      '/BBBB',
      '/AaBB',
      '/plumless',
      '/buckeroo',
      '/__proto__',
      '/constructor',
    ],
    ...[
      '/key:1:a',
      '/key:11:a',
      '/1:a',
      '/%00',
      '/%0D%0A',
      '/%E2%80%8B',
      '/.well-known',
      '/%2Ewell',
      '/|',
      '/%7C',
      '/{a}',
      '/%7Ba%7D',
    ],
    ...['/x?http://other.test/', '/x?u=http://other.test/#f'.slice(0, 24), '//other.test/x', '/@other.test/', '/:80/'],
  ].map((path) => origin + path);
  const others = [
    'https://h.test/p',
    'http://h.test:8080/p',
    'http://h.test.:80/p',
    'http://www.h.test/p',
    'http://h.tes/tp',
  ];
  return [...different, ...others].map((url) => ({ url, resource: resourceOf(url) }));
}

/** Different resources that share a key, among so many URLs. */
export function collisions(count: number, seed = 9111): string[] {
  const die = dice(seed);
  const byKey = new Map<string, string>();
  const found: string[] = [];
  for (let at = 0; at < count; at += 1) {
    const { url, resource } = aUrl(die);
    const key = createKey({ method: 'GET', url, headers: {} }, settings);
    const earlier = byKey.get(key);
    if (earlier === undefined) byKey.set(key, resource);
    else if (equivalent(earlier) !== equivalent(resource)) found.push(`${earlier} and ${resource}`);
  }
  return found;
}

// RFC 3986 §6.2.2.1: the digits of a percent-encoding have no case.
const equivalent = (url: string): string => url.replace(/%[\da-f]{2}/gi, (escape) => escape.toUpperCase());

const TEXTS = [
  encodeRecord(anEntry('it', 'hello')),
  encodeRecord(anEntry('it', Uint8Array.of(0, 255))),
  encodeRecord(someVariants),
];
const KEYS = [anEntry('it').key, anEntry('it').key, someVariants.key];
const ODD = [
  '',
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\n',
  '\r\n',
  '\0',
  'null',
  '-1',
  '1e999',
  '\u2028',
  '\ud800',
  '__proto__',
  '[[',
  '{"v":1,',
];

/** Reads so many damaged records; returns what went wrong: an exception, or content that nobody wrote. */
export function misreadRecords(count: number, seed = 9111): string[] {
  const die = dice(seed);
  const wrong: string[] = [];
  const truths = TEXTS.map((text, at) => JSON.stringify(decodeRecord(text, KEYS[at] ?? '')));
  for (let round = 0; round < count; round += 1) {
    const at = die.below(TEXTS.length);
    const text = TEXTS[at] ?? '';
    const damaged = damage(text, die);
    const forged = die.below(2) === 0 ? damaged : resealed(damaged);
    try {
      const read = decodeRecord(forged, KEYS[at] ?? '', KEYS[at], 10_000);
      if (typeof read === 'string') continue;
      // With a right checksum it may say anything that is well formed; without, only what was written.
      if (forged === damaged && JSON.stringify(read) !== truths[at]) wrong.push(forged);
      if (read.key !== KEYS[at]) wrong.push(forged);
      if (read.kind === 'entry') judge(read.response.headers, bodyText(read.response.body));
    } catch (error) {
      wrong.push(`${String(error)}: ${forged}`);
    }
  }
  return wrong;
}

function damage(text: string, { below, of }: Dice): string {
  let damaged = text;
  for (let cuts = 1 + below(2); cuts > 0; cuts -= 1) {
    const start = below(damaged.length + 1);
    damaged = damaged.slice(0, start) + of(ODD) + damaged.slice(start + below(4));
  }
  return damaged;
}

// The same facts under a length and a checksum that are right.
function resealed(text: string): string {
  const lineEnd = text.indexOf('\n');
  const body = lineEnd < 0 ? '' : text.slice(lineEnd + 1);
  const head = `${text.slice(0, lineEnd < 0 ? undefined : lineEnd).replace(/,"length".*$/s, '')},"length":${String(body.length)}`;
  return `${head},"check":"${checksum(body, checksum(head)).toString(16).padStart(8, '0')}"}\n${body}`;
}

const WORDS = [
  ...[
    'no-store',
    'no-cache',
    'private',
    'public',
    'max-age',
    's-maxage',
    'immutable',
    'must-revalidate',
    'stale-if-error',
  ],
  ...[
    '=',
    '"',
    '\\',
    ',',
    ';',
    ' ',
    '\t',
    '60',
    '-1',
    '1e3',
    '99999999999999999999',
    '*',
    'W/',
    'GMT',
    'Thu, 01 Dec 2033 16:00:00 GMT',
  ],
  ...[
    'bytes=',
    '-',
    'é',
    '\x7f',
    '\0',
    '\r\n',
    '中',
    '__proto__',
    'authorization',
    'cookie',
    'x-a',
    '?1',
    '()',
    ':',
    '/',
    'a',
  ],
];
const FIELDS = [
  'cache-control',
  'vary',
  'etag',
  'date',
  'expires',
  'age',
  'pragma',
  'last-modified',
  'connection',
  'cdn-cache-control',
];

export function aHeaderValue({ below, of }: Dice): string {
  return Array.from({ length: below(8) }, () => of(WORDS)).join('');
}

/** Reads so many header strings by every reader in turn; returns what went wrong. */
export function misreadHeaders(count: number, seed = 9111): string[] {
  const die = dice(seed);
  const wrong: string[] = [];
  for (let round = 0; round < count; round += 1) {
    const value = aHeaderValue(die);
    try {
      readEverywhere(value);
      if (round % 10 === 0) judge({ [die.of(FIELDS)]: value, [die.of(FIELDS)]: aHeaderValue(die) }, value);
    } catch (error) {
      wrong.push(`${String(error)}: ${JSON.stringify(value)}`);
    }
  }
  return wrong;
}

function readEverywhere(value: string): void {
  const { maxAge } = parseCacheControl(value);
  if (Number.isNaN(maxAge)) throw new Error('max-age is not a number');
  requestDirectives({ pragma: value });
  targetedDirectives({ 'cdn-cache-control': value }, ['cdn-cache-control']);
  readVary({ vary: value });
  entityTag({ etag: value });
  if (Number.isNaN(parseHttpDate(value, now))) throw new Error('a date is not a number');
  if (Number.isNaN(ageValue({ age: value }))) throw new Error('an age is not a number');
  connectionFields({ connection: value });
  normalizeFieldValue('cookie', value);
  normalizeFieldValue('accept', value);
  normalizeFieldValue('accept-language', value);
  readRange(value, STORED, 10);
  evaluateConditions({ 'if-none-match': value }, STORED);
  evaluateConditions({ 'if-modified-since': value }, STORED);
  redactUrl(value, secretNames(settings));
}

const STORED = aStored({ headers: { etag: '"1"', 'cache-control': 'max-age=60' } });

/** Decides about a message with these fields, stored and received. */
function judge(headers: Fields, body: string): void {
  const request = aRequest({ 'cache-control': body.slice(0, 40), 'x-a': body.slice(0, 10) });
  credentialPartition({ ...request, url: `http://h.test/?${body.slice(0, 40)}` }, settings);
  decideReuse(request, aStored({ headers }), given(), now);
  const decision = decideStoring(anExchange(aStored({ headers })), { status: 200, headers }, times);
  if ('keepFor' in decision && Number.isNaN(decision.keepFor)) throw new Error('kept for no number of seconds');
}
