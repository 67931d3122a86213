/** What the documents say holds: links lead somewhere, commands exist, what is made from the sources is as they say. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';
import { BODY_NOT_STORED } from '../../lib/observe/info.js';
import { FORWARDED_BECAUSE, NOT_STORED_BECAUSE, SERVED_BECAUSE } from '../../lib/policy/reasons.js';
import { blocksOf, documents, root, textOf } from './programs.js';

const decisions = readdirSync(join(root, 'docs', 'decisions')).map((name) => `docs/decisions/${name}`);
const all = [...documents, ...decisions, 'CONTRIBUTING.md', 'conformance/README.md', 'examples/README.md'];
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly name: string;
  readonly scripts: object;
  readonly dependencies: object;
  readonly devDependencies: object;
};
const { scripts } = manifest;

/** A text without its fenced blocks. */
const proseOf = (text: string): string => text.replace(/^```.*?^```$/gms, '');

/** The anchors of a document, as GitHub makes them of its headings. */
function anchorsOf(document: string): readonly string[] {
  const headings = proseOf(textOf(document)).matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function brokenLinksIn(document: string): string[] {
  const links = [...proseOf(textOf(document)).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)];
  return links.flatMap(([link, path = '', anchor]) => {
    const target = path === '' ? document : normalize(join(dirname(document), path));
    if (!existsSync(join(root, target))) return [`${link}: no such file`];
    if (anchor === undefined || !target.endsWith('.md')) return [];
    return anchorsOf(target).includes(anchor) ? [] : [`${link}: no such heading`];
  });
}

describe.each(all)('%s', (document) => {
  const text = textOf(document);

  test('links lead somewhere', () => {
    expect(brokenLinksIn(document)).toEqual([]);
  });

  test('npm scripts and programs that it names exist', () => {
    const named = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !Object.keys(scripts).includes(name))).toEqual([]);
    const programs = [...text.matchAll(/node ((?:examples|scripts|conformance|bench)\/[\w./-]+)/g)];
    expect(programs.map(([, path = '']) => path).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  // Commands of the package are run with the programs; what npm does here, the build does.
  test('what is to be typed is npm, or a command of the package', () => {
    const lines = blocksOf(text, document)
      .filter(({ language }) => language === 'sh')
      .flatMap(({ code }) => code.trim().split('\n'));
    const known =
      /^(npm (ci|test|run|install|uninstall)\b|npx axios-http-cache |node (examples|conformance)\/|export AXIOS_HTTP_CACHE_)/;
    expect(lines.filter((line) => line !== '' && !known.test(line))).toEqual([]);
    const installed = lines.flatMap((line) => /^npm install (.*)$/.exec(line)?.[1]?.split(' ') ?? []);
    const names = [manifest.name, ...Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })];
    expect(installed.filter((name) => !names.includes(name.replace(/(?<=.)@[\d.]+$/, '')))).toEqual([]);
  });
});

test('links and headings are looked at', () => {
  expect(anchorsOf('docs/options.md')).toEqual(expect.arrayContaining(['expireafter', 'what-storage-takes']));
  expect(all.flatMap((document) => [...proseOf(textOf(document)).matchAll(/\]\([^)]*#/g)]).length).toBeGreaterThan(20);
});

test('docs/README.md leads to every page', () => {
  const index = textOf('docs/README.md');
  const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md') && name !== 'README.md');
  expect(pages.filter((name) => !index.includes(`](${name})`))).toEqual([]);
});

test('what is made from sources and results is as they say', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/docs.mjs', '--check'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'all is as the sources say\n', stderr: '' });
}, 60_000);

describe('docs/options.md', () => {
  const source = readFileSync(join(root, 'lib', 'interceptors', 'options.ts'), 'utf8');
  const tree = ts.createSourceFile('options.ts', source, ts.ScriptTarget.ES2022);
  const membersOf = (name: string): string[] =>
    tree.statements
      .filter(ts.isInterfaceDeclaration)
      .filter((declaration) => declaration.name.text === name)
      .flatMap((declaration) => declaration.members)
      .map((member) => (member.name !== undefined && ts.isIdentifier(member.name) ? member.name.text : ''));
  const [everywhere = '', pluginOnly = ''] = textOf('docs/options.md').split(/^## For `cachePlugin\(\)` alone$/m);
  const headings = (text: string): string[] => [...text.matchAll(/^#### (\w+)$/gm)].map(([, name = '']) => name);

  test('documents every option there is, and no other', () => {
    expect(headings(everywhere).sort()).toEqual(membersOf('CacheRequestOptions').sort());
    expect(headings(pluginOnly).sort()).toEqual(membersOf('CacheOptions').sort());
  });

  test('README tells of options that exist', () => {
    const [, section = ''] = textOf('README.md').split(/^## The options that most people need$/m);
    const rows = [...(section.split(/^## /m)[0] ?? '').matchAll(/^\| `(\w+)` /gm)].map(([, name = '']) => name);
    expect(rows.length).toBeGreaterThan(8);
    const known = [...membersOf('CacheRequestOptions'), ...membersOf('CacheOptions')];
    expect(rows.filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe('docs/troubleshooting.md has a row for every reason, and no other', () => {
  const text = textOf('docs/troubleshooting.md');
  const rowsBelow = (title: string): string[] => {
    const [, section = ''] = text.split(new RegExp(`^## ${title}$`, 'm'));
    const rows = (section.split(/^## /m)[0] ?? '').matchAll(/^\| `([\w-]+)` +\| (.+?) +\| (.+?) +\|$/gm);
    return [...rows].map(([, name = '']) => name);
  };

  test.each([
    ['Why it was served', Object.keys(SERVED_BECAUSE)],
    ['Why the origin was asked', Object.keys(FORWARDED_BECAUSE)],
    ['Why it was not stored', [...Object.keys(NOT_STORED_BECAUSE), ...Object.keys(BODY_NOT_STORED)]],
  ])('%s', (title, reasons) => {
    expect(rowsBelow(title).sort()).toEqual(reasons.sort());
  });
});
