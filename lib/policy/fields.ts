/**
 * What does a field say, before anybody asks what it means? Lookup, lists and tokens (RFC 9110 §5).
 *
 * Syntax only, in linear time, never an exception. A field name is compared in lower case; a list is
 * split at commas that stand outside quoted strings (RFC 9110 §5.6.1, §5.6.4).
 */
import type { Fields } from './types.js';

/** No honest message has a longer list; servers and clients refuse far shorter ones. In UTF-16 units. */
export const LONGEST_LIST = 65_536;

/** Fields as they come: any case of names, several lines, values that are not text. */
export type LooseFields = Readonly<Record<string, unknown>>;

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// RFC 9110 §5.5: no control characters; obs-text (0x80-0xFF) is allowed, anything beyond is not a byte.

const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Lower-case names, text values, several lines joined; own properties only, without a prototype. */
export function toFields(loose: LooseFields): Fields {
  const fields = emptyFields();
  for (const name of Object.keys(loose)) {
    const value = fieldText(loose[name]);
    if (value === undefined) continue;
    const key = name.toLowerCase();
    const earlier = fields[key];
    fields[key] = earlier === undefined ? value : `${earlier}, ${value}`;
  }
  return fields;
}

function fieldText(value: unknown): string | undefined {
  return Array.isArray(value) ? value.map((line) => lineText(line) ?? '').join(', ') : lineText(value);
}

function lineText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** A record for fields that nothing can be inherited into. */
export function emptyFields(): Record<string, string> {
  return Object.create(null) as Record<string, string>;
}

/** A copy of `fields` without the named ones. */
export function withoutFields(fields: Fields, names: ReadonlySet<string>): Record<string, string> {
  const rest = emptyFields();
  for (const name of Object.keys(fields)) if (!names.has(name)) rest[name] = fields[name] ?? '';
  return rest;
}

/** Whether `text` is a token (RFC 9110 §5.6.2), as field names and directive names are. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** Whether `text` may be sent as a field value (RFC 9110 §5.5). */
export function isFieldValue(text: string): boolean {
  return FIELD_VALUE.test(text);
}

const TAB = 9;
const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;

/** `text` without the optional white space around it: spaces and tabs, nothing else (RFC 9110 §5.6.3). */
export function trimOws(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isOws(text.charCodeAt(start))) start += 1;
  while (end > start && isOws(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isOws(char: number): boolean {
  return char === SPACE || char === TAB;
}

/** The members of a comma-separated list, trimmed, empty ones left out; commas in quotes do not count. */
export function listMembers(value: string | undefined): string[] {
  return value === undefined ? [] : listItems(value).filter(Boolean);
}

/** What stands between the commas of a list, trimmed, empty or not. */
export function listItems(value: string): string[] {
  const items: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < value.length; at += 1) {
    const char = value.charCodeAt(at);
    if (char === QUOTE) quoted = !quoted;
    else if (quoted && char === BACKSLASH) at += 1;
    else if (!quoted && char === COMMA) {
      items.push(trimOws(value.slice(start, at)));
      start = at + 1;
    }
  }
  items.push(trimOws(value.slice(start)));
  return items;
}

/** The text of a token or quoted string; `undefined` where the quotes do not close at the end. */
export function unquote(value: string): string | undefined {
  if (!value.startsWith('"')) return value;
  let text = '';
  for (let at = 1; at < value.length; at += 1) {
    const char = value.charAt(at);
    if (char === '"') return at === value.length - 1 ? text : undefined;
    if (char === '\\') at += 1;
    text += value.charAt(at);
  }
  return undefined;
}

/** The names a list field names (Vary, Connection), in lower case; `undefined` where one is not a token. */
export function fieldNames(value: string | undefined): string[] | undefined {
  const names: string[] = [];
  for (const member of listMembers(value)) {
    if (!isToken(member)) return undefined;
    names.push(member.toLowerCase());
  }
  return names;
}

/** Delta-seconds: digits only (RFC 9111 §1.2.2); `undefined` for anything else. */
export function deltaSeconds(text: string): number | undefined {
  return /^[0-9]+$/.test(text) ? Number(text) : undefined;
}
