/**
 * What must not be seen, in keys, in the store or in events? Values of ignored names, and userinfo of URLs.
 *
 * Names are compared without regard to case; the lists given here are in lower case. A member without a value is
 * redacted too. Only query, form, the members at the root of a JSON object, and fields have names; nothing deeper.
 */
import { emptyFields } from './fields.js';
import { readBody, readQuery, REDACTED, writeContent } from './members.js';
import type { CacheSettings, Fields } from './types.js';
import { splitUrl } from './urls.js';

export { REDACTED } from './members.js';

/** Fields that are credentials in addition to Authorization, Proxy-Authorization and Cookie, unless options say otherwise. */
export const DEFAULT_CREDENTIAL_HEADERS: readonly string[] = [
  'x-api-key',
  'x-auth-token',
  'x-api-token',
  'x-access-token',
];

/** Names that are credentials as a query, form or JSON member. */
export const CREDENTIAL_PARAMETERS: readonly string[] = ['access_token', 'api_key', 'apikey'];

/** The fields that HTTP itself uses for credentials (RFC 9110 §11.6, §11.7; RFC 6265 §5.4). */
export const CREDENTIAL_FIELDS: readonly string[] = ['authorization', 'proxy-authorization', 'cookie'];

/** Names whose values are kept out of keys and stores, unless options say otherwise. */
export const DEFAULT_IGNORED_PARAMETERS: readonly string[] = [
  'authorization',
  'proxy-authorization',
  ...DEFAULT_CREDENTIAL_HEADERS,
  ...CREDENTIAL_PARAMETERS,
];

// eslint-disable-next-line no-control-regex
const UNPRINTABLE = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/g;

/** The names to redact in what is stored or reported: the ignored ones, and credentials whether ignored or not. */
export function secretNames(settings: CacheSettings): readonly string[] {
  const { ignoredParameters, credentialHeaders } = settings;
  const known = lists.get(settings);
  if (known?.ignored === ignoredParameters && known.headers === credentialHeaders) return known.names;
  const names = [...ignoredParameters, ...CREDENTIAL_FIELDS, ...credentialHeaders, ...CREDENTIAL_PARAMETERS];
  lists.set(settings, { ignored: ignoredParameters, headers: credentialHeaders, names });
  return names;
}

interface Listed {
  readonly ignored: readonly string[];
  readonly headers: readonly string[];
  readonly names: readonly string[];
}

// The same settings serve many requests.
const lists = new WeakMap<CacheSettings, Listed>();

/** The URL without userinfo and fragment, with ignored parameters redacted. */
export function redactUrl(url: string, ignored: readonly string[]): string {
  const { base, query } = splitUrl(url);
  if (query === undefined) return inOneLine(base);
  return inOneLine(`${base}?${ignored.length === 0 ? query : writeContent(readQuery(query), ignored)}`);
}

// In what is no URL to the platform, line breaks and escapes of a terminal would forge what a log says.
function inOneLine(text: string): string {
  return text.replace(UNPRINTABLE, (unit) => encodeURIComponent(unit));
}

/** The fields with the values of ignored ones redacted. */
export function redactFields(fields: Fields, ignored: readonly string[]): Fields {
  const redacted = emptyFields();
  for (const name of Object.keys(fields)) {
    redacted[name] = ignored.includes(name.toLowerCase()) ? REDACTED : (fields[name] ?? '');
  }
  return redacted;
}

/**
 * A form or a JSON body in normal form: members sorted by name, ignored ones redacted. Any other body, invalid JSON, and
 * JSON of more than 10 MiB stay as they are.
 */
export function redactBody(
  body: string | Uint8Array,
  contentType: string | undefined,
  ignored: readonly string[],
): string | Uint8Array {
  const content = readBody(body, contentType);
  return content === undefined ? body : writeContent(content, ignored);
}
