/**
 * How does it look for a person? Ages, sizes and tables; nothing of what is stored can play with the terminal.
 */
import type { CacheEntry } from '../handle/types.js';
import type { EpochMs, Seconds } from '../policy/types.js';

/** A text in one line, without anything that a terminal would obey. */
export function plain(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Octets in a unit that is easy to read. */
export function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let amount = bytes;
  let unit = 0;
  while (amount >= 1_024 && unit < units.length - 1) {
    amount /= 1_024;
    unit += 1;
  }
  return `${unit === 0 ? String(amount) : amount.toFixed(1)} ${units[unit] ?? ''}`;
}

/** A duration in a unit that is easy to read. */
export function duration(seconds: Seconds): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 120) return `${String(whole)} s`;
  if (whole < 7_200) return `${String(Math.round(whole / 60))} min`;
  if (whole < 172_800) return `${String(Math.round(whole / 3_600))} h`;
  return `${String(Math.round(whole / 86_400))} d`;
}

/** How long an entry is still fresh, or has been stale. */
export function freshness({ expires }: CacheEntry, now: EpochMs): string {
  if (expires === null) return 'never stale';
  const left = (expires.getTime() - now) / 1_000;
  return left > 0 ? `fresh ${duration(left)}` : `stale ${duration(-left)}`;
}

/** Where a number or a text stands in its column. */
export interface Column {
  readonly title: string;
  readonly width: number;
  readonly align?: 'right';
}

/** One line of a table whose widths are known; the last column is as long as it is. */
export function row(columns: readonly Column[], cells: readonly string[]): string {
  const padded = cells.map((cell, at) => {
    const { width = 0, align } = columns[at] ?? {};
    if (at === cells.length - 1) return cell;
    const cut = cell.length > width ? `${cell.slice(0, width - 1)}…` : cell;
    return align === 'right' ? cut.padStart(width) : cut.padEnd(width);
  });
  return `${padded.join('  ')}\n`;
}

/** Names and what belongs to them, one below the other. */
export function pairs(list: readonly (readonly [name: string, value: string])[], indent = ''): string {
  const width = Math.max(0, ...list.map(([name]) => name.length));
  return list.map(([name, value]) => `${indent}${name.padEnd(width)}  ${plain(value)}\n`).join('');
}
