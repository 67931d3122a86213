/** Requests that count as the same are the same: whatever decides URL, fields, user or way is in the fingerprint. */
import { Agent } from 'node:https';
import { AxiosHeaders } from 'axios';
import type { InternalAxiosRequestConfig } from 'axios';
import fc from 'fast-check';
import type { Passage } from '../../lib/exchange/engine.js';
import { keysFor } from '../../lib/exchange/keys.js';
import { toPolicyRequest } from '../../lib/exchange/message.js';
import { createRecognition, fingerprintOf, recognize } from '../../lib/exchange/recognition.js';
import { completeSettings } from '../../lib/policy/settings.js';
import { fresh, times, useBench } from './bench.js';

const settings = completeSettings({ matchHeaders: true });

function aConfig(parts: object = {}): InternalAxiosRequestConfig {
  return { method: 'get', url: 'https://api.example.com/a', headers: new AxiosHeaders(), ...parts } as never;
}

/** What a request is to the cache; or that it cannot be read. */
function identityOf(config: InternalAxiosRequestConfig): unknown {
  try {
    const request = toPolicyRequest(config);
    const passage = { config, request, settings, callbacks: {} } as unknown as Passage;
    return { request, keys: keysFor(passage) };
  } catch {
    return 'unreadable';
  }
}

const agents = [new Agent(), new Agent({ cert: 'one' }), new Agent({ cert: 'two' }), new Agent({ servername: 'a' })];
const ODD = [undefined, null, false, true, 0, -0, 1, Number.NaN, '', '0', 'false', 'true', 'undefined', 'a', [], ['a']];
const odd = fc.constantFrom<unknown>(...ODD, {}, new Date(0), 10n);
const named = fc.dictionary(fc.constantFrom('a', 'b', 'a[]', 'a{}', '__proto__', 'constructor', '1:a'), odd, {
  maxKeys: 3,
});
const params = fc.oneof(
  { weight: 4, arbitrary: named },
  fc.constantFrom<unknown>(
    ...[undefined, null, 'a=1', new URLSearchParams('a=1'), new Map([['a', 1]]), ['a'], new Date(0)],
    ...[Object.create({ a: 1 }), Object.assign(Object.create(null), { a: 1 })],
    Object.defineProperty({ [Symbol.toStringTag]: 'URLSearchParams' }, 'toString', { value: () => 'b=2' }),
  ),
);
const field: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  url: fc.constantFrom<unknown>(
    'https://api.example.com/a',
    '/a',
    'a',
    '//other.example/a',
    '',
    'https://u:p@h/',
    undefined,
  ),
  baseURL: fc.constantFrom<unknown>(
    undefined,
    null,
    '',
    'https://api.example.com',
    new URL('https://api.example.com'),
    5,
  ),
  method: fc.constantFrom<unknown>('get', 'GET', 'head', undefined, 'undefined'),
  params,
  headers: fc.dictionary(fc.constantFrom('Accept', 'accept', 'Authorization', 'Cookie', 'X-Forwarded-Host'), odd, {
    maxKeys: 3,
  }),
  data: fc.constantFrom<unknown>(undefined, null, '', 'x'),
  auth: fc.constantFrom<unknown>(undefined, null, { username: 'u', password: 'p' }),
  allowAbsoluteUrls: odd,
  withCredentials: odd,
  decompress: odd,
  maxRedirects: odd,
  httpsAgent: fc.constantFrom<unknown>(undefined, null, ...agents),
  httpAgent: fc.constantFrom<unknown>(undefined, null, ...agents),
  proxy: fc.constantFrom<unknown>(undefined, null, false, { host: 'h', port: 1 }),
  socketPath: fc.constantFrom<unknown>(undefined, null, '/s'),
  fetchOptions: fc.constantFrom<unknown>(undefined, null, { redirect: 'error' }),
  jar: fc.constantFrom<unknown>(undefined, null, {}),
  paramsSerializer: fc.constantFrom<unknown>(undefined, null, () => 'c=3', { indexes: null }),
};
const change = fc
  .constantFrom(...Object.keys(field))
  .chain((name) => fc.record({ name: fc.constant(name), value: field[name] ?? odd }));

/** Of two that differ in a thing or two, the second may also inherit what it does not have. */
const pair = fc.record({
  one: fc.array(change, { maxLength: 3 }),
  changes: fc.array(change, { minLength: 1, maxLength: 2 }),
  inherited: fc.option(change, { freq: 3 }),
});
const membersOf = (changes: readonly { name: string; value: unknown }[]): object =>
  Object.fromEntries(changes.map(({ name, value }) => [name, value]));

test('whenever two fingerprints are the same, so are request and keys', () => {
  let same = 0;
  fc.assert(
    fc.property(pair, ({ one, changes, inherited }) => {
      const first = aConfig(membersOf(one));
      const second = aConfig(membersOf([...one, ...changes]));
      if (inherited !== null) {
        Reflect.deleteProperty(second, inherited.name);
        Object.setPrototypeOf(second, membersOf([inherited]));
      }
      const [mark, other] = [fingerprintOf(first), fingerprintOf(second)];
      if (mark === undefined || mark !== other) return;
      same += 1;
      expect(identityOf(second)).toEqual(identityOf(first));
    }),
    { numRuns: 12_000 },
  );
  expect(same).toBeGreaterThan(400);
});

test.each<[string, object, object]>([
  ['absolute URLs, by a flag or by a text', { allowAbsoluteUrls: false }, { allowAbsoluteUrls: 'false' }],
  ['cookies, by a flag or by a text', { withCredentials: false }, { withCredentials: 'false' }],
  ['a coding that stays', { decompress: false }, { decompress: 'false' }],
  ['redirects that are not followed', { maxRedirects: 0 }, { maxRedirects: '0' }],
  ['a number and its text', { params: { a: 1 } }, { params: { a: '1' } }],
  ['parameters that run together', { params: { a: 'b', c: 'd' } }, { params: { a: 'b1:c1:d' } }],
  ['certificates', { httpsAgent: agents[1] }, { httpsAgent: agents[2] }],
  ['users', { headers: { Authorization: 'one' } }, { headers: { Authorization: 'two' } }],
])('%s are two', (_, one, other) => {
  const base = { url: 'https://other.example/b', baseURL: 'https://api.example.com' };
  expect(fingerprintOf(aConfig({ ...base, ...one }))).toBeDefined();
  expect(fingerprintOf(aConfig({ ...base, ...one }))).not.toBe(fingerprintOf(aConfig({ ...base, ...other })));
});

test('what is inherited is not taken for what is given', () => {
  const polluted = Object.prototype as { baseURL?: string };
  const given = aConfig({ url: '/a', baseURL: 'https://api.example.com' });
  polluted.baseURL = 'https://api.example.com';
  try {
    expect(fingerprintOf(aConfig({ url: '/a' }))).toBeUndefined();
    expect(fingerprintOf(given)).toBeDefined();
  } finally {
    delete polluted.baseURL;
  }
});

test('an agent whose options were changed is another one', () => {
  const httpsAgent = new Agent({ cert: 'one' });
  const before = fingerprintOf(aConfig({ httpsAgent }));
  httpsAgent.options.cert = 'two';
  expect(fingerprintOf(aConfig({ httpsAgent }))).not.toBe(before);
});

test('a page that has gone elsewhere resolves to elsewhere', () => {
  const page = { href: 'https://page.example/one/', origin: 'https://page.example' };
  Object.defineProperty(globalThis, 'location', { value: page, configurable: true });
  try {
    const before = fingerprintOf(aConfig({ url: 'a' }));
    page.href = 'https://page.example/two/';
    expect(fingerprintOf(aConfig({ url: 'a' }))).not.toBe(before);
  } finally {
    Reflect.deleteProperty(globalThis, 'location');
  }
});

test('a parameter that is another each time it is read is remembered for nobody', () => {
  let turn = 0;
  const counting = {
    get turn() {
      return (turn += 1);
    },
  };
  const recognition = createRecognition(false);
  const read = recognize(recognition, aConfig({ params: counting }));
  expect(read?.request.url).toMatch(/turn=\d/);
  for (const at of times(6, (n) => n))
    expect(recognize(recognition, aConfig({ params: { turn: at } }))?.request.url).toMatch(`turn=${String(at)}`);
});

test('any truthy word lets a browser send cookies, save to a fetch that is told otherwise', () => {
  for (const withCredentials of [true, 'include', 'yes', 1])
    expect(toPolicyRequest(aConfig({ withCredentials })).ambientCredentials).toBe(true);
  for (const withCredentials of [undefined, false, 0, ''])
    expect(toPolicyRequest(aConfig({ withCredentials })).ambientCredentials).toBe(false);
});

describe('requests', () => {
  const bench = useBench();

  test('of several instances and users of one plugin are told apart, again and again', async () => {
    for (const path of ['/a', '/v1/a'])
      bench.origin.reply(path, (req, res) => {
        res.writeHead(200, fresh());
        res.end(`${req.url ?? ''} for ${req.headers.authorization ?? 'nobody'}`);
      });
    const plugin = bench.plugin();
    const clients = [
      bench.over(plugin),
      bench.over(plugin, { baseURL: `${bench.origin.url}/v1` }),
      bench.over(plugin, { headers: { Authorization: 'one' } }),
      bench.over(plugin, { auth: { username: 'u', password: 'p' } }),
    ];
    const rounds: unknown[] = [];
    for (const _ of times(3, () => 0)) {
      const answers = clients.flatMap((client) => [
        client.get('/a'),
        client.get('/a', { params: { q: 1 } }),
        client.get('/a', { headers: { Authorization: 'two' } }),
      ]);
      rounds.push((await Promise.all(answers)).map(({ data }) => data as unknown));
    }
    expect(new Set(rounds[0] as string[]).size).toBe(10);
    expect(rounds[1]).toEqual(rounds[0]);
    expect(rounds[2]).toEqual(rounds[0]);
  });

  test('whose settings change are read anew', async () => {
    bench.origin.reply('/a', (req, res, n) => {
      res.writeHead(200, fresh());
      res.end(`${String(n)} ${String(req.headers['x-a'])}`);
    });
    const api = bench.client();
    const ask = async (value: string): Promise<unknown> => (await api.get('/a', { headers: { 'X-A': value } })).data;
    expect([await ask('1'), await ask('2')]).toEqual(['1 1', '1 1']);
    api.cache.settings.matchHeaders = ['x-a'];
    expect([await ask('1'), await ask('2'), await ask('1')]).toEqual(['2 1', '3 2', '2 1']);
    api.cache.settings.matchHeaders = false;
    expect(await ask('2')).toBe('1 1');
    api.defaults.cache = { matchHeaders: ['x-a'] };
    expect(await ask('2')).toBe('3 2');
  });

  test('that an earlier transform or interceptor changes are told apart by what is sent', async () => {
    bench.origin.reply('/a', (req, res) => {
      res.writeHead(200, fresh());
      res.end(String(req.headers.authorization));
    });
    const api = bench.client();
    let user = 0;
    const transformRequest = (data: unknown, headers: any): unknown => {
      headers.set('Authorization', `user ${String((user += 1) % 3)}`);
      return data;
    };
    for (const at of times(9, (n) => n + 1))
      expect((await api.get('/a', { transformRequest })).data).toBe(`user ${String(at % 3)}`);
    expect(bench.origin.hits).toBe(3);
  });

  test('what a key function, a filter or a tag function does to headers, it does to a copy', async () => {
    bench.origin.reply('/a', { headers: fresh({ 'x-mark': 'original' }), body: 'text' });
    const spoil = (headers: object): void => {
      for (const name of Object.keys(headers)) Reflect.deleteProperty(headers, name);
    };
    const api = bench.client({
      keyFn: ({ headers }, key) => (spoil(headers), key),
      partition: ({ headers }) => (spoil(headers), 'one'),
      filterFn: ({ headers }) => (spoil(headers), true),
      tags: ({ headers }) => (spoil(headers), ['tag']),
    });
    for (const status of ['miss', 'hit', 'hit']) {
      const response = await api.get('/a', { headers: { Authorization: 'one' } });
      expect([response.cache.status, response.headers['x-mark']]).toEqual([status, 'original']);
    }
  });

  test('null stands for no proxy and no options of fetch', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: 'text' });
    const api = bench.client();
    for (const status of ['miss', 'hit', 'hit'])
      expect((await api.get('/a', { proxy: null, fetchOptions: null } as never)).cache.status).toBe(status);
    expect(bench.heard('error')).toBe(0);
  });

  test('that are aborted, or a HEAD, or a POST that is cached, take nothing from each other', async () => {
    bench.origin.reply('/a', (req, res, n) => {
      res.writeHead(200, fresh());
      res.end(`${String(req.method)} ${String(n)}`);
    });
    const api = bench.client({ methods: ['GET', 'HEAD', 'POST'] });
    await expect(api.get('/a', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_CANCELED' });
    expect((await api.get('/a')).data).toBe('GET 1');
    await expect(api.get('/a', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_CANCELED' });
    expect((await api.head('/a')).data).toBe('');
    expect((await api.post('/a')).data).toBe('POST 2');
    expect((await api.post('/a', 'x')).data).toBe('POST 3');
    expect((await api.post('/a')).data).toBe('POST 2');
    expect((await api.post('/a', 'x')).data).toBe('POST 3');
    expect((await api.get('/a')).data).toBe('GET 1');
  });
});
