// Figures in README, from the results that are committed: what is not there is not told.
import { existsSync, readFileSync } from 'node:fs';
import { root } from './source.mjs';

/** The text with its marked sections filled in. */
export function figures(text) {
  const sections = { conformance: conformance(), bench: bench(), matrix: matrix() };
  return Object.entries(sections).reduce((filled, [name, content]) => section(filled, name, content), text);
}

function section(text, name, content) {
  const marked = new RegExp(`(<!-- ${name}:start -->)[^]*?(<!-- ${name}:end -->)`);
  if (!marked.test(text)) throw new Error(`README.md has no section ${name}:start … ${name}:end`);
  // A function, since `$` in what is put there means nothing.
  return text.replace(marked, (_, start, end) => `${start}\n\n${content}\n\n${end}`.replace('\n\n\n', '\n'));
}

const parsed = (path) =>
  existsSync(`${root}${path}`) ? JSON.parse(readFileSync(`${root}${path}`, 'utf8')) : undefined;
const line = (cells) => `| ${cells.join(' | ')} |`;
const tableOf = (head, rows) =>
  [line(head), line(head.map((_, at) => (at === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');

/** Clients in the order of their table, with the package whose version counts. */
const CLIENTS = [
  ['ours', 'axios-http-cache'],
  ['undici', 'undici', ', cache interceptor'],
  ['aci-all', 'axios-cache-interceptor', ', everything on, no default `ttl`'],
  ['aci', 'axios-cache-interceptor', ', defaults'],
  ['axios', 'axios', ' without a cache'],
];

function conformance() {
  const results = (client, mode) => parsed(`conformance/results/${client}-${mode}.json`);
  const share = (result, kind) => `${result.totals[kind].passed} / ${result.totals[kind].of}`;
  const rows = CLIENTS.flatMap(([client, name, more = '']) => {
    const [alone, shared] = [results(client, 'private'), results(client, 'shared')];
    if (alone === undefined || shared === undefined) return [];
    const version = client === 'ours' ? '' : ` ${alone.versions[name]}`;
    const label = client === 'ours' ? `**${name}**` : `${name}${version}${more}`;
    const counts = [alone, shared].flatMap((result) => [share(result, 'required'), share(result, 'optimal')]);
    return [[label, ...counts, alone.date]];
  });
  const { versions } = results('ours', 'private');
  const head = ['', 'private: required', 'optimal', 'shared: required', 'optimal', 'measured'];
  return `\`http-cache-tests\` ${versions['http-cache-tests']}, Node ${versions.node.slice(1)}, axios ${versions.axios}:\n\n${tableOf(head, rows)}`;
}

/** What a request costs, by the rows that most people ask for. */
const ROWS = [
  'memory-json-small',
  'memory-json-10k',
  'memory-json-121k',
  'miss',
  'revalidation',
  'redis-json-small',
  'redis-json-121k',
];
const COLUMNS = [
  [['raw', 'floor', 'axios'], 'without a cache'],
  [['ours'], 'axios-http-cache'],
  [['frozen'], '… `frozen`'],
  [['aci'], 'axios-cache-interceptor'],
  [['aci-clone'], '… `cloneData`'],
  [['got'], 'got'],
  [['undici'], 'undici'],
];

function bench() {
  const result = parsed('bench/results/bench.json');
  const parts = [result && speed(result), size(parsed('bench/results/size.json'))].filter(Boolean);
  return parts.join('\n\n');
}

function speed({ machine, versions, rows, date }) {
  const chosen = ROWS.flatMap((id) => rows.filter((row) => row.id === id));
  const of = (row, names) => names.map((name) => row.contenders[name]).find((it) => it !== undefined);
  const columns = COLUMNS.filter(([names]) => chosen.some((row) => of(row, names) !== undefined));
  const cell = (row, names) => {
    const found = of(row, names);
    return found === undefined ? '' : `${short(found[row.clock].median)} (${short(found.ratio[row.clock].median)})`;
  };
  const table = tableOf(
    ['µs (times the first column)', ...columns.map(([, label]) => label)],
    chosen.map((row) => [row.title, ...columns.map(([names]) => cell(row, names))]),
  );
  const packages = Object.entries(versions)
    .filter(([name]) => name !== 'axios-http-cache')
    .map(([name, version]) => `${name} ${version}`);
  const when = date === undefined ? 'Measured' : `Measured on ${date}`;
  const where = `${when} in one process, in turns: medians; Node ${machine.node.replace(/^v/, '')}, ${machine.cpu}, ${machine.cores} cores; ${packages.join(', ')}.`;
  const chart = existsSync(`${root}bench/results/bench.svg`)
    ? '\n\n![What a request costs, as bars](bench/results/bench.svg)'
    : '';
  const redis = 'For Redis the first column is a `GET` by the same client and `JSON.parse`, without axios.';
  return `${where}${chart}\n\n${table}\n\n${redis}`;
}

function size(result) {
  if (result === undefined) return undefined;
  const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  const rows = result.entries.map(({ name, initial, lazy }) => [
    `\`axios-http-cache${name.slice(1)}\``,
    kilobytes(initial.gzip),
    kilobytes(initial.raw),
    lazy.files > 0 ? kilobytes(lazy.gzip) : '',
  ]);
  const hasLazy = rows.some((cells) => cells[3] !== '');
  const head = ['bundle with all dependencies but axios', 'min + gzip', 'min', 'on demand, min + gzip'];
  return tableOf(head.slice(0, hasLazy ? 4 : 3), hasLazy ? rows : rows.map((cells) => cells.slice(0, 3)));
}

/** Three digits that count. */
function short(value) {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** What the packed package was installed and used with. */
function matrix() {
  const { date, versions, totals, cells } = parsed('bench/results/matrix.json');
  const passed = (wanted) => cells.filter(({ group, result }) => group === wanted && result === 'ok').length;
  const either = (list) => list.join(', ').replace(/, ([^,]*)$/, ' and $1');
  const rows = [
    ['Node', either(versions.node)],
    ['axios', either(versions.axios)],
    ['Keyv', either(versions.keyv)],
    ['`@keyv/redis`', versions['@keyv/redis']],
    ['TypeScript', either(versions.typescript)],
  ];
  const failed = totals.failed === 0 ? 'none fails' : `${totals.failed} fail`;
  const told = `The packed package, installed as strangers do (\`npm run matrix\`):\n${passed('run')} ways to run it and ${passed('types')} kinds of TypeScript project pass, ${failed} (${date}).`;
  return `${told}\n\n| | versions |\n| --- | --- |\n${rows.map(line).join('\n')}`;
}
