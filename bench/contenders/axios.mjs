// axios without a cache: the floor of all rows, and what the rows over loopback are compared with.
import axios from 'axios';
import { instantAdapter } from '../support/instant.mjs';
import { sequential } from '../support/measure.mjs';

/** Requests of a case, one after the other or as many at a time as it says. */
export function runOf(api, { urlOf, config, configOf = () => config, together = 1 }) {
  const one = (count) => api.get(urlOf(count), configOf(count));
  if (together === 1) return { run: sequential(one) };
  return {
    unit: together,
    run: sequential((count) => Promise.all(Array.from({ length: together }, () => one(count)))),
  };
}

const adapterOf = ({ content, fields, answerAt }) => instantAdapter(content, fields, answerAt);

/** What axios itself costs: an adapter that answers at once, and nothing is made of the text. */
export function floor(given) {
  return runOf(axios.create({ adapter: adapterOf(given), transformResponse: [] }), given);
}

/** The same, and the text becomes a value, as it does by default. */
export function parsing(given) {
  return runOf(axios.create({ adapter: adapterOf(given) }), given);
}

/** Over loopback, as it comes. `config` may make the request one that is answered by 304. */
export function overLoopback(given, { agent }) {
  return runOf(axios.create({ httpAgent: agent, validateStatus: (status) => status === 200 || status === 304 }), given);
}

/**
 * A cached client of axios whose hits are hits: what a case reads is stored before, and reading it once more asks nobody.
 */
export async function primed(install, given) {
  const adapter = adapterOf(given);
  const api = install(axios.create({ adapter }));
  const { prime = [0], urlOf, config, configOf = () => config } = given;
  for (const count of prime) await api.get(urlOf(count), configOf(count));
  const asked = adapter.calls;
  const last = prime.at(-1);
  if (last !== undefined) {
    await api.get(urlOf(last), configOf(last));
    if (adapter.calls !== asked && !given.refreshes) throw new Error(`${urlOf(last)}: no hit`);
  }
  return { ...runOf(api, given), api };
}
