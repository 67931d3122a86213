// The strangers' programs: written once in TypeScript, used as they are, as an ES module and as a CommonJS module.
import { readFileSync } from 'node:fs';
import ts from 'typescript';

const read = (name) => readFileSync(new URL(`./programs/${name}.ts`, import.meta.url), 'utf8');

function withoutTypes(source) {
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true };
  return ts.transpileModule(source, { compilerOptions }).outputText;
}

/** The imports as somebody would write them who uses `require`, not as a compiler would. */
export function asRequire(source) {
  return source
    .replace(/^import \{(.*?)\} from ('.*?');$/gm, (_, names, from) => {
      return `const {${names.replaceAll(' as ', ': ')}} = require(${from});`;
    })
    .replace(/^import (\w+) from ('.*?');$/gm, 'const $1 = require($2);');
}

/** The files of a project without a compiler. */
export function scripts() {
  return Object.fromEntries(
    ['cache', 'redis'].flatMap((name) => {
      const script = withoutTypes(read(name));
      return [
        [`${name}.mjs`, script],
        [`${name}.cjs`, asRequire(script)],
      ];
    }),
  );
}

/** The files of a TypeScript project. */
export function sources(names) {
  return Object.fromEntries(names.map((name) => [`${name}.ts`, read(name)]));
}
