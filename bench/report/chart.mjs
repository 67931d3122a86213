// The rows that matter most as bars: an SVG that reads on light and on dark pages, with nothing but text and rectangles.
import { labelOf, short } from './labels.mjs';

const SHOWN = [
  'memory-json-small',
  'memory-json-121k',
  'memory-json-1m',
  'distinct-10k',
  'miss',
  'revalidation',
  'redis-json-small',
  'redis-json-121k',
];
const LEFT_OUT = new Set(['parsing']);

const WIDTH = 880;
const LABELS_END = 262;
const BARS_END = 730;
const BAR = 13;
const STEP = 18;
const GROUP_HEAD = 26;
const GROUP_GAP = 14;
const TOP = 62;

const STYLE = `
  svg { color-scheme: light dark }
  text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; fill: #3d444d }
  .title { font-size: 16px; font-weight: 600; fill: #1f2328 }
  .group { font-weight: 600; fill: #1f2328 }
  .note, .tick { fill: #59636e; font-size: 11px; font-weight: 400 }
  .value { font-variant-numeric: tabular-nums }
  .own { font-weight: 600 }
  .grid { stroke: #d1d9e0; stroke-width: 1 }
  .ours { fill: #0969da } .frozen { fill: #54aeff } .peer { fill: #afb8c1 } .floor { fill: #7d8590 }
  @media (prefers-color-scheme: dark) {
    text { fill: #c9d1d9 }
    .title, .group { fill: #f0f6fc }
    .note, .tick { fill: #9198a1 }
    .grid { stroke: #30363d }
    .ours { fill: #2f81f7 } .frozen { fill: #79c0ff } .peer { fill: #57606a } .floor { fill: #8b949e }
  }`;

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const text = (x, y, content, kind = '', anchor = 'start') =>
  `<text x="${x}" y="${y}" class="${kind}" text-anchor="${anchor}">${escaped(content)}</text>`;

const KINDS = { ours: 'ours', frozen: 'frozen', floor: 'floor', axios: 'floor', raw: 'floor' };
const kindOf = (contender) => KINDS[contender] ?? 'peer';
const isOwn = (contender) => contender === 'ours' || contender === 'frozen';

/** `38 µs`, `4.2 ms`. */
function timeOf(microseconds) {
  return microseconds < 1_000 ? `${short(microseconds)} µs` : `${short(microseconds / 1_000)} ms`;
}

function groupsOf(rows) {
  return SHOWN.flatMap((id) => rows.filter((row) => row.id === id)).map(({ title, clock, contenders }) => ({
    title,
    clock,
    bars: Object.entries(contenders)
      .filter(([contender]) => !LEFT_OUT.has(contender))
      .map(([contender, measured]) => ({
        contender,
        time: measured[clock].median,
        ratio: measured.ratio[clock].median,
      })),
  }));
}

/** From the power of ten below the least to the one above the most. */
function scaleOf(groups) {
  const times = groups.flatMap(({ bars }) => bars.map(({ time }) => time));
  const from = Math.floor(Math.log10(Math.min(...times) * 0.9));
  const to = Math.ceil(Math.log10(Math.max(...times)));
  const at = (time) => LABELS_END + ((Math.log10(time) - from) / (to - from)) * (BARS_END - LABELS_END);
  const ticks = Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index));
  return { at, ticks };
}

function drawGroup({ title, clock, bars }, top, at) {
  const what = clock === 'cpu' ? 'processor time' : 'elapsed time';
  const parts = [
    `<text x="8" y="${top + 14}" class="group">${escaped(title)} <tspan class="note">${what}</tspan></text>`,
  ];
  for (const [index, { contender, time, ratio }] of bars.entries()) {
    const y = top + GROUP_HEAD + index * STEP;
    const end = Math.max(LABELS_END + 1, at(time));
    const own = isOwn(contender) ? ' own' : '';
    const value = `${timeOf(time)} · ${index === 0 ? '1 ×' : `${short(ratio)} ×`}`;
    parts.push(
      text(LABELS_END - 8, y + BAR - 2, labelOf(contender, { clock }), own, 'end'),
      `<rect x="${LABELS_END}" y="${y}" width="${(end - LABELS_END).toFixed(1)}" height="${BAR}" rx="2" class="${kindOf(contender)}"/>`,
      text(end + 6, y + BAR - 2, value, `value${own}`),
    );
  }
  return parts;
}

/** The chart of a result, as the text of an SVG file. */
export function chart({ machine, rows }) {
  const groups = groupsOf(rows);
  if (groups.length === 0) return undefined;
  const { at, ticks } = scaleOf(groups);
  const heights = groups.map(({ bars }) => GROUP_HEAD + bars.length * STEP + GROUP_GAP);
  const height = TOP + heights.reduce((sum, one) => sum + one, 0) + 24;
  const lines = ticks.flatMap((tick) => [
    `<line x1="${at(tick).toFixed(1)}" x2="${at(tick).toFixed(1)}" y1="${TOP - 8}" y2="${height - 26}" class="grid"/>`,
    text(at(tick).toFixed(1), TOP - 12, timeOf(tick).replace(/\.0+(?= )/, ''), 'tick', 'middle'),
  ]);
  let top = TOP;
  const drawn = groups.flatMap((group, index) => {
    const parts = drawGroup(group, top, at);
    top += heights[index];
    return parts;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="Time per request">`,
    `<style>${STYLE}\n</style>`,
    text(8, 22, 'Time per request, shorter is better', 'title'),
    text(WIDTH - 8, 22, 'logarithmic; × the first bar of each group', 'note', 'end'),
    ...lines,
    ...drawn,
    text(8, height - 8, `Node ${machine.node}, ${machine.cpu}, ${machine.cores} cores; medians.`, 'note'),
    '</svg>',
    '',
  ].join('\n');
}
