// What a stranger writes first: memory, validation, a Keyv of one's own, the policy alone, on axios' default export and on
// instances. Its arguments are the URL of an origin; it prints what it saw as one line of JSON, and ends by itself.
import axios from 'axios';
import { Keyv } from 'keyv';
import { cachePlugin } from 'axios-http-cache';
import { cachePlugin as core } from 'axios-http-cache/core';
import { CacheActions } from 'axios-http-cache/policy';

async function main() {
  const [, , origin = ''] = process.argv;

  axios.use(cachePlugin());
  const first = await axios.get(`${origin}/fresh`);
  const second = await axios.get(`${origin}/fresh`);

  const api = axios.create({ baseURL: origin, timeout: 20_000 }).use(cachePlugin());
  const before = await api.get('/validated');
  const after = await api.get('/validated');
  const removed = await api.cache.delete({ urls: ['/validated'] });

  // Two caches over one store: what one has written the other reads.
  const store = new Keyv();
  const writer = core({ store })(axios.create());
  const reader = core({ store })(axios.create());
  const written = await writer.get(`${origin}/keyv`);
  for (let i = 0; i < 250 && !(await reader.cache.has(`${origin}/keyv`)); i += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  const read = await reader.get(`${origin}/keyv`);

  const responses = [first, second, before, after, written, read];
  console.log(
    JSON.stringify({
      statuses: responses.map((response) => response.cache.status),
      bodies: responses.map((response) => (response.data as { n: number }).n),
      explained: responses.every((response) => response.cache.explain().includes('RFC 9111')),
      removed,
      policy: typeof CacheActions.fromRequest,
    }),
  );
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
