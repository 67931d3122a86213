/** Options of a request are checked and compiled once for as long as they are the same. */
import { createLayer } from '../../lib/interceptors/layer.js';

test('the same options are compiled once, also in another object', () => {
  const layer = createLayer({});
  const first = layer.compiled({ expireAfter: '10m', staleIfError: true }, undefined);
  expect(layer.compiled({ expireAfter: '10m', staleIfError: true }, undefined)).toBe(first);
  expect(first.settings).toMatchObject({ requestExpireAfter: '10m', staleIfError: true });
});

test.each<[string, object, object]>([
  ['another value', { expireAfter: 1 }, { expireAfter: 2 }],
  ['another type', { expireAfter: 1 }, { expireAfter: '1s' }],
  ['another name', { refresh: true }, { forceRefresh: true }],
  ['more of them', { refresh: true }, { refresh: true, heuristic: false }],
  ['values that look like names', { expireAfter: '1s' }, { expireAfter: '1 s' }],
])('%s is another compilation', (_, one, other) => {
  const layer = createLayer({});
  expect(layer.compiled(one, undefined).settings).not.toEqual(layer.compiled(other, undefined).settings);
});

test('those of the instance count too', () => {
  const layer = createLayer({});
  const request = { expireAfter: 5 };
  expect(layer.compiled(request, undefined).settings.requestExpireAfter).toBe(5);
  expect(layer.compiled(request, { expireAfter: 5 }).settings.requestExpireAfter).toBeUndefined();
});

test('a function, a list or a date is read each time', () => {
  const layer = createLayer({});
  for (const options of [{ keyFn: () => 'k' }, { tags: ['t'] }, { expireAfter: new Date(0) }])
    expect(layer.compiled(options, undefined)).not.toBe(layer.compiled(options, undefined));
});

test('what is wrong is wrong each time', () => {
  const layer = createLayer({});
  for (const _ of [1, 2])
    expect(() => layer.compiled({ expireAfter: Number.NaN }, undefined)).toThrow(/Option "expireAfter"/);
});

test('options that change at run time hold from then on', () => {
  const layer = createLayer({ heuristic: true });
  expect(layer.compiled({ expireAfter: 1 }, undefined).settings.heuristic).toBe(true);
  layer.replace({ heuristic: false });
  expect(layer.compiled({ expireAfter: 1 }, undefined).settings.heuristic).toBe(false);
});
