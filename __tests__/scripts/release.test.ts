/** What `npm run release` does to a repository, and what it refuses, in small repositories of its own. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const script = join(__dirname, '..', '..', 'scripts', 'release.mjs');
const today = /\d{4}-\d{2}-\d{2}/;
const unreleased = '# Changelog\n\n## Unreleased\n\n### Added\n\n- A thing.\n\n## 1.2.3 - 2026-01-01\n\n- Before.\n';

// Each starts git and Node many times.
jest.setTimeout(60_000);

let folder: string;

function start(command: string, ...args: string[]): { status: number | null; output: string } {
  const who = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b' };
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...who, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
  });
  return { status, output: stdout + stderr };
}
const git = (...args: string[]): string => start('git', ...args).output.trim();
const release = (...args: string[]): { status: number | null; output: string } =>
  start(process.execPath, script, ...args);
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** What a release would change, without asking git. */
function state(): unknown {
  const refs = readdirSync(join(folder, '.git', 'refs'), { recursive: true, withFileTypes: true });
  const files = refs.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const names = ['CHANGELOG.md', 'package.json', 'package-lock.json'];
  return [files.map((file) => [file, readFileSync(file, 'utf8')]), names.map(read)];
}

let template: string;

beforeAll(() => {
  folder = template = mkdtempSync(join(tmpdir(), 'axios-http-cache-release-'));
  git('init', '--quiet', '--initial-branch', 'main');
  const version = '1.2.3';
  write('package.json', json({ name: 'x', version, scripts: { matrix: 'node -e "process.exit(0)"' } }));
  write(
    'package-lock.json',
    json({ name: 'x', version, lockfileVersion: 3, packages: { '': { name: 'x', version } } }),
  );
  write('CHANGELOG.md', unreleased);
  mkdirSync(join(folder, '.ci'));
  write('.ci/run', '#!/bin/sh\nexit 0\n');
  chmodSync(join(folder, '.ci', 'run'), 0o755);
  git('add', '--all');
  git('commit', '--quiet', '--message', 'First');
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'axios-http-cache-release-'));
  cpSync(template, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
afterAll(() => rmSync(template, { recursive: true, force: true }));

test('a release moves what was unreleased under its version and day, bumps both files, commits and tags', () => {
  expect(release('minor')).toMatchObject({ status: 0 });
  expect(read('CHANGELOG.md')).toMatch(
    /^# Changelog\n\n## Unreleased\n\n## 1\.3\.0 - \d{4}-\d{2}-\d{2}\n\n### Added\n\n- A thing\.\n\n## 1\.2\.3 - 2026-01-01\n/,
  );
  expect(JSON.parse(read('package.json'))).toMatchObject({ name: 'x', version: '1.3.0' });
  expect(JSON.parse(read('package-lock.json'))).toMatchObject({
    version: '1.3.0',
    packages: { '': { version: '1.3.0' } },
  });
  expect(git('log', '--format=%s', '-1')).toBe('Version 1.3.0');
  expect(git('cat-file', '-t', 'v1.3.0')).toBe('tag');
  expect(git('rev-parse', 'v1.3.0^{commit}')).toBe(git('rev-parse', 'HEAD'));
  expect(git('status', '--porcelain')).toBe('');
  expect(release('--notes', 'v1.3.0')).toEqual({ status: 0, output: '### Added\n\n- A thing.\n' });
  expect(release('--notes', 'v1.2.3')).toMatchObject({ status: 1 });
});

test.each([
  ['major', '2.0.0'],
  ['patch', '1.2.4'],
  ['1.4.0-beta.1', '1.4.0-beta.1'],
])('%s makes %s of 1.2.3; a dry run says so and changes nothing', (wanted, version) => {
  const before = state();
  const { status, output } = release(wanted, '--dry-run');
  expect(status).toBe(0);
  expect(output).toContain(`tag v${version}`);
  expect(output).toContain('- A thing.');
  expect(output).not.toMatch(today);
  expect(state()).toEqual(before);
});

test('the present version is released if it never was', () => {
  write('CHANGELOG.md', '# Changelog\n\n## Unreleased\n\n- The first things.\n');
  git('commit', '--quiet', '--all', '--message', 'Not yet released');
  expect(release('1.2.3')).toMatchObject({ status: 0 });
  expect(git('log', '--format=%s', '-1')).toBe('Version 1.2.3');
  expect(git('tag')).toBe('v1.2.3');
});

describe('refuses, and leaves everything as it was:', () => {
  const refuses = (says: RegExp, ...args: string[]): void => {
    const before = state();
    const { status, output } = release(...args);
    expect(output).toMatch(says);
    expect(status).toBe(1);
    expect(state()).toEqual(before);
  };
  const commit = (): string => git('commit', '--quiet', '--all', '--message', 'More');

  test('a tree that is not clean', () => {
    write('new.txt', 'x');
    refuses(/not clean/, 'minor');
  });

  test('a version that exists, is older, or is none', () => {
    git('tag', 'v1.3.0');
    refuses(/There is a tag v1\.3\.0/, 'minor');
    refuses(/older/, '1.2.2');
    refuses(/Say major, minor, patch/, 'enormous');
    refuses(/Say major, minor, patch/);
  });

  test('nothing unreleased', () => {
    write('CHANGELOG.md', '# Changelog\n\n## Unreleased\n\n## 1.2.3 - 2026-01-01\n\n- Before.\n');
    commit();
    refuses(/says nothing/, 'minor');
  });

  test('checks that fail', () => {
    write('.ci/run', '#!/bin/sh\nexit 3\n');
    commit();
    refuses(/\.ci\/run failed/, 'minor');
  });

  test('checks that change what is committed', () => {
    write('.ci/run', '#!/bin/sh\necho more >> figures.json\n');
    commit();
    refuses(/not clean after the checks/, 'minor');
  });
});
