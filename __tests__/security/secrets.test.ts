/** T84, T85: what is secret is in no key, entry, event, error, log or inspected object. */
import { inspect } from 'node:util';
import { redisStore } from 'axios-http-cache/redis';
import { CacheConfigurationError, cachePlugin } from 'axios-http-cache';
import type { CacheEvent } from 'axios-http-cache';
import { startRedis } from '../helpers/redis-server.js';
import { credentialPartition } from '../../lib/policy/key.js';
import { selectedFields } from '../../lib/policy/facts.js';
import { completeSettings } from '../../lib/policy/settings.js';
import { ADAPTERS, customAdapter, fresh, outcome, until, useBench } from '../exchange/bench.js';
import type { Client } from '../exchange/bench.js';
import { ask, PATIENT, useRedis } from './stage.js';

const SECRETS = /s3cr3t-[A-Z]/;
const shown = (value: unknown): string => inspect(value, { depth: 10, showHidden: false, maxArrayLength: null });

/** All that was said on the console during the test. */
function useConsole(): readonly string[] {
  const said: string[] = [];
  const spies: jest.SpyInstance[] = [];
  beforeEach(() => {
    said.length = 0;
    for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const)
      spies.push(jest.spyOn(console, level).mockImplementation((...words) => void said.push(words.map(String).join())));
    for (const stream of [process.stdout, process.stderr])
      spies.push(
        jest.spyOn(stream, 'write').mockImplementation((text) => {
          said.push(String(text));
          return true;
        }),
      );
  });
  afterEach(() => {
    for (const spy of spies.splice(0)) spy.mockRestore();
  });
  return said;
}

const secretly = {
  headers: { Authorization: 'Bearer s3cr3t-A', Cookie: 'sid=s3cr3t-C', 'X-Api-Key': 's3cr3t-K' },
  params: { access_token: 's3cr3t-B', q: '1' },
};

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);
  const redis = useRedis();
  const said = useConsole();

  /** Every outcome there is: stored, hit, varied, refreshed, failed, invalid, too large, aborted. */
  async function goThroughEverything(api: Client): Promise<void> {
    const vary = 'Authorization, Cookie, X-Api-Key';
    bench.origin.reply('/hit', { headers: fresh({ 'set-cookie': 'sid=s3cr3t-D', vary }), body: 'x' });
    bench.origin.reply('/stale', (_req, res, n) => {
      if (n > 1) res.destroy();
      else res.writeHead(200, { 'cache-control': 'max-age=0, stale-while-revalidate=60, stale-if-error=60' }).end('x');
    });
    bench.origin.reply('/echo', {
      headers: fresh({ authorization: 'Bearer s3cr3t-A', 'x-api-key': 's3cr3t-K' }),
      body: 'x',
    });
    bench.origin.reply('/error', { status: 500, body: 'x' });
    bench.origin.reply('/cut', (_req, res) => {
      res.writeHead(200, { ...fresh(), 'content-length': '100' }).write('x');
      setTimeout(() => res.destroy(), 10);
    });
    for (const path of ['/hit', '/hit', '/stale', '/stale', '/echo', '/error', '/cut', '/gone'])
      await outcome(ask(api, path, secretly));
    await outcome(ask(api, '/hit', { method: 'POST', data: 'token=s3cr3t-F', ...secretly }));
    await outcome(ask(api, '/hit', { ...secretly, signal: AbortSignal.abort() }));
    await outcome(ask(api, '/hit', { ...secretly, cache: { keyFn: () => undefined as never } }));
    await outcome(api.get('http://127.0.0.1:1/refused', secretly));
    await api.cache.delete({ urls: ['/hit?access_token=s3cr3t-B&q=1'] });
    await until(() => bench.heard('refresh-failed') > 0);
  }

  test('T84 no secret in an event, on the console, or in what can be inspected', async () => {
    const store = redisStore(redis.url);
    const plugin = bench.plugin({ store, storage: PATIENT });
    const api = bench.over(plugin);
    await goThroughEverything(api);
    expect(bench.events.length).toBeGreaterThan(10);
    for (const told of [bench.events, plugin, api.cache, api.cache.settings, api.cache.stats(), store])
      expect(shown(told)).not.toMatch(SECRETS);
    expect(JSON.stringify(bench.events)).not.toMatch(SECRETS);
    expect(said.join('\n')).toBe('');
  });

  test('T84 no secret in a name in the store, or in the facts of an entry', async () => {
    const api = bench.client({ store: redisStore(redis.url), storage: PATIENT });
    await goThroughEverything(api);
    const content = [...(await redis.content())];
    expect(content.length).toBeGreaterThan(2);
    expect(shown(content)).not.toMatch(SECRETS);
    for (const url of await api.cache.urls()) expect(url).not.toMatch(SECRETS);
    for await (const entry of api.cache.filter()) expect(shown(entry)).not.toMatch(SECRETS);
  });

  test('T84 what a response tells of the cache holds no secret', async () => {
    const api = bench.client({ store: redisStore(redis.url), storage: PATIENT });
    bench.origin.reply('/hit', { headers: fresh(), body: 'x' });
    for (const _round of ['miss', 'hit']) {
      const { cache, headers } = await ask(api, '/hit', secretly);
      expect(shown([cache, cache.explain(), headers['cache-status']])).not.toMatch(SECRETS);
    }
  });

  test('T84 an error says no more than that of plain axios', async () => {
    const secrets = (error: { toJSON(): object; stack?: string; message: string }): number =>
      [...(JSON.stringify(error) + String(error.stack) + error.message).matchAll(/s3cr3t-[A-Z]/g)].length;
    const url = 'http://127.0.0.1:1/refused';
    const plain = await outcome(bench.plain().get(url, secretly));
    const cached = await outcome(bench.client({ store: redisStore(redis.url), storage: PATIENT }).get(url, secretly));
    expect(secrets(cached.error)).toBe(secrets(plain.error));
  });

  test.each([
    ['in a path that is no URL to anybody', 'http://no host/\r\n[forged] line\x1b[31m\u2028'],
    ['in a query', 'http://o.test/x?a=\r\n[forged] line\x1b[31m'],
    ['in a host', 'http://o\n.test/\x9b31m'],
  ])('T85 line breaks and escapes of a terminal %s stay on one line', async (_where, url) => {
    const events: CacheEvent[] = [];
    const answers = customAdapter(() => ({ data: 'x', headers: fresh() }));
    const api = bench.client({ onEvent: (event) => void events.push(event) }, { adapter: answers });
    await ask(api, url);
    await ask(api, url, { method: 'POST' });
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['miss', 'stored', 'invalidated']));
    // eslint-disable-next-line no-control-regex
    for (const event of events) expect(String(event.url)).not.toMatch(/[\x00-\x1f\x7f-\x9f\u2028\u2029]/);
  });
});

describe('the password of the store', () => {
  const bench = useBench('http');

  test.each([
    ['right, and the server goes away', 's3cr3t-E'],
    ['wrong', 's3cr3t-W'],
  ])('T84 %s', async (_what, password) => {
    const server = await startRedis({ args: ['--requirepass', 's3cr3t-E'] });
    try {
      bench.origin.reply('/x', { headers: fresh(), body: 'x' });
      const store = redisStore(`redis://:${password}@127.0.0.1:${String(server.port)}`);
      const api = bench.client({ store });
      await api.get('/x');
      await server.kill();
      for (let round = 0; round < 5; round += 1) await api.get(`/x?${String(round)}`);
      await until(() => bench.heard('degraded') > 0);
      expect(shown([bench.events, store, api.cache, api.cache.stats()])).not.toMatch(SECRETS);
      await api.cache.close();
    } finally {
      await server.stop();
    }
  });

  test.each([
    'redis//:s3cr3t-E@h',
    'http://a:s3cr3t-E@h/',
    'redis://a:s3cr3t-E@h/not-a-number',
    'redis://:s3cr3t-E@bad host',
  ])('T84 %s: the error for it does not repeat it', (url) => {
    let error: unknown;
    try {
      redisStore(url);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(CacheConfigurationError);
    expect(shown(error)).not.toMatch(SECRETS);
  });

  test('T84 nor does that for a store that is none', () => {
    expect(() => cachePlugin({ store: 'redis://:s3cr3t-E@h' as never })).toThrow(/\*\*\*/);
  });
});

describe('a secret of the namespace', () => {
  const request = { method: 'GET', url: 'http://h.test/', headers: { authorization: 'Basic abc' } };
  const under = (secret?: string) => completeSettings(secret === undefined ? {} : { secret });

  test('T84 under it, digests of credentials differ: who reads the store has nothing to try passwords against', () => {
    const partitions = [undefined, 'one', 'two'].map((secret) => credentialPartition(request, under(secret)));
    expect(new Set(partitions).size).toBe(3);
    const selected = [undefined, 'one', 'two'].map(
      (secret) => selectedFields({ vary: 'Authorization' }, request, under(secret))['authorization'],
    );
    expect(new Set(selected).size).toBe(3);
  });
});
