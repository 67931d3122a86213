// How are contenders called where people read?

const LABELS = {
  floor: 'axios, instant adapter, no parse',
  parsing: 'axios, instant adapter, JSON.parse',
  axios: 'axios, no cache',
  raw: 'GET and JSON.parse, no axios',
  ours: 'axios-http-cache',
  frozen: 'axios-http-cache, frozen: true',
  aci: 'axios-cache-interceptor',
  'aci-clone': 'axios-cache-interceptor, copies',
  got: 'got, cache',
  undici: 'undici, cache interceptor',
};

/** In a row of processor time: hits in this process, where it matters whether the caller gets a copy. */
export function labelOf(contender, { clock }) {
  if (contender === 'aci' && clock === 'cpu') return `${LABELS.aci}, shared object`;

  if (!contender.startsWith('entries-')) return LABELS[contender] ?? contender;
  return `axios-http-cache, ${Number(contender.slice('entries-'.length)).toLocaleString('en')} entries`;
}

/** Three digits that count. */
export function short(value) {
  if (value >= 1_000) return Math.round(value).toLocaleString('en');
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
