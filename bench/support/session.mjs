// Measures rows in this process, one after the other, and says where that was.
import { readFileSync } from 'node:fs';
import { peerVersions } from '../peers/install.mjs';
import { rows } from '../rows/index.mjs';
import { environmentFor, withContenders } from './environment.mjs';
import { machine } from './machine.mjs';
import { FULL, QUICK, measure } from './measure.mjs';

function versions() {
  const read = (path) => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')).version;
  return {
    'axios-http-cache': read('package.json'),
    axios: read('node_modules/axios/package.json'),
    ...peerVersions,
  };
}

/** Rows whose id or title matches `only`; `onRow` gets each when it is done. */
export async function measureRows({ quick = false, only = /(?:)/, among = rows, onRow = () => {} }) {
  const chosen = among.filter(({ id, title }) => only.test(id) || only.test(title));
  const { env, end } = await environmentFor(chosen);
  const measured = [];
  try {
    for (const row of chosen) {
      const { id, title, clock } = row;
      const contenders = await withContenders(row, env, (started) => measure(started, quick ? QUICK : FULL));
      measured.push({ id, title, clock, contenders });
      onRow(measured.at(-1));
    }
  } finally {
    await end();
  }
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: machine(),
    versions: versions(),
    quick,
    rows: measured,
  };
}
