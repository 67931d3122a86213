// The measured rows as text: for the terminal, and as Markdown.
import { barOf } from '../bars.mjs';
import { labelOf, short } from './labels.mjs';

const HEAD = ['', 'cpu µs', 'wall µs', 'ratio', 'p10–p90', 'bar'];

function cells(row, [contender, { cpu, wall, ratio }], index) {
  const { median, low, high } = ratio[row.clock];
  const bar = barOf(row, contender);
  const verdict = bar && `≤ ${short(bar.limit)} ${bar.met ? 'met' : 'MISSED'}`;
  const spread = index === 0 ? '' : `${short(low)}–${short(high)}`;
  return [labelOf(contender, row), short(cpu.median), short(wall.median), short(median), spread, verdict ?? ''];
}

const linesOf = (row) => Object.entries(row.contenders).map((one, index) => cells(row, one, index));

/** One row for the terminal. */
export function printed(row) {
  const widths = [40, 9, 9, 8, 14, 0];
  const line = (texts) =>
    texts.map((text, at) => (at === 0 || at === 5 ? text.padEnd(widths[at]) : text.padStart(widths[at]))).join('  ');
  const [, ...names] = HEAD;
  return [line([`${row.title} (${row.clock})`, ...names]), ...linesOf(row).map((texts) => `  ${line(texts)}`), ''].join(
    '\n',
  );
}

const EXPLANATION = `Microseconds are medians per operation. The ratio is that to the first line of each row, taken round by round, with
its median and the tenth and ninetieth percentile. Rows marked *cpu* are compared by the processor time of the client's
process, rows marked *wall*, which wait for another process, by the clock on the wall.`;

/** All rows as Markdown. */
export function markdown({ machine, versions, rows }) {
  const line = (texts) => `| ${texts.join(' | ')} |`;
  const blocks = rows.map((row) => {
    const [, ...names] = HEAD;
    const head = [line([`**${row.title}** (${row.clock})`, ...names]), '|---|---:|---:|---:|---:|---|'];
    return [...head, ...linesOf(row).map(line)].join('\n');
  });
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const where = `Node ${machine.node}, ${machine.cpu}, ${machine.cores} cores. ${packages.join(', ')}.`;
  return `# What requests cost\n\n${where}\n\n${EXPLANATION}\n\n${blocks.join('\n\n')}\n`;
}
