/**
 * How much is stored, of whom, how fresh? The figures of a whole store.
 */
import type { CacheEntry } from '../handle/types.js';
import type { EpochMs } from '../policy/types.js';
import { duration, pairs, plain, size } from './format.js';

/** What is stored, in figures. */
export interface Summary {
  readonly entries: number;
  readonly bytes: number;
  readonly fresh: number;
  readonly stale: number;
  readonly neverStale: number;
  readonly oldest: Date | null;
  readonly newest: Date | null;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly byHost: Readonly<Record<string, number>>;
  readonly byTag: Readonly<Record<string, number>>;
}

/** Names that are told of each kind, the most frequent. */
const MOST_NAMES = 10;
/** Names that are counted of each kind; beyond, new ones are not. */
const MOST_COUNTED = 10_000;

/** Reads all entries once. */
export async function summarise(entries: AsyncIterable<CacheEntry>, now: EpochMs, step: () => void): Promise<Summary> {
  const [statuses, hosts, tags] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
  const counts = { entries: 0, bytes: 0, fresh: 0, stale: 0, neverStale: 0 };
  let oldest: Date | null = null;
  let newest: Date | null = null;
  for await (const entry of entries) {
    const { createdAt, expires } = entry;
    counts.entries += 1;
    counts.bytes += entry.size;
    counts[expires === null ? 'neverStale' : expires.getTime() > now ? 'fresh' : 'stale'] += 1;
    if (oldest === null || createdAt < oldest) oldest = createdAt;
    if (newest === null || createdAt > newest) newest = createdAt;
    count(statuses, String(entry.status));
    count(hosts, hostOf(entry.url));
    for (const tag of entry.tags) count(tags, tag);
    step();
  }
  return { ...counts, oldest, newest, byStatus: most(statuses), byHost: most(hosts), byTag: most(tags) };
}

function count(counts: Map<string, number>, name: string): void {
  const before = counts.get(name);
  if (before !== undefined || counts.size < MOST_COUNTED) counts.set(name, (before ?? 0) + 1);
}

function most(counts: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  return Object.fromEntries([...counts].sort(([, one], [, other]) => other - one).slice(0, MOST_NAMES));
}

function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}

/** The figures for a person. */
export function tellSummary(summary: Summary, label: string, namespace: string, now: EpochMs): string {
  const { entries, bytes, fresh, stale, neverStale, oldest, newest } = summary;
  const age = (date: Date | null): string =>
    date === null ? 'none' : `${duration((now - date.getTime()) / 1_000)} ago`;
  const figures = pairs([
    ['store', label],
    ['namespace', namespace],
    ['entries', entries.toLocaleString('en')],
    ['bodies', size(bytes)],
    ['fresh', String(fresh + neverStale) + (neverStale > 0 ? ` (${String(neverStale)} for ever)` : '')],
    ['stale', String(stale)],
    ['oldest', age(oldest)],
    ['newest', age(newest)],
  ]);
  const lists = (['byStatus', 'byHost', 'byTag'] as const).map((name) => {
    const counts = Object.entries(summary[name]).map(([key, value]) => [plain(key), String(value)] as const);
    return counts.length === 0
      ? ''
      : `\n${{ byStatus: 'by status', byHost: 'by host', byTag: 'by tag' }[name]}\n${pairs(counts, '  ')}`;
  });
  return figures + lists.join('');
}
