// got with its cache option: a Map, which it puts a Keyv around.
//
// It leaves a listener on that Keyv with each hit; they are taken away, or its hits would cost more each time.
import got from 'got';
import { Keyv } from 'keyv';
import { sequential } from '../support/measure.mjs';

const SOME = 10;

export async function gotCached({ urlOf, prime = [0], as = 'json' }, { agent }) {
  const cache = new Keyv({ store: new Map() });
  cache.setMaxListeners(Infinity);
  const client = got.extend({ cache, agent: { http: agent }, retry: { limit: 0 } });
  const read = (count) => client(urlOf(count))[as]();
  for (const count of prime) await read(count);
  if (prime.length > 0) {
    const { isFromCache } = await client(urlOf(prime[0]));
    if (!isFromCache) throw new Error('got: no hit');
  }
  const run = sequential(read);
  return {
    async run(times) {
      for (let left = times; left > 0; left -= SOME) {
        cache.removeAllListeners('error');
        await run(Math.min(left, SOME));
      }
    },
  };
}
