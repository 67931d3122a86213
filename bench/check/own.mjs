// What the baseline is made of: the library's own contenders, and each row's first, which they are compared with.
import { printed } from '../report/table.mjs';
import { rows } from '../rows/index.mjs';
import { ENTRIES, bundle } from '../size/bundle.mjs';
import { measureRows } from '../support/session.mjs';

const isOwn = (name) => name === 'ours' || name === 'frozen' || name.startsWith('entries-');

const own = rows.map((row) => ({
  ...row,
  contenders: Object.fromEntries(Object.entries(row.contenders).filter(([name], at) => at === 0 || isOwn(name))),
}));

/** Measures them all, or those rows whose names `again` has. */
export function measureOwn({ quick, again }) {
  const among = again === undefined ? own : own.filter(({ id }) => again.has(id));
  return measureRows({ quick, among, onRow: (row) => console.log(printed(row)) });
}

export const sizes = () => Promise.all(ENTRIES.map(bundle));
