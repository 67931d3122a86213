/** The types of the public names, compiled as a user's project compiles them: strict, in each kind of resolution. */
import { join } from 'node:path';
import ts from 'typescript';

const root = join(__dirname, '..', '..');

const RESOLUTIONS: Readonly<Record<string, ts.CompilerOptions>> = {
  Node16: { module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 },
  bundler: { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
};

function optionsFor(resolution: string): ts.CompilerOptions {
  return {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.dom.asynciterable.d.ts'],
    types: ['node'],
    typeRoots: [join(root, 'node_modules', '@types')],
    esModuleInterop: true,
    skipLibCheck: true,
    paths: {
      'axios-http-cache': [join(root, 'lib/index.ts')],
      'axios-http-cache/core': [join(root, 'lib/core.ts')],
      'axios-http-cache/migrate': [join(root, 'lib/migrate.ts')],
      'axios-http-cache/redis': [join(root, 'lib/redis.ts')],
    },
    ...RESOLUTIONS[resolution],
  };
}

/** Parsed once for all programs: by far most of them is declarations that do not change. */
const parsed = new Map<string, ts.SourceFile | undefined>();

// A file of this folder; one that does not lie there is given as `source`.
function problemsOf(name: string, resolution: string, source?: string): string[] {
  const path = join(__dirname, name);
  const options = optionsFor(resolution);
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  const parse = host.getSourceFile;
  const getSourceFile: typeof parse = (file, format, ...rest) => {
    // A format says how a file is resolved, which is part of what is parsed.
    const key = `${JSON.stringify(format)} ${file}`;
    if (!parsed.has(key)) parsed.set(key, parse(file, format, ...rest));
    return parsed.get(key);
  };
  host.getSourceFile = getSourceFile;
  if (source !== undefined) {
    host.fileExists = (file) => file === path || fileExists(file);
    host.readFile = (file) => (file === path ? source : readFile(file));
    host.getSourceFile = (file, format, ...rest) =>
      file === path ? ts.createSourceFile(file, source, format) : getSourceFile(file, format, ...rest);
  }
  const program = ts.createProgram([path], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const line = file === undefined ? '' : String(file.getLineAndCharacterOfPosition(start).line + 1);
    return `${file?.fileName ?? ''}:${line} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

jest.setTimeout(120_000);

test.each(Object.keys(RESOLUTIONS))('every line of public.test-d.ts holds, resolved as %s', (resolution) => {
  expect(problemsOf('public.test-d.ts', resolution)).toEqual([]);
});

test('/core alone gives axios no `use`, and its responses a `cache`', () => {
  const source = `
    import axios from 'axios';
    import { cachePlugin } from 'axios-http-cache/core';

    export async function core(): Promise<void> {
      const api = cachePlugin({ expireAfter: '1h' })(axios.create());
      const { cache } = await api.get('/users', { cache: { refresh: true } });
      void [cache.status, api.cache.stats()];
      // @ts-expect-error only the main entry adds it
      axios.use(cachePlugin());
    }`;
  expect(problemsOf('core.test-d.ts', 'Node16', source)).toEqual([]);
});

test('what is wrong is found: a check of this test itself', () => {
  const source = `
    import axios from 'axios';
    import { cachePlugin } from 'axios-http-cache';

    export const typo = axios.create({ cache: { expireAfterr: 1 } });
    // @ts-expect-error nothing is wrong here
    export const cached = axios.create().use(cachePlugin());`;
  const problems = problemsOf('wrong.test-d.ts', 'Node16', source);
  expect(problems).toHaveLength(2);
  expect(problems[0]).toMatch(/:5 .*expireAfterr.*Did you mean to write 'expireAfter'\?/);
  expect(problems[1]).toMatch(/:6 Unused '@ts-expect-error' directive/);
});
