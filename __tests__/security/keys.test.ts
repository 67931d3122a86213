/** T19-T25: different resources never share a response; and what is asked for is what is stored. */
import { createKey } from '../../lib/policy/key.js';
import { completeSettings } from '../../lib/policy/settings.js';
import { customAdapter, fresh } from '../exchange/bench.js';
import { adversarialUrls } from './fuzz.js';
import { ask, PATIENT, STAGES, useRedis, useStage } from './stage.js';
import { useBench } from '../exchange/bench.js';
import { redisStore } from 'axios-http-cache/redis';

const settings = completeSettings({});
const keyOf = (url: string): string => createKey({ method: 'GET', url, headers: {} }, settings);

describe.each(STAGES)('$adapter over $store', (name) => {
  const stage = useStage(name);
  const echoUrl = (...paths: string[]): void => {
    for (const path of paths)
      stage.origin.reply(path, (req, res) =>
        res.writeHead(200, fresh({ 'content-type': 'text/plain' })).end(`url ${String(req.url)}`),
      );
  };

  test('T19 /AaAa and /BBBB, and others that weak digests mistake for one another', async () => {
    const paths = ['/AaAa', '/BBBB', '/AaBB', '/BBAa', '/0', '/00', '/plumless', '/buckeroo'];
    echoUrl(...paths);
    const [one, other] = stage.services();
    for (const path of paths) await ask(one, path);
    for (const path of paths) expect((await ask(other, path)).data).toBe(`url ${path}`);
    expect(stage.origin.hits).toBe(paths.length);
  });

  test.each(['a#1|a#2', 'a?x=1&y=2|a?y=2&x=1', 'a|a ', 'a\tb|ab', 'a?api_key=1|a?api_key=2', '%c3|%C3', '__proto__|'])(
    'T19 the two keys of keyFn in %j are two resources',
    async (both) => {
      stage.origin.reply('/k', (req, res) => res.writeHead(200, fresh()).end(`id ${String(req.headers['x-id'])}`));
      const keys = both.split('|');
      const [api] = stage.services({ keyFn: ({ headers }) => keys[Number(headers['x-id'])] ?? '' });
      for (const id of ['0', '1', '0'])
        expect((await ask(api, '/k', { headers: { 'X-Id': id } })).data).toBe(`id ${id}`);
      expect(stage.origin.hits).toBe(2);
    },
  );

  // As they arrive: what the adapter's URL parser unifies is one resource for the origin too.
  test('T20 each path gets what the origin says of it, first from there and then from the store', async () => {
    const arrives: Readonly<Record<string, string>> = {
      '/p/': '/p/',
      '/p': '/p',
      '/a//b': '/a//b',
      '/a/b': '/a/b',
      '/%2e%2e/x': '/x',
      '/x': '/x',
      '/x?': '/x',
      '/X': '/X',
      '/caf%C3%A9': '/caf%C3%A9',
      '/cafe%CC%81': '/cafe%CC%81',
      '/a%2fb': '/a%2fb',
      '/a%252fb': '/a%252fb',
      '/;v=1': '/;v=1',
      '/x%00': '/x%00',
      '/x%0d%0aSet-Cookie:a': '/x%0d%0aSet-Cookie:a',
    };
    for (const path of Object.values(arrives)) echoUrl(path);
    const [one, other] = stage.services();
    for (const path of Object.keys(arrives)) {
      const { data } = await ask(one, path);
      expect([path, data]).toEqual([path, `url ${String(arrives[path])}`]);
      const again = await ask(other, path);
      expect([path, again.data, again.cache.status]).toEqual([path, data, 'hit']);
    }
  });

  test.each(['#fragment', '?', '/', '/.', '//', ';a', '%20', '%3f', '?%00'])(
    'T20 /r and /r%s: only a fragment makes no difference',
    async (suffix) => {
      stage.origin.reply('/r', (req, res) => res.writeHead(200, fresh()).end(`url ${String(req.url)}`));
      for (const path of ['/r/', '/r//', '/r;a', '/r%20', '/r%3f']) echoUrl(path);
      const [api] = stage.services();
      await ask(api, '/r');
      const { cache, data } = await ask(api, `/r${suffix}`);
      if (suffix === '#fragment') expect(cache.status).toBe('hit');
      else expect([cache.status, data]).not.toEqual(['hit', 'url /r']);
    },
  );

  test.each([
    ['upper case', (url: string) => url.replace('http', 'HTTP')],
    ['a tab and a line break in it', (url: string) => url.replace('/w', '/\tw\n')],
    ['white space around it', (url: string) => `  ${url} `],
    ['backslashes', (url: string) => url.replace('/w', '\\w')],
    ['an IP address in another notation', (url: string) => url.replace('127.0.0.1', '0x7f.1')],
    ['full-width digits', (url: string) => url.replace('127.0.0.1', '１２７.0.0.1')],
    ['a host name with a dot too many', (url: string) => url.replace('127.0.0.1', '127.0.0.1.')],
  ])('T20 a URL with %s: what is stored is what the adapter fetched', async (_what, spell) => {
    stage.origin.reply('/w', (req, res) => res.writeHead(200, fresh()).end(`url ${String(req.url)}`));
    const [api] = stage.services();
    const url = spell(`${stage.origin.url}/w`);
    const first = await api.get(url).catch(() => undefined);
    const second = await api.get(url).catch(() => undefined);
    expect(second?.data).toBe(first?.data);
    expect((await ask(api, '/w')).data).toBe('url /w');
  });

  test('T20 a path that looks like another site is not its home page', async () => {
    const [api] = stage.services();
    const { port } = new URL(stage.origin.url);
    for (const path of ['/', '/home', '/@victim.invalid/home', '/@victim.invalid/'])
      stage.origin.reply(path, { headers: { 'cache-control': 'public, max-age=60' }, body: 'of the attacker' });
    const links = ['\\@victim.invalid/home', '/@victim.invalid/home', '?@victim.invalid/home', '#@victim.invalid/home'];
    for (const link of links) await api.get(`http://127.0.0.1:${port}${link}`).catch(() => undefined);
    const victim = ask(api, 'http://victim.invalid/home', { cache: { onlyIfCached: true } });
    expect((await victim).status).toBe(504);
  });

  test('T20 a base URL that may not be left is not left by the key', async () => {
    const api = stage.service({}, { adapter: customAdapter(() => ({ data: 'of the base', headers: fresh() })) });
    const config = { baseURL: 'http://base.test', allowAbsoluteUrls: false } as object;
    await ask(api, 'http://victim.test/home', config);
    const victim = await ask(api, 'http://victim.test/home', { cache: { onlyIfCached: true } });
    expect(victim.status).toBe(504);
  });

  test('T21 the key is that of the URL that is sent, whatever the parameters are', async () => {
    echoUrl('/q');
    const [one, other] = stage.services();
    const sets: readonly object[] = [
      { params: { a: [1, 2] } },
      { params: { a: { 0: 1, 1: 2 } } },
      { params: { a: null } },
      { params: { a: undefined } },
      { params: { a: '' } },
      { params: new URLSearchParams('a=1&a=2') },
      { params: { a: new Date(0) } },
      { params: { a: '1&b=2' } },
      { params: { a: 1, b: 2 } },
      { params: { a: { b: { c: 1 } } } },
      { params: { a: 'é+ %' } },
      { params: { a: 1 }, paramsSerializer: { serialize: () => 'own=1' } },
      { params: { a: [1] }, paramsSerializer: { indexes: null } },
    ];
    const first: unknown[] = [];
    for (const set of sets) first.push((await ask(one, '/q', set)).data);
    for (const [at, set] of sets.entries()) {
      const { data, cache } = await ask(other, '/q', set);
      expect([cache.status, data]).toEqual(['hit', first[at]]);
    }
    expect(stage.origin.hits).toBe(new Set(first).size);
    for (const url of first) {
      const { cache, data } = await ask(other, String(url).slice('url '.length));
      expect([cache.status, data]).toEqual(['hit', url]);
    }
  });

  test.each([
    ['parameters', (params: URLSearchParams) => ({ url: '/q', params })],
    ['parameters of a stream', (params: URLSearchParams) => ({ url: '/q', params, responseType: 'stream' as const })],
  ])('T21 %s that change while the request waits for the store', async (_what, configOf) => {
    echoUrl('/q');
    const [api, other] = stage.services();
    const params = new URLSearchParams('page=1');
    const first = api.request(configOf(params));
    for (let turn = 0; turn < 3; turn += 1) await Promise.resolve();
    params.set('page', '2');
    const { data } = await first;
    if (typeof data !== 'string') for await (const _chunk of data as AsyncIterable<unknown>);
    for (const page of ['1', '2']) expect((await ask(other, `/q?page=${page}`)).data).toBe(`url /q?page=${page}`);
  });

  test('T22 names of Object.prototype are names like any other', async () => {
    const paths = ['/__proto__', '/constructor', '/hasOwnProperty', '/q?__proto__=1', '/q?constructor[prototype]=1'];
    echoUrl('/q', ...paths);
    const [one, other] = stage.services();
    for (const path of paths) {
      const { data } = await ask(one, path);
      const again = await ask(other, path);
      expect([again.data, again.cache.status]).toEqual([data, 'hit']);
    }
    await ask(one, '/q', { params: JSON.parse('{"__proto__":{"polluted":1}}') as object });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('T23 namespaces and paths with the delimiters of others', async () => {
    const paths = ['/keyv:x', '/x', '/b::c', '/c', '/%7Bb%7Dc', '/v1:%7Bb%7Dc'];
    echoUrl(...paths);
    const shared = name.store === 'memory' ? { store: new Map() } : {};
    const services = ['a', 'a::b', 'a:v1', 'a:v1:{b}', 'keyv:a'].map((namespace) =>
      stage.service({ ...shared, namespace }),
    );
    for (const api of services) for (const path of paths) expect((await ask(api, path)).cache.status).toBe('miss');
    for (const api of services)
      for (const path of paths) {
        const { data, cache } = await ask(api, path);
        expect([data, cache.status]).toEqual([`url ${path}`, 'hit']);
      }
  });

  test('T24 a HEAD never answers a GET; a GET answers a HEAD without its body', async () => {
    stage.origin.reply('/h', { headers: fresh(), body: 'body' });
    const [one, other] = stage.services();
    await ask(one, '/h', { method: 'HEAD' });
    const get = await ask(other, '/h');
    expect([get.data, get.cache.status]).toEqual(['body', 'miss']);
    const head = await ask(one, '/h', { method: 'HEAD' });
    expect(head.data).toBe('');
  });

  test('T25 the content of a request is part of what is asked for', async () => {
    stage.origin.reply('/q', async (_req, res) => {
      res.writeHead(200, fresh()).end(`asked ${stage.origin.requests.at(-1)?.body ?? ''}`);
    });
    const [one, other] = stage.services({ methods: ['GET', 'POST'] });
    const post = (data: unknown) => ({ method: 'POST', data, headers: { 'Content-Type': 'application/json' } });
    for (const api of [one, other])
      for (const q of [1, 2]) expect((await ask(api, '/q', post({ q }))).data).toBe(`asked {"q":${String(q)}}`);
    expect(stage.origin.hits).toBe(2);
    if (name.adapter === 'fetch') return; // fetch sends no content with a GET.
    for (const api of [one, other])
      for (const q of [1, 2]) expect((await ask(api, '/q', { data: { q } })).data).toBe(`asked {"q":${String(q)}}`);
    expect(stage.origin.hits).toBe(4);
  });
});

test('T19 every two URLs of the adversarial list that are not one resource have two keys', () => {
  const urls = adversarialUrls();
  const byKey = new Map<string, string>();
  for (const { url, resource } of urls) {
    const earlier = byKey.get(keyOf(url));
    if (earlier !== undefined) expect([url, resource]).toEqual([url, earlier]);
    byKey.set(keyOf(url), resource);
  }
  expect(byKey.size).toBe(new Set(urls.map(({ resource }) => resource)).size);
});

describe('in one Redis', () => {
  const bench = useBench('http');
  const redis = useRedis();

  test('T4 T23 names tell nothing of URLs and users', async () => {
    bench.origin.reply('/users/42', (req, res) => res.writeHead(200, fresh()).end(String(req.url)));
    const api = bench.client({ store: redisStore(redis.url), storage: PATIENT });
    const url = `${bench.origin.url.replace('//', '//alice:s3cr3t@')}/users/42?access_token=t0k3n`;
    await ask(api, url);
    const content = await redis.content();
    expect(content.size).toBeGreaterThan(0);
    for (const [key, value] of content) {
      expect(key).toMatch(/^axios-http-cache:v1:(lease:)?\{[\w-]{22}\}([\w-]{43}|epoch)$/);
      expect(value.split('\n')[0]).not.toMatch(/alice|s3cr3t|t0k3n/);
    }
  });
});
