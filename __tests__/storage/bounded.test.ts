/** Values within their bounds: against a simple model, and while listeners call back into it. */
import fc from 'fast-check';
import { Bounded } from '../../lib/storage/bounded.js';
import type { EvictionCause } from '../../lib/storage/bounded.js';

const MAX_BYTES = 100;
const MAX_ENTRIES = 6;

/** The same in the simplest way: a list, the one used longest ago first. */
class Model {
  list: { key: string; value: object; bytes: number }[] = [];
  readonly evicted: string[] = [];

  get bytes(): number {
    return this.list.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  at(key: string): { key: string; value: object; bytes: number } | undefined {
    return this.list.find((each) => each.key === key);
  }

  get(key: string): object | undefined {
    const found = this.at(key);
    if (found !== undefined) this.list = [...this.list.filter((each) => each !== found), found];
    return found?.value;
  }

  set(key: string, value: object, given: number): boolean {
    const bytes = Math.max(1, Math.ceil(given));
    this.delete(key);
    if (bytes > MAX_BYTES) return false;
    this.shrink(MAX_BYTES - bytes, MAX_ENTRIES - 1);
    this.list.push({ key, value, bytes });
    return true;
  }

  resize(key: string, value: object, given: number): boolean {
    const found = this.at(key);
    const bytes = Math.max(1, Math.ceil(given));
    if (found?.value !== value) return true;
    if (bytes > MAX_BYTES) return false;
    found.bytes = bytes;
    this.shrink(MAX_BYTES, MAX_ENTRIES);
    return true;
  }

  delete(key: string): boolean {
    const there = this.at(key) !== undefined;
    this.list = this.list.filter((each) => each.key !== key);
    return there;
  }

  private shrink(maxBytes: number, maxEntries: number): void {
    while (this.list.length > 0 && (this.bytes > maxBytes || this.list.length > maxEntries))
      this.evicted.push(this.list.shift()?.key ?? '');
  }
}

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i');
const bytes = fc.oneof(fc.integer({ min: -1, max: 40 }), fc.constantFrom(0.5, 99.5, 100, 101, 1_000));
const step = fc.oneof(
  fc.record({ do: fc.constant('set' as const), key, bytes }),
  fc.record({ do: fc.constant('get' as const), key, bytes }),
  fc.record({ do: fc.constant('resize' as const), key, bytes }),
  fc.record({ do: fc.constant('resize an old one' as const), key, bytes }),
  fc.record({ do: fc.constant('peek' as const), key, bytes }),
  fc.record({ do: fc.constant('delete' as const), key, bytes }),
  fc.record({ do: fc.constant('clear' as const), key, bytes }),
);

test('bytes, entries and the order of leaving are those of the model', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const model = new Model();
      const evicted: string[] = [];
      const bounded = new Bounded<object>({ maxBytes: MAX_BYTES, maxEntries: MAX_ENTRIES }, (name) =>
        evicted.push(name),
      );
      for (const { do: what, key: name, bytes: size } of steps) {
        const held = model.at(name)?.value ?? {};
        const value = {};
        if (what === 'set') expect(bounded.set(name, value, size)).toBe(model.set(name, value, size));
        if (what === 'get') expect(bounded.get(name)).toBe(model.get(name));
        if (what === 'peek') expect(bounded.peek(name)).toBe(model.at(name)?.value);
        if (what === 'resize') expect(bounded.resize(name, held, size)).toBe(model.resize(name, held, size));
        if (what === 'resize an old one') expect(bounded.resize(name, value, size)).toBe(true);
        if (what === 'delete') expect(bounded.delete(name)).toBe(model.delete(name));
        if (what === 'clear') {
          bounded.clear();
          model.list = [];
        }
        expect([bounded.bytes, bounded.entries]).toEqual([model.bytes, model.list.length]);
        expect(evicted).toEqual(model.evicted);
      }
      expect([...bounded.keys()].sort()).toEqual(model.list.map(({ key: name }) => name).sort());
    }),
    { numRuns: 500 },
  );
});

describe('a listener that calls back', () => {
  type Bound = Bounded<object>;
  const callbacks: readonly (readonly [string, (bounded: Bound, key: string) => void])[] = [
    ['asks for what is there', (bounded) => ['a', 'b', 'c', 'd'].forEach((name) => bounded.get(name))],
    ['puts something else', (bounded) => bounded.set('other', {}, 10)],
    ['puts it back', (bounded, name) => bounded.set(name, {}, 1)],
    ['deletes', (bounded) => bounded.delete('b')],
    ['clears', (bounded) => bounded.clear()],
    ['resizes', (bounded) => bounded.resize('c', bounded.peek('c') ?? {}, 5)],
  ];

  test.each(callbacks)('%s: nothing is lost, and the bounds hold', (_, callback) => {
    let depth = 0;
    const causes: EvictionCause[] = [];
    const bounded: Bound = new Bounded({ maxBytes: MAX_BYTES }, (name, __, cause) => {
      causes.push(cause);
      depth += 1;
      if (depth < 20) callback(bounded, name);
    });
    for (const name of ['a', 'b', 'c', 'd']) bounded.set(name, {}, 25);
    const grown = bounded.peek('d') ?? {};
    bounded.resize('d', grown, 45);
    bounded.get('d');
    expect(causes.length).toBeGreaterThan(0);
    expect(bounded.bytes).toBeLessThanOrEqual(MAX_BYTES);
    depth = 20;
    // Everything that is held can still be driven out, and then no byte is left over.
    for (let round = 0; round < 10; round += 1) bounded.set(`fill ${String(round)}`, {}, 50);
    expect([...bounded.keys()].sort()).toEqual(['fill 8', 'fill 9']);
    expect(bounded.bytes).toBe(100);
    for (const name of ['fill 8', 'fill 9']) bounded.delete(name);
    expect([bounded.bytes, bounded.entries]).toEqual([0, 0]);
  });
});
