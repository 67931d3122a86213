/**
 * Which named values does a query, a form or JSON content carry? (WHATWG URL §5, RFC 8259)
 *
 * Members are sorted by name, since their order says nothing; those of one name keep theirs, since it can. Values are
 * never interpreted: numbers beyond a double, repeated names and nested objects stay as they were written. JSON is
 * spaced as Python writes it, so that keys compare like those of requests-cache.
 */

/** What stands in place of a value that is ignored. */
export const REDACTED = 'REDACTED';

/** One member of some content. */
export interface Member {
  /** As a server reads it. */
  readonly name: string;
  /** The whole member, as it is written. */
  readonly text: string;
  /** What is written before the value. */
  readonly label: string;
}

/** Content that consists of named members, sorted by name, and what is written around them. */
export interface Content {
  readonly members: readonly Member[];
  readonly start: string;
  readonly separator: string;
  readonly end: string;
  /** The value that stands in place of an ignored one. */
  readonly mark: string;
}

/** A member that holds members itself. */
interface Below {
  readonly member: Member;
  readonly content: Content;
}

const NO_MEMBERS: Content = { members: [], start: '', separator: '', end: '', mark: '' };
const LARGEST_JSON = 10 * 1024 * 1024;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Writes content with the values of ignored members (in lower case) replaced. */
export function writeContent(content: Content, ignored: readonly string[]): string {
  const { members, mark } = content;
  const texts = members.map((member) => (isNamed(member, ignored) ? member.label + mark : member.text));
  return content.start + texts.join(content.separator) + content.end;
}

/** Whether the member bears one of these names (in lower case). */
export function isNamed(member: Member, names: readonly string[]): boolean {
  return names.includes(member.name.toLowerCase());
}

/** Reads a query, or the content of a form. */
export function readQuery(query: string): Content {
  return sorted({ members: query.split('&').map(queryMember), start: '', separator: '&', end: '', mark: REDACTED });
}

function sorted(content: Content): Content {
  return { ...content, members: [...content.members].sort(byName) };
}

function queryMember(text: string): Member {
  const equals = text.indexOf('=');
  const label = equals < 0 ? `${text}=` : text.slice(0, equals + 1);
  const name = label.slice(0, -1);
  return { name: /[%+]/.test(name) ? decoded(name) : name, text, label };
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' '));
  } catch {
    return name;
  }
}

function byName(a: Member, b: Member): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** Reads a body that is a form or JSON; `undefined` for anything else, and for what is not what it claims to be. */
export function readBody(body: string | Uint8Array, contentType = ''): Content | undefined {
  const content = readUnsorted(body, contentType);
  return content && sorted(content);
}

/**
 * The body in the form that identifies a request: members sorted, the values of ignored ones replaced. Of a JSON object
 * that has a member named `rootKey`, only what that one holds is treated so. Any other body stays as it is.
 */
export function identityBody(
  body: string | Uint8Array,
  contentType: string | undefined,
  ignored: readonly string[],
  rootKey: string | undefined,
): string | Uint8Array {
  const content = readUnsorted(body, contentType);
  if (content === undefined) return body;
  const root = belowRoot(content, rootKey);
  if (root === undefined) return writeContent(sorted(content), ignored);
  const text = root.member.label + writeContent(sorted(root.content), ignored);
  const members = content.members.map((member) => (member === root.member ? { ...member, text } : member));
  return writeContent({ ...content, members }, []);
}

/** What the member `rootKey` of a JSON object holds, as `readBody` reads it. */
export function belowRoot(content: Content, rootKey: string | undefined): Below | undefined {
  if (rootKey === undefined || content.start !== '{') return undefined;
  // Of several members of that name the last counts, as it does for `JSON.parse`.
  const member = content.members.filter(({ name }) => name === rootKey).at(-1);
  return member && { member, content: readJson(member.text.slice(member.label.length)) };
}

function readUnsorted(body: string | Uint8Array, contentType = ''): Content | undefined {
  const isForm = /^\s*application\/x-www-form-urlencoded\s*(;|$)/i.test(contentType);
  if (!isForm && (body.length > LARGEST_JSON || !/^\s*application\/[^;]*json/i.test(contentType))) return undefined;
  try {
    const text = typeof body === 'string' ? body : decoder.decode(body);
    return isForm ? readQuery(text) : readJson(text);
  } catch {
    return undefined;
  }
}

// Throws on what is not JSON, since `JSON.parse` does.
function readJson(text: string): Content {
  JSON.parse(text);
  const token = /\s+|[{}[\],:]|[^\s{}[\],:"]+/y;
  const isObject = text.trimStart().startsWith('{');
  const members: Member[] = [];
  let depth = 0;
  let part = '';
  let label = '';
  for (let at = 0; at < text.length; at = token.lastIndex) {
    const unit = text.charAt(at);
    token.lastIndex = at;
    if (!token.test(text)) token.lastIndex = stringEnd(text, at);
    if (unit <= ' ') continue;
    const isOuter = isObject && depth === 1;
    if (isOuter && unit === ':') {
      label = `${part}: `;
      part = '';
    } else if (isOuter && (unit === ',' || unit === '}')) {
      if (label !== '') members.push(jsonMember(label, part));
      label = part = '';
    } else if (depth > 0 || !isObject) {
      part += unit === ',' || unit === ':' ? `${unit} ` : text.slice(at, token.lastIndex);
    }
    if (unit === '{' || unit === '[') depth += 1;
    if (unit === '}' || unit === ']') depth -= 1;
  }
  const mark = `"${REDACTED}"`;
  return isObject ? { members, start: '{', separator: ', ', end: '}', mark } : { ...NO_MEMBERS, start: part };
}

function jsonMember(label: string, value: string): Member {
  return { name: String(JSON.parse(label.slice(0, -2))), text: label + value, label };
}

// The index behind the string that opens at `at`: its closing quote has an even number of backslashes before it. There is
// one, since the whole is JSON.
function stringEnd(text: string, at: number): number {
  let end = at;
  let before = end + 1;
  while ((end - before) % 2 !== 0) {
    end = text.indexOf('"', end + 1);
    before = end;
    while (text.charAt(before - 1) === '\\') before -= 1;
  }
  return end + 1;
}
