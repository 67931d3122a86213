/** Issue 4: adapters of the caller's own (mocks, nock, msw) that answer what they like, whatever `responseType` says. */
import { Readable } from 'node:stream';
import { AxiosError, AxiosHeaders } from 'axios';
import { customAdapter, fresh, outcome, times, useBench } from './bench.js';
import { drain } from './data.js';

const bench = useBench();
const JSON_TYPE = { 'content-type': 'application/json' };

test.each<[string, unknown, unknown]>([
  ['an object', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }],
  ['an array', [1, 'x', null], [1, 'x', null]],
  ['JSON text', '{"a":1}', { a: 1 }],
  ['other text', 'plain', 'plain'],
  ['an empty text', '', ''],
  ['a number', 5, 5],
  ['true', true, true],
  ['bytes', Buffer.from('{"a":1}'), { a: 1 }],
])("an adapter that answers %s: a hit gives the same, and a copy of one's own", async (_name, answer, expected) => {
  const adapter = customAdapter(() => ({ data: answer, headers: fresh(JSON_TYPE) }));
  const api = bench.client({}, { adapter });
  const miss = await api.get('/a');
  const hit = await api.get('/a');
  expect(hit.cache.status).toBe('hit');
  expect(miss.data).toEqual(expected);
  expect(hit.data).toEqual(expected);
  if (typeof hit.data === 'object') expect(hit.data).not.toBe(miss.data);
  expect(adapter).toHaveBeenCalledTimes(1);
});

test("what it answers is copied at once: changing it afterwards changes nobody's data", async () => {
  const answer = { list: [1, 2, 3] };
  const api = bench.client({}, { adapter: customAdapter(() => ({ data: answer, headers: fresh() })) });
  const { data } = await api.get('/a');
  data.list.push(4);
  answer.list.push(5);
  expect((await api.get('/a')).data).toEqual({ list: [1, 2, 3] });
});

test.each([
  ['undefined', undefined],
  ['null', null],
])('an adapter that answers %s', async (_name, answer) => {
  const api = bench.client({}, { adapter: customAdapter(() => ({ data: answer, headers: fresh() })) });
  await api.get('/a');
  const hit = await api.get('/a');
  expect(hit.cache.status).toBe('hit');
  expect(hit.data ?? '').toBe('');
});

test.each<[string, () => unknown]>([
  ['a class instance', () => new URL('http://x.test')],
  ['a Map', () => new Map([['a', 1]])],
  ['a function', () => () => 1],
])('an adapter that answers %s: handed on as it is, never stored', async (_name, make) => {
  const answer = make();
  const adapter = customAdapter(() => ({ data: answer, headers: fresh() }));
  const api = bench.client({}, { adapter });
  const first = await api.get('/a', { transformResponse: [] });
  expect(first.data).toBe(answer);
  expect(first.cache).toMatchObject({ status: 'miss', stored: false });
  expect((await api.get('/a', { transformResponse: [] })).data).toBe(answer);
  expect(adapter).toHaveBeenCalledTimes(2);
});

test('a circular object is handed on, not stored, and breaks nothing', async () => {
  const answer: Record<string, unknown> = { a: 1 };
  answer['self'] = answer;
  const api = bench.client({}, { adapter: customAdapter(() => ({ data: answer, headers: fresh() })) });
  const { data, cache } = await api.get('/a');
  expect(data.self).toBe(data);
  expect(cache.stored).toBe(false);
});

test('an object with what JSON would lose is not stored wrongly', async () => {
  const answer = { at: new Date(0), big: 1, nothing: undefined, nan: NaN };
  const api = bench.client({}, { adapter: customAdapter(() => ({ data: answer, headers: fresh() })) });
  const first = await api.get('/a');
  const second = await api.get('/a');
  expect(first.data.at).toBeInstanceOf(Date);
  expect(second.data).toEqual(first.data);
});

test('headers as a plain object with odd case, as AxiosHeaders, as an array of values', async () => {
  for (const headers of [
    { 'Cache-Control': 'max-age=60', 'X-Mark': 'a' },
    new AxiosHeaders({ 'cache-control': 'max-age=60', 'x-mark': 'a' }),
    { 'CACHE-CONTROL': ['max-age=60'], 'x-mark': ['a'] },
  ]) {
    const api = bench.client({}, { adapter: customAdapter(() => ({ data: 'x', headers })) });
    await api.get('/a');
    const hit = await api.get('/a');
    expect(hit.cache.status).toBe('hit');
    expect((hit.headers as AxiosHeaders).get('X-Mark')).toBe('a');
  }
});

test('a response without headers, status text or request is no reason to fail', async () => {
  const adapter = customAdapter(() => ({ data: 'x', headers: undefined, statusText: undefined, request: undefined }));
  const api = bench.client({ expireAfter: 60 }, { adapter });
  expect((await api.get('/a')).data).toBe('x');
  expect((await api.get('/a')).data).toBe('x');
});

test("the config that the adapter sees asks for octets and any status; the caller's answer is settled as it asked", async () => {
  const adapter = customAdapter(() => ({ data: '{"a":1}', status: 404, headers: fresh(JSON_TYPE) }));
  const api = bench.client({}, { adapter });
  const { error } = await outcome(api.get('/a'));
  expect(error).toBeInstanceOf(AxiosError);
  expect(error.response.data).toEqual({ a: 1 });
  expect((await api.get('/a', { validateStatus: () => true })).status).toBe(404);
  expect(adapter).toHaveBeenCalledTimes(1);
});

test('axios-mock-adapter style: it settles by itself, by throwing an error with a response', async () => {
  let fails = true;
  const adapter = customAdapter((config) => {
    if (!fails) return { data: 'good', headers: fresh() };
    const response = { data: { why: 'no' }, status: 500, statusText: '', headers: {}, config, request: {} } as never;
    throw new AxiosError('Request failed with status code 500', 'ERR_BAD_RESPONSE', config, {}, response);
  });
  const api = bench.client({}, { adapter });
  const ends = await Promise.all(times(3, () => outcome(api.get('/a'))));
  expect(ends.map(({ error }) => error.response.status)).toEqual([500, 500, 500]);
  expect(new Set(ends.map(({ error }) => error)).size).toBe(3);
  expect(ends.every(({ error }) => error.response.cache !== undefined)).toBe(true);
  fails = false;
  expect((await api.get('/a')).data).toBe('good');
});

test('PEERS 2.1 #6: an adapter that throws a plain Error; the next request does not hang', async () => {
  let fails = true;
  const adapter = customAdapter(() => {
    if (fails) throw new Error('not an AxiosError');
    return { data: 'good', headers: fresh() };
  });
  const api = bench.client({}, { adapter });
  const { error } = await outcome(api.get('/a'));
  expect(error.message).toBe('not an AxiosError');
  expect(error.constructor).toBe(Error);
  fails = false;
  expect((await api.get('/a')).data).toBe('good');
  expect((await api.get('/a')).cache.status).toBe('hit');
});

test('an adapter that answers a stream to a caller who asked for one', async () => {
  const adapter = customAdapter(() => ({
    data: Readable.from([Buffer.from('one '), Buffer.from('two')]),
    headers: fresh(),
  }));
  const api = bench.client({}, { adapter });
  for (const status of ['miss', 'hit']) {
    const { data, cache } = await api.get('/a', { responseType: 'stream' });
    expect((await drain(data)).toString()).toBe('one two');
    expect(cache.status).toBe(status);
  }
});

test('an adapter that knows no streams, asked for one', async () => {
  const adapter = customAdapter(() => ({ data: 'text', headers: fresh() }));
  const api = bench.client({}, { adapter });
  const first = await api.get('/a', { responseType: 'stream' });
  const second = await api.get('/a', { responseType: 'stream' });
  expect(second.cache.status).toBe('hit');
  expect(second.data).toEqual(first.data);
});

test('concurrent callers of a custom adapter share one call and no object', async () => {
  const adapter = customAdapter(async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return { data: { a: [1] }, headers: fresh() };
  });
  const api = bench.client({}, { adapter });
  const answers = await Promise.all(times(50, () => api.get('/a')));
  expect(new Set(answers.map(({ data }) => data.a)).size).toBe(50);
  expect(adapter).toHaveBeenCalledTimes(1);
});
