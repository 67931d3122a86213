// CHANGELOG.md at a release: what is under Unreleased gets a version and a day, and can be read by itself.

const UNRELEASED = '## Unreleased';

/** The text below a heading of the second level, up to the next; undefined where there is no such heading. */
function sectionOf(changelog, heading) {
  const lines = changelog.split('\n');
  const start = lines.findIndex((line) => line === heading || line.startsWith(`${heading} `));
  if (start === -1) return undefined;
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith('## '));
  const end = length === -1 ? lines.length : start + 1 + length;
  return lines
    .slice(start + 1, end)
    .join('\n')
    .trim();
}

/** The changelog with what was unreleased under this version; throws where there is nothing to release. */
export function release(changelog, version, date) {
  const section = sectionOf(changelog, UNRELEASED);
  if (section === undefined) throw new Error(`CHANGELOG.md has no section "${UNRELEASED}"`);
  if (!/^\s*[-*] /m.test(section)) throw new Error(`CHANGELOG.md says nothing under "${UNRELEASED}"`);
  if (sectionOf(changelog, `## ${version}`) !== undefined) throw new Error(`CHANGELOG.md has a section ${version}`);
  return changelog.replace(UNRELEASED, `${UNRELEASED}\n\n## ${version} - ${date}`);
}

/** What a version changed, for whoever reads of the release elsewhere. */
export function notesOf(changelog, version) {
  const section = sectionOf(changelog, `## ${version}`);
  if (section === undefined) throw new Error(`CHANGELOG.md has no section ${version}`);
  return `${section}\n`;
}
