// How the demo looks: columns, colours where the terminal has them, and no line wider than 100 characters.
const WIDTH = 99;
const GOT = 25;
const STATUS = 11;
const WHY = 35;

const CODES = { bold: [1, 22], dim: [2, 22], green: [32, 39], yellow: [33, 39], cyan: [36, 39], magenta: [35, 39] };
const STATUS_STYLE = { hit: 'green', stale: 'yellow', revalidated: 'cyan', miss: 'magenta', bypass: 'dim' };

/** Prints the demo to a stream. Colours only on a terminal, and not where NO_COLOR is set (https://no-color.org). */
export function createScreen(stream, env) {
  const isPlain = !stream.isTTY || Boolean(env.NO_COLOR) || env.TERM === 'dumb';
  const style = (name, text) => (isPlain ? text : `\u001b[${CODES[name][0]}m${text}\u001b[${CODES[name][1]}m`);
  const line = (text = '') => void stream.write(`${text.trimEnd()}\n`);

  return {
    line,
    dim: (text) => line(style('dim', text)),
    bold: (text) => line(style('bold', text)),
    warn: (text) => line(style('yellow', text)),

    /** The head of a story: its title, what the origin says, and what it is about. */
    story({ title, says, story }) {
      line();
      line(
        `${style('bold', title)}${' '.repeat(Math.max(2, WIDTH - title.length - says.length))}${style('dim', says)}`,
      );
      for (const text of wrap(story, WIDTH - 2)) line(`  ${text}`);
    },

    note: (text) => line(style('dim', `    … ${text}`)),

    columns() {
      const cells = [pad('', 6), pad('the caller got', GOT), pad('status', STATUS), pad('why', WHY)];
      line(style('dim', `  ${cells.join(' ')} ${'time'.padStart(6)}   origin`));
    },

    /** One request. */
    request({ label, got, status, why, ms, asked }) {
      const time = milliseconds(ms).padStart(6);
      const shown = style(STATUS_STYLE[status] ?? 'dim', pad(status, STATUS));
      const left = `  ${pad(label, 6)} ${pad(got, GOT)} ${shown} ${pad(why, WHY)} ${time}`;
      line(`${left}  ${style('dim', 'asked')} ${asked}×`);
    },

    explanation(text) {
      for (const part of wrap(text, WIDTH - 11)) line(style('dim', `         ${part}`));
    },

    /** Rows of a table: the first column to the left, the others to the right; the last row is the sum. */
    table(headings, rows) {
      const widths = headings.map((heading, at) => Math.max(heading.length, ...rows.map((row) => row[at].length)));
      const format = (row) =>
        row.map((cell, at) => (at === 0 ? pad(cell, widths[0]) : cell.padStart(widths[at]))).join('   ');
      const rule = widths.map((width) => '─'.repeat(width)).join('───');
      line(style('dim', `  ${format(headings)}`));
      line(style('dim', `  ${rule}`));
      for (const row of rows.slice(0, -1)) line(`  ${format(row)}`);
      line(style('dim', `  ${rule}`));
      line(`  ${style('bold', format(rows.at(-1)))}`);
    },
  };
}

/** At most so wide, and exactly so wide where it is shorter. */
function pad(text, width) {
  const characters = [...text];
  return characters.length > width ? `${characters.slice(0, width - 1).join('')}…` : text.padEnd(width);
}

/** Short: `0.3 ms`, `62 ms`, `1.3 s`. */
export function milliseconds(ms) {
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)} s`;
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}

/** Short: `45 s`, `10 min`, `24 h`, `30 days`. */
export function duration(seconds) {
  const rounded = Math.max(0, Math.round(seconds));
  if (rounded < 120) return `${rounded} s`;
  if (rounded < 7_200) return `${Math.round(rounded / 60)} min`;
  return rounded < 172_800 ? `${Math.round(rounded / 3_600)} h` : `${Math.round(rounded / 86_400)} days`;
}

function wrap(text, width) {
  const lines = [''];
  for (const word of text.split(' ')) {
    const current = lines.at(-1);
    if (current !== '' && current.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = current === '' ? word : `${current} ${word}`;
  }
  return lines;
}
