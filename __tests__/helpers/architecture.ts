/**
 * The map of the house as a checker: which room a source file of lib/ belongs to, what it may import, and what it
 * may not contain. A pure function over (path, source) pairs, so that the test can plant violations.
 *
 * If lib/ changes, the tables below are what to edit.
 */
import ts from 'typescript';

export interface SourceFile {
  /** Relative to lib/, with forward slashes: `policy/reuse.ts`. */
  readonly path: string;
  readonly source: string;
}

// ---- The tables ----------------------------------------------------------------------------------------------------

/** Top to bottom. A file may import files of its own room and of rooms below it, never of rooms above. */
export const rooms: readonly { readonly name: string; readonly files: readonly string[] }[] = [
  { name: 'cli', files: ['cli/**'] },
  { name: 'entries', files: ['index.ts', 'core.ts', 'redis.ts', 'migrate.ts'] },
  { name: 'migrate', files: ['migrate/**'] },
  { name: 'wiring', files: ['plugin.ts', 'use.ts', 'augment.ts'] },
  { name: 'interceptors', files: ['interceptors/**'] },
  { name: 'exchange', files: ['exchange/**'] },
  { name: 'handle', files: ['handle/**'] },
  { name: 'storage', files: ['storage/**'] },
  { name: 'observe', files: ['observe/**'] },
  { name: 'platform', files: ['platform.ts', 'errors.ts'] },
  { name: 'policy', files: ['policy/**'] },
];

/** Packages and who may import them: `files` at run time, `typesIn` with `import type` only. Others: nobody. */
export const packages: Readonly<
  Record<string, { readonly files: readonly string[]; readonly typesIn?: readonly string[] }>
> = {
  // The command line looks into a store as an instance of its own would.
  axios: {
    files: ['cli/**', 'plugin.ts', 'use.ts', 'augment.ts', 'interceptors/**', 'exchange/**'],
    typesIn: ['migrate/**'],
  },
  // Keyv's serialiser does not bundle for browsers: it is loaded by the Redis store alone.
  keyv: { files: ['storage/redis.ts'], typesIn: ['storage/**'] },
  '@keyv/redis': { files: ['storage/redis.ts'], typesIn: ['storage/**'] },
};

/** lib/ works in browsers; these files may import Node's own modules, each for its reason. */
export const nodeFiles: readonly { readonly files: string; readonly because: string }[] = [
  { files: 'platform.ts', because: "types alone: it asks for Node's modules at run time, where they exist" },
  { files: 'exchange/node-*.ts', because: 'streams and decoding that only the http adapter needs' },
  { files: 'storage/redis*.ts', because: 'Redis is reached from Node alone' },
  { files: 'storage/encryption.ts', because: 'AES-256-GCM and key stretching' },
];

/** The one file that reads the system clock, once. */
export const clockFile = 'platform.ts';

/** Types alone: may be imported bare, since nothing is lost when a bundler drops it. */
export const augmentationFile = 'augment.ts';

/** The rooms that may print. */
export const printingFiles: readonly string[] = ['cli/**'];

export const longestFile = 220;

/** What the policy may not refer to: it computes, from its arguments alone. */
export const impureNames: readonly string[] = [
  'performance',
  'process',
  'console',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'fetch',
  'crypto',
  'globalThis',
  'global',
  'require',
  'Promise',
  'Temporal',
];

// ---- The checker ---------------------------------------------------------------------------------------------------

/** Every violation as one sentence that begins with its file; empty if there is none. */
export function architectureViolations(files: readonly SourceFile[]): string[] {
  const parsed = files.map(parse);
  return [
    ...parsed.flatMap((file) => [
      ...lengthViolations(file),
      ...importViolations(file, parsed),
      ...printViolations(file),
      ...(roomOf(file.path) === 'policy' ? purityViolations(file) : []),
    ]),
    ...clockViolations(parsed),
    ...cycleViolations(parsed),
  ];
}

interface Import {
  readonly specifier: string;
  readonly isTypeOnly: boolean;
  /** `import('x')` or `require('x')`. */
  readonly isDynamic: boolean;
  /** `import 'x'`, for its effect alone. */
  readonly isBare: boolean;
}

interface Parsed {
  readonly path: string;
  readonly source: string;
  readonly tree: ts.SourceFile;
  readonly imports: readonly Import[];
}

function parse({ path, source }: SourceFile): Parsed {
  const tree = ts.createSourceFile(path, source, ts.ScriptTarget.ES2022, true);
  return { path, source, tree, imports: importsOf(tree) };
}

function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of node.getChildren()) yield* nodesOf(child);
}

function importsOf(tree: ts.SourceFile): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, isTypeOnly: boolean, isDynamic = false, isBare = false): void => {
    if (specifier !== undefined && ts.isStringLiteralLike(specifier)) {
      found.push({ specifier: specifier.text, isTypeOnly, isDynamic, isBare });
    }
  };
  for (const node of nodesOf(tree)) {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnlyImport(node), false, !node.importClause);
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isExternalModuleReference(node)) add(node.expression, false);
    else if (ts.isModuleDeclaration(node)) add(node.name, true);
    else if (ts.isImportTypeNode(node))
      add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true);
    else if (ts.isCallExpression(node) && /^(import|require)$/.test(node.expression.getText())) {
      add(node.arguments[0], false, true);
    }
  }
  return found;
}

function isTypeOnlyImport({ importClause }: ts.ImportDeclaration): boolean {
  if (importClause === undefined) return false;
  if (importClause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = importClause.namedBindings;
  if (importClause.name !== undefined || named === undefined || !ts.isNamedImports(named)) return false;
  return named.elements.length > 0 && named.elements.every((element) => element.isTypeOnly);
}

function matches(path: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const regExp = pattern.replace(/[.]/g, '\\.').replace(/\*+/g, (stars) => (stars === '**' ? '.*' : '[^/]*'));
    return new RegExp(`^${regExp}$`).test(path);
  });
}

function rankOf(path: string): number {
  return rooms.findIndex(({ files }) => matches(path, files));
}

function roomOf(path: string): string | undefined {
  return rooms[rankOf(path)]?.name;
}

/** `policy/reuse.ts` + `../storage/store.js` = `storage/store.ts`; undefined for a package. */
function targetOf(path: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const parts = path.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/').replace(/\.js$/, '.ts');
}

function lengthViolations({ path, source }: Parsed): string[] {
  const lines = source.replace(/\n$/, '').split('\n').length;
  return lines > longestFile ? [`${path}: has ${String(lines)} lines, more than ${String(longestFile)}`] : [];
}

function importViolations(file: Parsed, all: readonly Parsed[]): string[] {
  const { path } = file;
  if (rankOf(path) < 0) return [`${path}: belongs to no room; name it in the table of rooms`];
  return file.imports.flatMap((imported) => {
    const target = targetOf(path, imported.specifier);
    return target === undefined ? packageViolations(path, imported) : ownViolations(path, target, imported, all);
  });
}

function ownViolations(path: string, target: string, imported: Import, all: readonly Parsed[]): string[] {
  const { specifier, isBare } = imported;
  if (!specifier.endsWith('.js')) return [`${path}: imports '${specifier}' without its .js ending`];
  if (!all.some((other) => other.path === target)) return [`${path}: imports '${specifier}', which is no file of lib/`];
  if (rankOf(target) < rankOf(path)) {
    return [`${path}: imports upward, '${specifier}' (${String(roomOf(path))} -> ${String(roomOf(target))})`];
  }
  // package.json calls all files but the main entry free of side effects.
  if (isBare && target !== augmentationFile) return [`${path}: imports '${specifier}' bare; bundlers drop that`];
  return [];
}

function packageViolations(path: string, { specifier, isTypeOnly, isDynamic }: Import): string[] {
  const room = String(roomOf(path));
  if (room === 'policy') return [`${path}: the policy imports only itself, not '${specifier}'`];
  if (isNodeModule(specifier)) {
    if (isDynamic || room === 'cli') return [];
    const isListed = nodeFiles.some(({ files }) => matches(path, [files]));
    return isListed ? [] : [`${path}: may not import '${specifier}'; lib/ works in browsers`];
  }
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  const rule = Object.hasOwn(packages, name) ? packages[name] : undefined;
  if (rule === undefined) return [`${path}: imports '${specifier}', a package of nobody's list`];
  if (matches(path, rule.files)) return [];
  const mayType = matches(path, rule.typesIn ?? []);
  if (mayType && isTypeOnly) return [];
  return [`${path}: may not import '${specifier}'${mayType ? ' at run time, only its types' : ''}`];
}

const builtins: readonly string[] = [
  'assert',
  'buffer',
  'child_process',
  'crypto',
  'dns',
  'events',
  'fs',
  'http',
].concat([
  'http2',
  'https',
  'module',
  'net',
  'os',
  'path',
  'perf_hooks',
  'process',
  'stream',
  'timers',
  'tls',
  'url',
  'util',
  'v8',
  'vm',
  'worker_threads',
  'zlib',
]);

function isNodeModule(specifier: string): boolean {
  return specifier.startsWith('node:') || builtins.includes(specifier.split('/')[0] ?? '');
}

/** True for an identifier that stands for a value in scope, not for a member's or a declaration's name. */
function isReference(node: ts.Node): node is ts.Identifier {
  if (!ts.isIdentifier(node)) return false;
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name !== node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isTypeReferenceNode(parent) || ts.isQualifiedName(parent)) return false;
  return (
    (parent as { readonly name?: ts.Node }).name !== node &&
    (parent as { propertyName?: ts.Node }).propertyName !== node
  );
}

function isMember(node: ts.Node, object: string, member?: string): boolean {
  if (!ts.isPropertyAccessExpression(node) || node.expression.getText() !== object) return false;
  return member === undefined || node.name.text === member;
}

/** `new Date()` and `Date()` read the clock; `new Date(instant)` does not. */
function isArgumentlessDate(node: ts.Node): boolean {
  if (ts.isNewExpression(node)) return node.expression.getText() === 'Date' && (node.arguments?.length ?? 0) === 0;
  return ts.isCallExpression(node) && node.expression.getText() === 'Date';
}

function printViolations({ path, tree }: Parsed): string[] {
  if (matches(path, printingFiles)) return [];
  return [...nodesOf(tree)].flatMap((node) => {
    const prints =
      (isReference(node) && node.text === 'console') ||
      isMember(node, 'process', 'stdout') ||
      isMember(node, 'process', 'stderr');
    return prints ? [`${path}: prints, with ${node.getText()}`] : [];
  });
}

function purityViolations({ path, tree }: Parsed): string[] {
  return [...nodesOf(tree)].flatMap((node) => {
    const impurity = impurityOf(node);
    return impurity === undefined ? [] : [`${path}: the policy is pure, without ${impurity}`];
  });
}

function impurityOf(node: ts.Node): string | undefined {
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return 'async';
  if (node.kind === ts.SyntaxKind.AwaitKeyword) return 'await';
  if (isArgumentlessDate(node)) return 'new Date()';
  if (isMember(node, 'Date', 'now')) return 'Date.now';
  if (isMember(node, 'Math', 'random')) return 'Math.random';
  if (!isReference(node)) return undefined;
  if (impureNames.includes(node.text)) return node.text;
  // Any other way to the clock or to chance: destructuring, an alias, brackets.
  const { parent } = node;
  if (node.text === 'Math') return ts.isPropertyAccessExpression(parent) ? undefined : 'Math as a value';
  if (node.text !== 'Date' || ts.isPropertyAccessExpression(parent) || ts.isNewExpression(parent)) return undefined;
  const isTest = ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword;
  return isTest || ts.isCallExpression(parent) ? undefined : 'Date as a value';
}

function clockViolations(files: readonly Parsed[]): string[] {
  return files.flatMap(({ path, tree }) => {
    if (roomOf(path) === 'policy' || roomOf(path) === 'cli') return [];
    const nodes = [...nodesOf(tree)];
    const readings = nodes.filter((node) => isMember(node, 'Date', 'now')).length;
    const violations = nodes
      .filter(isArgumentlessDate)
      .map((node) => `${path}: reads the clock, with ${node.getText()}`);
    if (path !== clockFile && readings > 0) violations.push(`${path}: Date.now occurs in ${clockFile} only`);
    if (path === clockFile && readings !== 1)
      violations.push(`${path}: Date.now occurs ${String(readings)} times, not once`);
    return violations;
  });
}

/** No cycles, not even through types. Each is told once, from its first file in the order of the alphabet. */
function cycleViolations(files: readonly Parsed[]): string[] {
  const edges = new Map(
    files.map(({ path, imports }) => [path, imports.flatMap(({ specifier }) => targetOf(path, specifier) ?? [])]),
  );
  const cycles = new Set<string>();
  const finished = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      cycles.add(fromFirst(trail.slice(start)));
      return;
    }
    if (finished.has(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    finished.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return [...cycles];
}

function fromFirst(cycle: readonly string[]): string {
  const first = [...cycle].sort()[0] ?? '';
  const at = cycle.indexOf(first);
  return `${first}: imports itself in a cycle, ${[...cycle.slice(at), ...cycle.slice(0, at), first].join(' -> ')}`;
}
