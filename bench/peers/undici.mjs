// undici with its cache interceptor and its memory store.
import { Agent, cacheStores, interceptors, request } from 'undici';
import { sequential } from '../support/measure.mjs';

const MANY = { maxCount: 1_000_000, maxSize: 1_073_741_824 };

export async function undiciCached({ urlOf, prime = [0], as = 'json' }) {
  const agent = new Agent();
  const store = new cacheStores.MemoryCacheStore(MANY);
  const dispatcher = agent.compose(interceptors.cache({ store, type: 'private' }));
  const read = async (count) => {
    const { body } = await request(urlOf(count), { dispatcher });
    return body[as === 'buffer' ? 'arrayBuffer' : as]();
  };
  for (const count of prime) await read(count);
  if (prime.length > 0) {
    const { headers, body } = await request(urlOf(prime[0]), { dispatcher });
    await body.dump();
    if (headers.age === undefined) throw new Error('undici: no hit');
  }
  return { run: sequential(read), stop: () => agent.destroy() };
}
