// What rows need beside this process: an origin, and a Redis where a row asks for one.
import { Agent } from 'node:http';
import { startOrigin } from './origin.mjs';

/** Starts it for these rows; `end` ends it. */
export async function environmentFor(rows) {
  const origin = await startOrigin();
  const agent = new Agent({ keepAlive: true });
  const ends = [() => origin.end(), () => agent.destroy()];
  const env = { originUrl: origin.url, origin, agent };
  if (rows.some(({ needs }) => needs === 'redis')) {
    const { startRedis } = await import('./redis.mjs');
    const { connected } = await import('../contenders/redis.mjs');
    const server = await startRedis();
    env.redisUrl = server.url;
    env.redis = await connected(server.url);
    ends.unshift(
      () => env.redis.close(),
      () => server.stop(),
    );
  }
  return {
    env,
    async end() {
      for (const end of ends) await end();
    },
  };
}

/** Measures one row; `measureThem` gets its contenders, started. */
export async function withContenders({ contenders }, env, measureThem) {
  const started = [];
  try {
    for (const [name, start] of Object.entries(contenders)) {
      const contender = await known(start, env);
      if (contender !== undefined) started.push([name, contender]);
    }
    return await measureThem(started);
  } finally {
    for (const [, { stop }] of started) await stop?.();
  }
}

// A part of the bench may be older than an option of the library, or newer.
async function known(start, env) {
  try {
    return await start(env);
  } catch (error) {
    if (error?.name !== 'CacheConfigurationError') throw error;
    console.error(`bench: left out: ${error.message}`);
    return undefined;
  }
}
