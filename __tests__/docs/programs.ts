/** The programs in README.md and in the guides, and what the TypeScript compiler says of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

export const root = join(__dirname, '..', '..');

/** The documents that have programs, as paths from the root. */
export const documents: readonly string[] = [
  'README.md',
  'SECURITY.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** The text of a document. */
export const textOf = (document: string): string => readFileSync(join(root, document), 'utf8');

export const readme = textOf('README.md');

export interface Block {
  readonly language: string;
  /** What stands behind the language. */
  readonly info: string;
  readonly code: string;
  readonly document: string;
  readonly line: number;
}

/** The fenced blocks of a text, in order. */
export function blocksOf(markdown: string, document = 'README.md'): readonly Block[] {
  const found = markdown.matchAll(/^```(\w*)(?: ([^\n]*))?\n(.*?)^```$/gms);
  return [...found].map(({ 1: language = '', 2: info = '', 3: code = '', index }) => ({
    language,
    info,
    code,
    document,
    line: markdown.slice(0, index).split('\n').length,
  }));
}

/** Those in JavaScript or TypeScript. */
export function programsOf(markdown: string, document = 'README.md'): readonly Block[] {
  return blocksOf(markdown, document).filter(({ language }) => language === 'ts' || language === 'js');
}

export const blocks = blocksOf(readme);
export const programs = programsOf(readme);
export const allPrograms = documents.flatMap((document) => programsOf(textOf(document), document));

/** Why a program is not run; `undefined` where it is. */
export function whyNotRun({ info }: Block): string | undefined {
  return /^no-run: (.+)$/.exec(info)?.[1];
}

/** A document's name as part of a file's. */
export const fileName = (document: string): string => document.replace(/\W/g, '-');

/** A name for messages and files. */
export const nameOf = ({ document, line }: Block): string => `${fileName(document)}.${String(line)}`;

/**
 * What the compiler says of programs, each a file of its own at the root of the package. The package's own name means its
 * sources, or what is built of them, as users get it.
 */
export function problemsIn(code: readonly Block[], against: 'sources' | 'dist'): string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  if (against === 'dist') delete options.paths;
  const files = new Map(code.map((block) => [join(root, `${nameOf(block)}.ts`), block.code]));
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
