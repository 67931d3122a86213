/** What a bundler takes for browsers asks for nothing that only Node has, unless it has looked whether it is there. */
import { join } from 'node:path';
import ts from 'typescript';
import { build, run } from '../examples/run.js';

const NODE_ONLY: ReadonlySet<string> = new Set([
  ...['process', 'Buffer', 'global', 'require', '__dirname', '__filename', 'setImmediate', 'module', 'exports'],
]);

beforeAll(build, 300_000);

test.each(['index.js', 'core.js', 'policy/index.js'])(
  'dist/esm/%s',
  async (entry) => {
    const { code: ended, stdout, stderr } = await run([join(__dirname, 'bundle.mjs'), entry]);
    expect([ended, stderr]).toEqual([0, '']);
    const { builtins, code } = JSON.parse(stdout) as { builtins: string[]; code: string };
    expect(code).toMatch(entry === 'policy/index.js' ? /decideReuse/ : /cachePlugin/);
    expect(builtins).toEqual([]);
    expect(unguardedIn(code)).toEqual([]);
  },
  120_000,
);

test('the check notices what is not guarded, and nothing else', () => {
  expect(unguardedIn(`export const a = process.env.X;`)).toEqual(['process: export const a = process.env.X;']);
  expect(unguardedIn(`export const f = () => Buffer.from('');`)).toHaveLength(1);
  expect(unguardedIn(`if (typeof process === 'object') process.nextTick(f);`)).toEqual([]);
  expect(unguardedIn(`const p = typeof process === 'object' && process ? process : {};`)).toEqual([]);
  expect(
    unguardedIn(`const { Buffer: B } = globalThis; x.process = { process: 1 }; (process) => process.exit;`),
  ).toEqual([]);
});

/** The lines in which a global of Node's is used, without a `typeof` of it around. */
function unguardedIn(code: string): string[] {
  const source = ts.createSourceFile('bundle.js', code, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && NODE_ONLY.has(node.text) && isFreeUse(node) && !isGuarded(node)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push(`${node.text}: ${code.split('\n')[line]?.trim() ?? ''}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

// A name of a member or of something declared in the bundle is no global.
function isFreeUse(node: ts.Identifier): boolean {
  const { parent } = node;
  const named = parent as { readonly name?: ts.Node; readonly propertyName?: ts.Node; readonly label?: ts.Node };
  if (named.name === node || named.propertyName === node || named.label === node) return false;
  for (let scope: ts.Node = node; !ts.isSourceFile(scope); scope = scope.parent)
    if (declares(scope, node.text)) return false;
  return true;
}

function declares(scope: ts.Node, name: string): boolean {
  const parameters = ts.isFunctionLike(scope) ? scope.parameters : [];
  const statements: readonly ts.Statement[] = ts.isBlock(scope) ? scope.statements : [];
  const variables = statements
    .filter(ts.isVariableStatement)
    .flatMap((statement) => statement.declarationList.declarations);
  return [...parameters, ...variables].some((one) => bound(one.name).includes(name));
}

function bound(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? bound(element.name) : []));
}

function isGuarded(node: ts.Identifier): boolean {
  const guard = new RegExp(`typeof ${node.text}\\b`);
  for (let at: ts.Node = node; !ts.isSourceFile(at); at = at.parent) {
    if (ts.isTypeOfExpression(at)) return true;
    const isCondition = ts.isBinaryExpression(at) || ts.isConditionalExpression(at) || ts.isIfStatement(at);
    if (isCondition && guard.test(at.getText())) return true;
  }
  return false;
}
