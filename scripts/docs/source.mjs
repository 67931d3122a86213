// What do the public types say of themselves? Members, types and doc comments of an interface, read from the sources.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Names of our own that say less to a reader than what they stand for. */
const SPELLED_OUT = [
  [/\bSeconds\b/g, 'number'],
  [/\bEpochMs\b/g, 'number'],
  [/\bExpiration\b/g, 'number | string | Date'],
  [/\bUrlRule\b/g, '[string | RegExp, lifetime]'],
  [/\bAlgorithm\b/g, "'gzip' | 'zstd'"],
  [/\bSettings\b/g, 'object'],
  [/\bInvalidated\b/g, '(string | { tags })'],
  [/\bReuseDecision\['kind'\]/g, 'string'],
  [/\bCacheStatus\b/g, 'string'],
  [/\bReadonly<(Record<[^<>]*>)>/g, '$1'],
  [/\bReadonlyMap</g, 'Map<'],
];

const trees = new Map();

function treeOf(file) {
  const tree =
    trees.get(file) ?? ts.createSourceFile(file, readFileSync(`${root}${file}`, 'utf8'), ts.ScriptTarget.ES2022, true);
  trees.set(file, tree);
  return tree;
}

/** The members of an interface, in order: `{ name, type, text, standard }`; `standard` is what holds if nothing is said. */
export function membersOf(file, name) {
  const found = treeOf(file).statements.find((node) => ts.isInterfaceDeclaration(node) && node.name.text === name);
  if (found === undefined) throw new Error(`${file} has no interface ${name}`);
  return found.members.map((member) => described(member, file));
}

function described(member, file) {
  const tree = treeOf(file);
  const { text, standard } = commentOf(member, tree);
  const name = member.name.text ?? member.name.getText(tree);
  const isMethod = ts.isMethodSignature(member);
  if (text === '') throw new Error(`${file}: ${name} has no comment`);
  const inner =
    member.type && ts.isTypeLiteralNode(member.type) ? member.type.members.map((it) => described(it, file)) : [];
  return { name, type: isMethod ? signature(member, tree) : typeText(member.type, tree), text, standard, inner };
}

function commentOf(member, tree) {
  const [doc] = ts.getJSDocCommentsAndTags(member);
  if (doc === undefined) return { text: '', standard: undefined };
  const flat = (comment) => (ts.getTextOfJSDocComment(comment) ?? '').replace(/\s+/g, ' ').trim();
  // The words of the tag as they were written: TypeScript takes `@default 'x'` apart.
  const source = doc
    .getText(tree)
    .replace(/^\/\*\*|\*\/$/g, '')
    .replace(/^\s*\* ?/gm, '');
  const standard = /@default\s+([\s\S]*)$/.exec(source)?.[1]?.replace(/\s+/g, ' ').trim();
  return { text: flat(doc.comment), standard };
}

function typeText(type, tree) {
  if (type === undefined) return '';
  const plain = type.getText(tree).replace(/Expiration \| null/g, 'lifetime');
  return spelledOut(plain)
    .replace(/\s*\| undefined\b/g, '')
    .replace(/\breadonly /g, '')
    .replace(/\s+/g, ' ')
    .replace(/^\| /, '')
    .replace(/^\((\(.*\) => .*)\)$/, '$1');
}

function signature(member, tree) {
  const plain = (node) => (node === undefined ? '' : typeText(node, tree));
  const parameters = member.parameters.map((it) => `${it.name.getText(tree)}${it.questionToken ? '?' : ''}`).join(', ');
  return `(${parameters}) => ${plain(member.type)}`;
}

const spelledOut = (text) => SPELLED_OUT.reduce((so, [pattern, words]) => so.replace(pattern, words), text);

/** What the events of each name always tell, from the interface `Told`. */
export function eventsOf() {
  return membersOf('lib/observe/events.ts', 'Told').map(({ name, type, text }) => ({
    name,
    text,
    tells: type.replace('OfRequest', typeAlias('lib/observe/events.ts', 'OfRequest')).match(/(?<=')\w+/g) ?? [],
  }));
}

function typeAlias(file, name) {
  const found = treeOf(file).statements.find((node) => ts.isTypeAliasDeclaration(node) && node.name.text === name);
  if (found === undefined) throw new Error(`${file} has no type ${name}`);
  return found.type.getText(treeOf(file));
}
