/** What bundlers for browsers load when it is needed does the same as what is there from the beginning. */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import axios from 'axios';
import { cachePlugin } from '../../lib/core.js';

// What the field `browser` of package.json tells a bundler.
jest.mock('../../lib/exchange/decode.js', () => jest.requireActual<object>('../../lib/exchange/decode-browser.js'));
jest.mock('../../lib/exchange/seldom.js', () => jest.requireActual<object>('../../lib/exchange/seldom-browser.js'));
jest.mock('../../lib/handle/seldom.js', () => jest.requireActual<object>('../../lib/handle/seldom-browser.js'));
jest.mock('../../lib/storage/seldom.js', () => jest.requireActual<object>('../../lib/storage/seldom-browser.js'));

let server: Server;
let baseURL: string;
let requests = 0;

beforeAll(async () => {
  server = createServer((_req, res) => {
    requests += 1;
    res.setHeader('cache-control', 'max-age=60');
    res.setHeader('content-type', 'application/json');
    res.setHeader('cache-tag', 'users');
    res.end(JSON.stringify({ n: requests }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseURL = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  requests = 0;
});

async function textOf(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

test('a stream is stored, and served from the store', async () => {
  const api = cachePlugin()(axios.create({ baseURL }));
  const first = await api.get<Readable>('/stream', { responseType: 'stream' });
  expect(await textOf(first.data)).toBe('{"n":1}');
  const second = await api.get<{ n: number }>('/stream');
  expect([second.data, second.cache.status, requests]).toEqual([{ n: 1 }, 'hit', 1]);
});

test('deleting by tag, a lifetime set anew, and a copy of what is there', async () => {
  const api = cachePlugin()(axios.create({ baseURL }));
  await api.get('/a');
  const other = cachePlugin({ store: new Map() })(axios.create({ baseURL }));
  expect(await other.cache.copyFrom(api.cache)).toBe(1);
  expect((await other.get('/a')).cache.status).toBe('hit');
  expect(await api.cache.resetExpiration(0)).toBe(1);
  expect((await api.get('/a')).cache.status).toBe('miss');
  expect(await api.cache.delete({ tags: ['users'] })).toBe(1);
  expect(await api.cache.recreateKeys()).toBe(0);
  expect([(await api.get('/a')).cache.status, requests]).toEqual(['miss', 3]);
});

test('what is removed needs nothing to be loaded: it is gone when the request has ended that says so', async () => {
  const api = cachePlugin()(axios.create({ baseURL }));
  await api.get('/a');
  await api.post('/other', undefined, { cache: { invalidates: [{ tags: ['users'] }] } });
  expect((await api.get('/a')).cache.status).toBe('miss');
});

test('a store with a lease is asked for it', async () => {
  const asked: string[] = [];
  const lease = {
    acquire: async (name: string) => {
      asked.push(name);
      return { held: true as const, token: 't', fence: 1 };
    },
    renew: async () => true,
    commit: async () => true,
    wait: async () => 'expired' as const,
  };
  const api = cachePlugin({ store: new Map(), storage: { lease: lease as never } })(axios.create({ baseURL }));
  await api.get('/leased');
  expect([asked.length > 0, requests]).toEqual([true, 1]);
});
