/** Many small maps are one map. */
import fc from 'fast-check';
import { Shards } from '../../lib/storage/shards.js';

const key = fc.oneof(fc.constantFrom('', 'a', '__proto__', '{tag}epoch'), fc.string({ maxLength: 4 }), fc.uuid());
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('set' as const), key, value: fc.integer() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const) }) },
);

test('does what a Map does', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const map = new Map<string, number>();
      const shards = new Shards<number>();
      for (const each of steps) {
        if (each.do === 'clear') {
          map.clear();
          shards.clear();
        } else if (each.do === 'delete') {
          expect(shards.delete(each.key)).toBe(map.delete(each.key));
        } else {
          map.set(each.key, each.value);
          shards.set(each.key, each.value);
        }
        expect(shards.size).toBe(map.size);
      }
      expect([...shards.keys()].sort()).toEqual([...map.keys()].sort());
      for (const [name, value] of map) expect(shards.get(name)).toBe(value);
    }),
  );
});

test('is walked while keys come and go: those that stay are met once', () => {
  const shards = new Shards<number>();
  const names = Array.from({ length: 500 }, (_, at) => `{tag}${String(at)}digest${String(at % 10)}x`);
  for (const name of names) shards.set(name, 0);
  const met: string[] = [];
  for (const name of shards.keys()) {
    met.push(name);
    shards.delete(name);
    if (met.length < 100) shards.set(`${name}-later`, 1);
  }
  expect(names.filter((name) => !met.includes(name))).toEqual([]);
  expect(new Set(met).size).toBe(met.length);
});
