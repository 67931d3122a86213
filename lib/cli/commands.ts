/**
 * What can be done from the command line? Each command, over the same handle that a service has.
 */
import { RECORDS } from '../handle/queries.js';
import type { CacheEntry } from '../handle/types.js';
import type { InstanceCache } from '../plugin.js';
import { urlTag } from '../policy/key.js';
import { completeSettings } from '../policy/settings.js';
import type { RecordStore } from '../storage/types.js';
import { checkUrl, countOf, headersOf, urlOf, UsageError } from './arguments.js';
import type { Arguments } from './arguments.js';
import { duration, freshness, pairs, plain, row, size } from './format.js';
import type { Column } from './format.js';
import { summarise, tellSummary } from './summary.js';
import { showProgress } from './terminal.js';
import type { Terminal } from './terminal.js';

/** What a command works with. */
export interface Job {
  readonly cache: InstanceCache;
  readonly label: string;
  readonly args: Arguments;
  readonly terminal: Terminal;
}

/** Performs a command; resolves to the status it ends with. */
export type Command = (job: Job) => Promise<number>;

const COLUMNS: readonly Column[] = [
  { title: 'METHOD', width: 6 },
  { title: 'STATUS', width: 6, align: 'right' },
  { title: 'SIZE', width: 10, align: 'right' },
  { title: 'AGE', width: 8, align: 'right' },
  { title: 'FRESHNESS', width: 13 },
  { title: 'TAGS', width: 20 },
  { title: 'URL', width: 0 },
];

/** An entry for programs; dates are texts. */
function asJson(entry: CacheEntry): string {
  return JSON.stringify(entry);
}

async function ls({ cache, args, terminal }: Job): Promise<number> {
  const [pattern, ...others] = args.words;
  if (others.length > 0) throw new UsageError('ls takes one glob');
  const limit = countOf('--limit', args.limit);
  const now = Date.now();
  const progress = showProgress(terminal, 'reading');
  let count = 0;
  for await (const entry of cache.filter(pattern === undefined ? undefined : { pattern })) {
    if (count === limit) break;
    if (count === 0)
      terminal.write(
        args.json
          ? '['
          : row(
              COLUMNS,
              COLUMNS.map(({ title }) => title),
            ),
      );
    terminal.write(args.json ? `${count === 0 ? '' : ','}\n${asJson(entry)}` : row(COLUMNS, cellsOf(entry, now)));
    count += 1;
    progress.step();
  }
  progress.end();
  if (args.json) terminal.write(count === 0 ? '[]\n' : '\n]\n');
  else if (count === 0) terminal.write(`Nothing is stored under the namespace ${plain(args.namespace)}.\n`);
  return 0;
}

function cellsOf(entry: CacheEntry, now: number): readonly string[] {
  const { method, status, tags, url, createdAt } = entry;
  const age = duration((now - createdAt.getTime()) / 1_000);
  return [method, String(status), size(entry.size), age, freshness(entry, now), plain(tags.join(', ')), plain(url)];
}

async function show({ cache, args, terminal }: Job): Promise<number> {
  const entries = await entriesOf(cache, urlOf('show', args.words));
  if (args.json) terminal.write(`[${entries.map(asJson).join(',\n')}]\n`);
  else if (entries.length === 0) terminal.write('Nothing is stored of this URL.\n');
  else terminal.write(entries.map((entry) => shown(entry)).join('\n'));
  return entries.length === 0 ? 1 : 0;
}

function shown(entry: CacheEntry): string {
  const { method, url, status, key, tags, createdAt, expires, headers } = entry;
  const facts: [string, string][] = [
    ['status', String(status)],
    ['size', size(entry.size)],
    ['received', createdAt.toISOString()],
    ['stale from', expires === null ? 'never' : `${expires.toISOString()} (${freshness(entry, Date.now())})`],
    ['tags', tags.length === 0 ? 'none' : tags.join(', ')],
    ['key', key],
  ];
  return `${plain(`${method} ${url}`)}\n${pairs(facts, '  ')}  fields\n${pairs(Object.entries(headers), '    ')}`;
}

// All users' and all variants: they share the beginning of their keys.
async function entriesOf(cache: InstanceCache, url: string): Promise<readonly CacheEntry[]> {
  const store = (cache as { [RECORDS]?: RecordStore })[RECORDS];
  const entries: CacheEntry[] = [];
  const start = `{${urlTag(url, completeSettings({}))}}`;
  for await (const { kind, key } of store?.records(start) ?? []) {
    const entry = kind === 'entry' ? await cache.get({ key }) : undefined;
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

async function explain({ cache, args, terminal }: Job): Promise<number> {
  const url = urlOf('explain', args.words);
  const forecast = await cache.explain({ url, method: args.method, headers: headersOf(args.header) });
  const { decision, reason, entry } = forecast;
  const all = await entriesOf(cache, url);
  const others = all.filter(({ key }) => key !== entry?.key).length;
  if (args.json) {
    terminal.write(
      `${JSON.stringify({ decision, reason, explanation: forecast.explain(), entry, others }, null, 2)}\n`,
    );
    return 0;
  }
  terminal.write(`${decision} (${reason})\n${plain(forecast.explain())}\n`);
  if (entry !== undefined) terminal.write(`\n${shown(entry)}`);
  if (others > 0)
    terminal.write(`\n${String(others)} more of this URL: for other request headers, methods or users (see show).\n`);
  return 0;
}

async function rm({ cache, args, terminal }: Job): Promise<number> {
  const { words: urls, key: keys, tag: tags, pattern: patterns, expired, invalid, json } = args;
  const olderThan = args['older-than'];
  for (const url of urls) checkUrl(url);
  const named = urls.length + keys.length + tags.length + patterns.length;
  if (named === 0 && !expired && !invalid && olderThan === undefined)
    throw new UsageError('rm takes URLs, or what --key, --tag, --pattern, --expired, --older-than or --invalid mean');
  const progress = showProgress(terminal, 'removing');
  try {
    let removed = await cache.delete({ urls, keys, tags, expired, invalid, olderThan });
    for (const pattern of patterns) removed += await cache.delete({ pattern });
    progress.end();
    terminal.write(json ? `${JSON.stringify({ removed })}\n` : `Removed ${counted(removed)}.\n`);
  } finally {
    progress.end();
  }
  return 0;
}

async function stats({ cache, label, args, terminal }: Job): Promise<number> {
  const progress = showProgress(terminal, 'reading');
  const summary = await summarise(cache.filter(), Date.now(), () => progress.step());
  progress.end();
  if (args.json) terminal.write(`${JSON.stringify({ namespace: args.namespace, ...summary }, null, 2)}\n`);
  else terminal.write(tellSummary(summary, label, args.namespace, Date.now()));
  return 0;
}

async function clear({ cache, label, args, terminal }: Job): Promise<number> {
  const what = `everything under the namespace ${plain(args.namespace)} in ${plain(label)}`;
  if (!args.yes) {
    if (!terminal.isInteractive) throw new UsageError(`clear removes ${what}: say --yes`);
    const answer = await terminal.ask(`Remove ${what}? [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) {
      terminal.write('Nothing was removed.\n');
      return 1;
    }
  }
  const progress = showProgress(terminal, 'removing');
  const entries = await cache.count();
  await cache.clear();
  progress.end();
  terminal.write(args.json ? `${JSON.stringify({ removed: entries })}\n` : `Removed ${counted(entries)}.\n`);
  return 0;
}

function counted(entries: number): string {
  return `${entries.toLocaleString('en')} ${entries === 1 ? 'entry' : 'entries'}`;
}

/** The commands by name. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['ls', ls],
  ['show', show],
  ['explain', explain],
  ['rm', rm],
  ['stats', stats],
  ['clear', clear],
]);
