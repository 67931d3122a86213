/** Issue 2 "Done when"; T5: interceptors registered before and after the plugin. */
import type { AxiosInstance } from 'axios';
import { ADAPTERS, customAdapter, fresh, outcome, useBench } from '../exchange/bench.js';
import type { Client } from '../exchange/bench.js';

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);

  interface Order {
    readonly name: string;
    readonly legacy: boolean;
    readonly before: boolean;
  }
  const ORDERS: readonly Order[] = [
    { name: 'registered before the plugin', legacy: true, before: true },
    { name: 'registered after the plugin', legacy: true, before: false },
    { name: 'registered before the plugin, run in order', legacy: false, before: true },
    { name: 'registered after the plugin, run in order', legacy: false, before: false },
  ];

  // A client with a token interceptor before or after the plugin.
  function clientWith(add: (api: AxiosInstance) => void, { legacy, before }: Order): Client {
    const transitional = { legacyInterceptorReqResOrdering: legacy } as object;
    if (before) {
      const plain = bench.plain({ transitional });
      add(plain);
      return bench.plugin()(plain);
    }
    const api = bench.client({}, { transitional });
    add(api);
    return api;
  }

  describe.each(ORDERS)('$name', (order) => {
    test("T5 a token set by a request interceptor: nobody gets another user's answer", async () => {
      bench.origin.reply('/me', (req, res) => res.writeHead(200, fresh()).end(req.headers.authorization));
      let user = 'alice';
      const api = clientWith((target) => {
        target.interceptors.request.use((config) => {
          config.headers.set('Authorization', `Bearer ${user}`);
          return config;
        });
      }, order);
      expect((await api.get('/me')).data).toBe('Bearer alice');
      user = 'bob';
      expect((await api.get('/me')).data).toBe('Bearer bob');
      expect((await api.get('/me')).cache.status).toBe('hit');
      user = 'alice';
      const again = await api.get('/me');
      expect(again.data).toBe('Bearer alice');
      expect(again.cache.status).toBe('hit');
      expect(bench.origin.hits).toBe(2);
      await api.cache.close();
    });

    test('an asynchronous token interceptor, and one that rewrites the URL', async () => {
      bench.origin.reply('/v2/me', (req, res) => res.writeHead(200, fresh()).end(req.headers.authorization));
      const api = clientWith((target) => {
        target.interceptors.request.use(async (config) => {
          await Promise.resolve();
          config.headers.set('Authorization', 'Bearer late');
          config.url = `/v2${config.url ?? ''}`;
          return config;
        });
      }, order);
      expect((await api.get('/me')).data).toBe('Bearer late');
      const second = await api.get('/me');
      expect(second.data).toBe('Bearer late');
      expect(second.cache.status).toBe('hit');
      expect(bench.origin.hitsFor('/v2/me')).toBe(1);
      await api.cache.close();
    });

    test('a request interceptor that throws: its error reaches the caller, and the next request is not held up', async () => {
      bench.origin.reply('/a', { headers: fresh(), body: 'a' });
      let fails = true;
      const api = clientWith((target) => {
        target.interceptors.request.use((config) => {
          if (fails) throw new Error('no token');
          return config;
        });
      }, order);
      const { error } = await outcome(api.get('/a'));
      expect(error.message).toBe('no token');
      fails = false;
      expect((await api.get('/a')).cache.status).toBe('miss');
      expect((await api.get('/a')).cache.status).toBe('hit');
      await api.cache.close();
    });

    test("a response interceptor works on each caller's own copy, once per response", async () => {
      bench.origin.reply('/a', { headers: fresh(), body: { n: 0 } });
      const api = clientWith((target) => {
        target.interceptors.response.use((response) => {
          (response.data as { n: number }).n += 1;
          return response;
        });
      }, order);
      expect((await api.get('/a')).data).toEqual({ n: 1 });
      expect((await api.get('/a')).data).toEqual({ n: 1 });
      await api.cache.close();
    });
  });

  test('a response interceptor registered after the plugin sees `cache`, on responses and on errors', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: 'a' });
    bench.origin.reply('/gone', { status: 410, body: 'gone' });
    const api = bench.client();
    const seen: string[] = [];
    api.interceptors.response.use(
      (response) => (seen.push(response.cache.status), response),
      (error) => {
        seen.push(error.response.cache.status);
        throw error;
      },
    );
    await api.get('/a');
    await api.get('/a');
    await outcome(api.get('/gone'));
    expect(seen).toEqual(['miss', 'hit', 'miss']);
  });

  test('an interceptor that answers by an adapter of its own, after us, still gives a response with `cache`', async () => {
    const plain = bench.plain();
    plain.interceptors.request.use((config) => {
      config.adapter = customAdapter(() => ({ data: 'canned' }));
      return config;
    });
    const api: Client = bench.plugin()(plain);
    const response = await api.get('/a');
    expect(response.data).toBe('canned');
    expect(response.cache.status).toBe('bypass');
    expect(bench.origin.hits).toBe(0);
    await api.cache.close();
  });

  test('an adapter put in place by an interceptor that runs before us is the one that is asked, and cached', async () => {
    const canned = customAdapter(() => ({ data: 'canned', headers: fresh() }));
    const api = bench.client();
    api.interceptors.request.use((config) => {
      config.adapter = canned;
      return config;
    });
    await api.get('/a');
    expect((await api.get('/a')).cache.status).toBe('hit');
    expect(canned).toHaveBeenCalledTimes(1);
    expect(bench.origin.hits).toBe(0);
  });

  test('runWhen and synchronous interceptors of others keep working', async () => {
    bench.origin.reply('/a', (req, res) => res.writeHead(200, fresh()).end(String(req.headers['x-only-a'])));
    const api = bench.client({ matchHeaders: ['x-only-a'] });
    api.interceptors.request.use(
      (config) => {
        config.headers.set('X-Only-A', 'yes');
        return config;
      },
      undefined,
      { synchronous: true, runWhen: (config) => config.params?.a === 1 },
    );
    expect((await api.get('/a', { params: { a: 1 } })).data).toBe('yes');
    expect((await api.get('/a')).data).toBe('undefined');
  });
});
