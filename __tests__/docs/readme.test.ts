/** What README says holds: its programs compile, its tables name the options there are, its links lead somewhere. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { blocks, problemsIn, programs, readme, root } from './programs.js';

describe('README.md', () => {
  test('begins with a title, one paragraph, the two commands and how to install', () => {
    const [head = ''] = readme.split(/^## /m);
    const [title, paragraph = ''] = head.split('\n\n');
    expect(title).toBe('# axios-http-cache');
    expect(paragraph).toMatch(/^\w/);
    expect(blocks[0]).toMatchObject({ language: 'sh', code: 'npm ci && npm run demo\nnpm ci && npm test\n' });
    expect(blocks[1]).toMatchObject({ language: 'sh', code: 'npm install axios-http-cache axios\n' });
    expect(head).toContain(blocks[1]?.code);
  });

  test('names only npm scripts and files that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
    const named = [...readme.matchAll(/npm (?:run )?(test|(?<=run )[\w:]+)/g)].map(([, name]) => name);
    expect(named).toContain('demo');
    expect(named.filter((name) => !Object.keys(scripts).includes(name ?? ''))).toEqual([]);
    const files = [
      ...[...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => path),
      ...[...readme.matchAll(/`node (\S+)/g)].map(([, path = '']) => path.replace(/`$/, '')),
    ];
    expect(files.length).toBeGreaterThan(4);
    expect(files.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('has programs that compile', () => {
    expect(programs.length).toBeGreaterThan(4);
    expect(problemsIn(programs, 'sources')).toEqual([]);
  }, 180_000);

  test('the check of its programs notices an option that does not exist', () => {
    const code = `import axios from 'axios';\nimport 'axios-http-cache';\nawait axios.get('/', { cache: { expireAftr: 1 } });\n`;
    expect(problemsIn([{ language: 'ts', code, line: 0 }], 'sources')).toEqual([
      expect.stringContaining("'expireAftr'"),
    ]);
  }, 180_000);

  test('documents every option there is, and no other', () => {
    const source = readFileSync(join(root, 'lib', 'interceptors', 'options.ts'), 'utf8');
    const tree = ts.createSourceFile('options.ts', source, ts.ScriptTarget.ES2022);
    const members = (name: string): string[] =>
      tree.statements
        .filter(ts.isInterfaceDeclaration)
        .filter((declaration) => declaration.name.text === name)
        .flatMap((declaration) => declaration.members)
        .map((member) => (member.name !== undefined && ts.isIdentifier(member.name) ? member.name.text : ''));
    const [, options = ''] = readme.split(/^## Options$/m);
    const [everywhere = '', pluginOnly = ''] =
      options.split(/^## /m)[0]?.split('These are for `cachePlugin()` alone') ?? [];
    const rows = (table: string): string[] => [...table.matchAll(/^\| `(\w+)` /gm)].map(([, name = '']) => name);
    expect(rows(everywhere).sort()).toEqual(members('CacheRequestOptions').sort());
    expect(rows(pluginOnly).sort()).toEqual(members('CacheOptions').sort());
  });
});
