// The measured rows as text: for the terminal, and as Markdown.
import { barOf } from '../bars.mjs';
import { labelOf, short } from './labels.mjs';

const HEAD = ['', 'cpu µs', 'wall µs', 'cpu ×', 'wall ×', 'p10–p90', 'bar'];

function cells(row, [contender, { cpu, wall, ratio }], index) {
  const { low, high } = ratio[row.clock];
  const bar = barOf(row, contender);
  const verdict = bar && `≤ ${short(bar.limit)} ${bar.met ? 'met' : 'MISSED'}`;
  const spread = index === 0 ? '' : `${short(low)}–${short(high)}`;
  const times = [cpu.median, wall.median, ratio.cpu.median, ratio.wall.median].map(short);
  return [labelOf(contender, row), ...times, spread, verdict ?? ''];
}

const linesOf = (row) => Object.entries(row.contenders).map((one, index) => cells(row, one, index));

/** One row for the terminal. */
export function printed(row) {
  const widths = [46, 8, 8, 6, 6, 12, 0];
  const line = (texts) =>
    texts.map((text, at) => (at === 0 || at === 6 ? text.padEnd(widths[at]) : text.padStart(widths[at]))).join('  ');
  const indented = ([label, ...others]) => line([`  ${label}`, ...others]);
  const [, ...names] = HEAD;
  return [line([`${row.title} (${row.clock})`, ...names]), ...linesOf(row).map(indented), ''].join('\n');
}

const EXPLANATION = `Microseconds are medians per operation. Ratios are to the first line of each row, taken round by round; the spread is
their tenth and ninetieth percentile. Rows marked *cpu* are judged by the processor time of the client's process, which
stays the same on a busy machine, rows marked *wall*, which wait for another process, by the clock on the wall.`;

/** All rows as Markdown. */
export function markdown({ machine, versions, rows }) {
  const line = (texts) => `| ${texts.join(' | ')} |`;
  const blocks = rows.map((row) => {
    const [, ...names] = HEAD;
    const head = [line([`**${row.title}** (${row.clock})`, ...names]), '|---|---:|---:|---:|---:|---:|---|'];
    return [...head, ...linesOf(row).map(line)].join('\n');
  });
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const where = `Node ${machine.node}, ${machine.cpu}, ${machine.cores} cores. ${packages.join(', ')}.`;
  return `# What requests cost\n\n${where}\n\n${EXPLANATION}\n\n${blocks.join('\n\n')}\n`;
}
