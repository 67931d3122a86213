/** The programs in README.md, and what the TypeScript compiler says of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

export const root = join(__dirname, '..', '..');
export const readme = readFileSync(join(root, 'README.md'), 'utf8');

export interface Block {
  readonly language: string;
  readonly code: string;
  readonly line: number;
}

/** The fenced blocks of a text, in order. */
export function blocksOf(markdown: string): readonly Block[] {
  return [...markdown.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(({ 1: language = '', 2: code = '', index }) => ({
    language,
    code,
    line: markdown.slice(0, index).split('\n').length,
  }));
}

/** Those in JavaScript or TypeScript. */
export function programsOf(markdown: string): readonly Block[] {
  return blocksOf(markdown).filter(({ language }) => language === 'ts' || language === 'js');
}

export const blocks = blocksOf(readme);
export const programs = programsOf(readme);

/**
 * What the compiler says of programs, each a file of its own at the root of the package. The package's own name means its
 * sources, or what is built of them, as users get it.
 */
export function problemsIn(code: readonly Block[], against: 'sources' | 'dist'): string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  if (against === 'dist') delete options.paths;
  const files = new Map(code.map((block) => [join(root, `README.${String(block.line)}.ts`), block.code]));
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.getSourceFile = (path, languageVersion, ...rest) => {
    const text = files.get(path);
    if (text === undefined) return getSourceFile(path, languageVersion, ...rest);
    return ts.createSourceFile(path, text, languageVersion);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return diagnostics.map(({ file, start, messageText }) => {
      const line = file?.getLineAndCharacterOfPosition(start ?? 0).line ?? 0;
      const message = ts.flattenDiagnosticMessageText(messageText, ' ');
      return `${path.slice(root.length + 1)} line ${String(line + 1)}: ${message}`;
    });
  });
}
