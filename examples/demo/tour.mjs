// The two things the demo can do: the tour of its own origin, and a visit to a URL of the caller's.
import { subscribe } from 'node:diagnostics_channel';
import { createSession, totals } from './session.mjs';
import { milliseconds } from './screen.mjs';

/** All stories, one after the other, and what came of them. */
export async function tour({ api, origin, stories, screen, explain, store }) {
  const startedAt = performance.now();
  screen.bold('axios-http-cache');
  screen.line(`  origin   ${origin.url}, a small HTTP server of the demo's own`);
  screen.line(`  store    ${store}`);
  screen.line();
  screen.line('Each line is one axios request; the last column counts how often the origin was really asked.');
  screen.line();
  screen.columns();

  const results = [];
  for (const story of stories) {
    screen.story(story);
    const tally = [];
    const asked = () => origin.asked(...story.paths);
    await story.tell(createSession({ api, path: story.paths[0], asked, got: story.got, screen, explain, tally }));
    results.push(totals(story.title, tally, asked(), story.paths.length));
  }

  screen.line();
  screen.bold('What the cache saved');
  summary(screen, results);
  const statuses = results.flatMap((result) => result.statuses);
  const counts = ['hit', 'stale', 'revalidated', 'miss', 'bypass'].map((status) => [status, count(statuses, status)]);
  screen.line();
  screen.line(`  ${counts.map(([status, times]) => `${times} ${status}`).join(' · ')}`);
  screen.line();
  screen.dim(`The tour took ${milliseconds(performance.now() - startedAt)}. Next:`);
  screen.dim('  npm run demo -- --explain                         why, in full sentences with the RFC sections');
  screen.dim('  npm run demo -- --url https://example.com/        the same for a URL of yours');
  screen.dim('  npm run demo -- --redis redis://localhost:6379    over a Redis that services can share');
}

/** Three GETs of a URL, and a refresh. */
export async function visit({ api, url, screen, explain, store }) {
  // Counts what leaves this process for the origin, redirects included.
  let asked = 0;
  subscribe('http.client.request.start', () => (asked += 1));
  const tally = [];
  const got = (data, { headers }) => `${size(data)} ${headers['content-type']?.split(';')[0] ?? ''}`;
  const session = createSession({ api, path: url, asked: () => asked, got, screen, explain, tally });

  screen.bold('axios-http-cache');
  screen.line(`  origin   ${url}`);
  screen.line(`  store    ${store}`);
  screen.line();
  screen.columns();
  screen.line();
  const asBytes = { responseType: 'arraybuffer' };
  const { headers } = await session.get('1st', asBytes);
  const steps = Math.max(1, asked);
  await session.get('2nd', asBytes);
  await session.get('3rd', asBytes);
  screen.note('told to validate: cache: { refresh: true }');
  await session.get('4th', { ...asBytes, cache: { refresh: true } });

  screen.line();
  screen.bold('What the origin says about caching');
  const said = FIELDS.filter((name) => headers[name] !== undefined);
  for (const name of said) screen.line(`  ${name}: ${headers[name]}`);
  if (said.length === 0) screen.line("  nothing; cache: { expireAfter: '10m' } would give its answers a lifetime");
  screen.line();
  screen.bold('What the cache saved');
  const { requests, without, savedMs } = totals(url, tally, asked, steps);
  const saved = percent(asked, without);
  screen.line(
    `  ${requests} requests, ${asked} of ${without} at the origin: ${saved} saved, and ${milliseconds(savedMs)} of waiting`,
  );
}

const FIELDS = ['cache-control', 'expires', 'age', 'etag', 'last-modified', 'vary', 'pragma', 'set-cookie'];

function summary(screen, results) {
  const headings = ['', 'requests', 'without a cache', 'origin asked', 'saved', 'time saved'];
  const rows = results.map(rowOf);
  const sum = (name) => results.reduce((total, result) => total + result[name], 0);
  const total = { title: 'in all', requests: sum('requests'), without: sum('without') };
  rows.push(rowOf({ ...total, asked: sum('asked'), savedMs: sum('savedMs') }));
  screen.table(headings, rows);
}

function rowOf({ title, requests, without, asked, savedMs }) {
  return [
    title,
    String(requests),
    String(without),
    String(asked),
    percent(asked, without),
    savedMs > 0 ? milliseconds(savedMs) : '–',
  ];
}

function percent(asked, without) {
  return `${Math.round(Math.max(0, 1 - asked / without) * 100)} %`;
}

function count(words, word) {
  return words.filter((other) => other === word).length;
}

function size(data) {
  const bytes = data?.byteLength ?? 0;
  return bytes < 10_000 ? `${bytes} B` : `${Math.round(bytes / 1_000)} kB`;
}
