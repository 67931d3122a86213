/** Prints what the rows of the fault matrix cost, as one table, after a run of Jest that tested any of them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const TITLES = ['fault', 'added in flight, worst', 'added when open, p99', 'recovery', 'events', ''];

export default class FaultsReporter {
  // Before the workers are started, which inherit the variable.
  onRunStart() {
    this.folder = mkdtempSync(join(tmpdir(), 'axios-http-cache-faults-'));
    process.env.AXIOS_HTTP_CACHE_FAULTS = this.folder;
  }

  onRunComplete() {
    const rows = readdirSync(this.folder).flatMap((name) =>
      readFileSync(join(this.folder, name), 'utf8').trim().split('\n').map(JSON.parse),
    );
    rmSync(this.folder, { recursive: true, force: true });
    if (rows.length > 0) process.stderr.write(`\n${table(rows.map(cellsOf))}\n`);
  }
}

function cellsOf({ fault, inFlight, openP99, recovery, events = [], note = '' }) {
  const milliseconds = (value, digits) => (value === undefined ? '' : `${Math.max(0, value).toFixed(digits)} ms`);
  return [fault, milliseconds(inFlight, 0), milliseconds(openP99, 2), milliseconds(recovery, 0), summary(events), note];
}

/** `degraded read, recovered read` once, or with how often. */
function summary(events) {
  const counts = new Map();
  for (const event of events) counts.set(event, (counts.get(event) ?? 0) + 1);
  return [...counts].map(([event, count]) => (count === 1 ? event : `${count} x ${event}`)).join(', ');
}

function table(rows) {
  const all = [TITLES, ...rows];
  const widths = TITLES.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const line = (row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd();
  return [
    line(TITLES),
    widths
      .map((width) => '-'.repeat(width))
      .join('  ')
      .trimEnd(),
    ...rows.map(line),
  ].join('\n');
}
