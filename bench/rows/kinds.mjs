// Hits of other kinds than the plain one, all of small JSON from the memory store.
import { setTimeout as sleep } from 'node:timers/promises';
import { floor, parsing } from '../contenders/axios.mjs';
import { frozen, ours } from '../contenders/ours.mjs';
import { aci } from '../peers/index.mjs';
import { SIZES, jsonOf } from '../support/payloads.mjs';

const content = jsonOf(SIZES.small);
const URL_OF = () => 'https://api.example.com/items?page=1';
const LANGUAGES = ['de', 'en'].map((language) => ({ headers: { 'Accept-Language': language } }));
const upTo = (count) => Array.from({ length: count }, (_, index) => index);
const REFRESH_MS = 100;

function row(id, title, given, contenders) {
  const started = Object.entries(contenders).map(([name, start]) => [name, () => start(given)]);
  return { id, title, clock: 'cpu', contenders: Object.fromEntries(started) };
}

// Always stale, and refreshed by an origin that takes its time; the cost of the refreshes is in it.
const swr = {
  content,
  fields: { 'cache-control': 'max-age=0, stale-while-revalidate=3600' },
  urlOf: URL_OF,
  refreshes: true,
};
const slow = { ...swr, answerAt: () => sleep(REFRESH_MS) };

const vary = {
  content,
  fields: { vary: 'Accept-Language' },
  urlOf: URL_OF,
  configOf: (count) => LANGUAGES[count % 2],
  prime: [0, 1],
};

const credentialed = {
  content,
  urlOf: URL_OF,
  config: { headers: { Authorization: 'Bearer 6f1d0c7e-2f0b-4d7c-9b61-0a5f3f3d2b11' } },
};

const URLS = upTo(10_000).map((page) => `https://api.example.com/items?page=${page}`);
const distinct = { content, urlOf: (count) => URLS[count % URLS.length], prime: upTo(URLS.length) };

// A thousand that are not in the store yet, all at once: the origin answers in the next turn of the event loop.
let bursts = 0;
const burst = {
  content,
  together: 1_000,
  prime: [],
  urlOf: (count) => `https://api.example.com/items?burst=${bursts}.${count}`,
  answerAt: () => new Promise((resolve) => setImmediate(resolve)),
};
function inBursts(start) {
  return async (given) => {
    const contender = await start(given);
    return {
      ...contender,
      run(times) {
        bursts += 1;
        return contender.run(times);
      },
    };
  };
}

export const kindRows = [
  row('swr-hit', 'stale hit, refreshed behind it', swr, { floor, parsing, ours: () => ours(slow) }),
  row('vary-hit', 'hit of one of two variants (Vary)', vary, { floor, parsing, ours, aci: aci.sharing }),
  row('credentialed-hit', 'hit with Authorization', credentialed, { floor, parsing, ours, aci: aci.sharing }),
  row('distinct-10k', 'hits of 10,000 URLs', distinct, { floor, parsing, ours, frozen, aci: aci.sharingMany }),
  row('concurrent-1000', 'a thousand at once of one new URL, each', burst, {
    floor: inBursts(floor),
    parsing: inBursts(parsing),
    ours: inBursts(ours),
    aci: inBursts(aci.sharing),
  }),
];
