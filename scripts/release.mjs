// Makes a release of the repository in which it is started: runs all checks, gives what is unreleased in CHANGELOG.md a version
// and a day, sets the version in package.json and its lockfile, commits and tags. It pushes and publishes nothing: the
// tag does, once it is pushed (.github/workflows/release.yml).
//   npm run release -- minor                major, minor, patch, or a version
//   npm run release -- minor --dry-run      says what it would do
//   node scripts/release.mjs --notes v1.2.0      prints what that version changed, if package.json is of that version
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import semver from 'semver';
import { notesOf, release } from './release/changelog.mjs';

function git(...args) {
  const { status, stdout, stderr, error } = spawnSync('git', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
  return stdout.trim();
}

const root = git('rev-parse', '--show-toplevel');
const path = (name) => join(root, name);
const readJson = (name) => JSON.parse(readFileSync(path(name), 'utf8'));
const writeJson = (name, value) => writeFileSync(path(name), `${JSON.stringify(value, null, 2)}\n`);

/** The version meant; the present one too, as long as it was never released. */
function versionFor(wanted, present) {
  const version = ['major', 'minor', 'patch'].includes(wanted) ? semver.inc(present, wanted) : semver.valid(wanted);
  if (version === null) throw new Error(`Say major, minor, patch or a version, not ${wanted ?? 'nothing'}.`);
  if (semver.lt(version, present)) throw new Error(`${version} is older than ${present}.`);
  if (git('tag', '--list', `v${version}`) !== '') throw new Error(`There is a tag v${version}.`);
  return version;
}

function expectClean(when) {
  const changes = git('status', '--porcelain');
  if (changes !== '') throw new Error(`The working tree is not clean ${when}:\n${changes}`);
}

function runChecks() {
  for (const [command, ...args] of [['.ci/run'], ['npm', 'run', '--silent', 'matrix']]) {
    const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
    if (status !== 0) throw new Error(`${[command, ...args].join(' ')} failed.`);
  }
}

function bump(version) {
  writeJson('package.json', { ...readJson('package.json'), version });
  if (!existsSync(path('package-lock.json'))) return ['package.json'];
  const lock = readJson('package-lock.json');
  const packages = { ...lock.packages, '': { ...lock.packages[''], version } };
  writeJson('package-lock.json', { ...lock, version, packages });
  return ['package.json', 'package-lock.json'];
}

function makeRelease(wanted, isDryRun) {
  const present = readJson('package.json').version;
  expectClean('');
  const version = versionFor(wanted, present);
  const today = new Date().toISOString().slice(0, 10);
  const changelog = release(readFileSync(path('CHANGELOG.md'), 'utf8'), version, today);
  if (isDryRun) {
    console.log(`Would run .ci/run and the matrix, turn ${present} into ${version}, commit, and tag v${version}:\n`);
    console.log(notesOf(changelog, version));
    return;
  }
  runChecks();
  expectClean('after the checks');
  writeFileSync(path('CHANGELOG.md'), changelog);
  const files = ['CHANGELOG.md', ...bump(version)];
  git('commit', '--quiet', '--message', `Version ${version}`, '--', ...files);
  git('tag', '--annotate', `v${version}`, '--message', `Version ${version}`);
  console.log(`Version ${version} is committed and tagged. \`git push --follow-tags\` publishes it.`);
}

/** Of the tag that is being published. */
function printNotes(tag) {
  const { version } = readJson('package.json');
  if (tag !== `v${version}`) throw new Error(`${tag} is not the tag of version ${version}, which package.json says.`);
  process.stdout.write(notesOf(readFileSync(path('CHANGELOG.md'), 'utf8'), version));
}

try {
  const { values, positionals } = parseArgs({
    options: { 'dry-run': { type: 'boolean', default: false }, notes: { type: 'string' } },
    allowPositionals: true,
  });
  if (values.notes !== undefined) printNotes(values.notes);
  else makeRelease(positionals[0], values['dry-run']);
} catch (error) {
  console.error(`release: ${error.message}`);
  process.exitCode = 1;
}
