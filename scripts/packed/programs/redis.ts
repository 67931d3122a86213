// Two services on one Redis: what one has fetched the other finds, and the next run of this too. Its arguments are the URLs of an origin and of the Redis;
// it prints what it saw as one line of JSON, and ends by itself.
import axios from 'axios';
import { cachePlugin } from 'axios-http-cache/core';
import { redisStore } from 'axios-http-cache/redis';

async function main() {
  const [, , origin = '', redis = ''] = process.argv;
  const url = `${origin}/redis`;
  const writer = cachePlugin({ store: redisStore(redis) })(axios.create());
  const reader = cachePlugin({ store: redisStore({ url: redis }) })(axios.create());

  const written = await writer.get(url);
  for (let i = 0; i < 250 && !(await reader.cache.has(url)); i += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  const read = await reader.get(url);
  await writer.cache.close();
  await reader.cache.close();

  const responses = [written, read];
  console.log(
    JSON.stringify({
      statuses: responses.map((response) => response.cache.status),
      bodies: responses.map((response) => (response.data as { n: number }).n),
    }),
  );
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
