// Hits of the memory store, by what is in the body.
import { floor, parsing } from '../contenders/axios.mjs';
import { frozen, ours } from '../contenders/ours.mjs';
import { aci, gotCached, undiciCached } from '../peers/index.mjs';
import { SIZES, binaryOf, jsonOf, textOf } from '../support/payloads.mjs';

const urlOf = () => 'https://api.example.com/items?page=1';

/** A case whose content is made when it is wanted. */
function lazily(make, more) {
  let content;
  return {
    ...more,
    urlOf,
    get content() {
      return (content ??= make());
    },
  };
}

const NAMES = { small: 'JSON 0.5 KB', '10k': 'JSON 10 KB', '121k': 'JSON 121 KB', '1m': 'JSON 1 MB' };

function json([size, bytes]) {
  const given = lazily(() => jsonOf(bytes));
  const overHttp = ({ originUrl }) => ({ urlOf: () => `${originUrl}/json/${bytes}` });
  return {
    id: `memory-json-${size}`,
    title: `memory hit, ${NAMES[size]}`,
    clock: 'cpu',
    contenders: {
      floor: () => floor(given),
      parsing: () => parsing(given),
      ours: () => ours(given),
      frozen: () => frozen(given),
      aci: () => aci.sharing(given),
      'aci-clone': () => aci.cloning(given),
      got: (env) => gotCached(overHttp(env), env),
      undici: (env) => undiciCached(overHttp(env), env),
    },
  };
}

function other(id, title, content, fields, config) {
  const given = lazily(content, { fields, config });
  return {
    id,
    title,
    clock: 'cpu',
    contenders: {
      floor: () => floor(given),
      ours: () => ours(given),
      frozen: () => frozen(given),
      aci: () => aci.sharing(given),
      'aci-clone': () => aci.cloning(given),
    },
  };
}

export const memoryRows = [
  ...Object.entries(SIZES).map(json),
  other(
    'memory-binary-1m',
    'memory hit, 1 MB arraybuffer',
    () => binaryOf(SIZES['1m']),
    { 'content-type': 'application/octet-stream' },
    { responseType: 'arraybuffer' },
  ),
  other(
    'memory-text-121k',
    'memory hit, text 121 KB',
    () => textOf(SIZES['121k']),
    { 'content-type': 'text/plain' },
    { responseType: 'text' },
  ),
];
