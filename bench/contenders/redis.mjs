// The least that a JSON body from Redis can cost with this client library: `GET` and `JSON.parse`.
import { createClient } from '@keyv/redis';
import { sequential } from '../support/measure.mjs';

export async function connected(url) {
  const client = createClient({ url });
  client.on('error', (error) => console.error(`bench: redis: ${error.message}`));
  await client.connect();
  return client;
}

export async function raw({ name, content }, { redis }) {
  await redis.set(`raw:${name}`, content);
  return { run: sequential(async () => JSON.parse(await redis.get(`raw:${name}`))) };
}
