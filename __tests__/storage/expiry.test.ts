/** What is due is told of, each once, within a second, a few milliseconds at a time. */
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { Expiry, monotonicNow } from '../../lib/storage/expiry.js';
import type { Due } from '../../lib/storage/expiry.js';
import { until } from './fixtures.js';

interface Item extends Due<Item> {
  readonly name: number;
}

const item = (name: number, dueAt: number): Item => ({ name, dueAt, before: undefined, after: undefined });
const soon = (): number => monotonicNow() + 1;

function expiry(onDue: (due: Item) => void = () => undefined): { list: Expiry<Item>; told: number[] } {
  const told: number[] = [];
  const list = new Expiry<Item>((due) => {
    list.remove(due);
    told.push(due.name);
    onDue(due);
  });
  return { list, told };
}

/** The longest time for which the event loop did nothing else, until the claim held. */
async function longestTurn(claim: () => boolean): Promise<number> {
  let longest = 0;
  let last = performance.now();
  const lag = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  await until(claim, 15_000);
  clearInterval(lag);
  return longest;
}

test('T87 listeners that take their time hold up the event loop for a slice, not for all that is due', async () => {
  const { list, told } = expiry(() => {
    for (const end = performance.now() + 0.5; performance.now() < end;);
  });
  const at = monotonicNow() + 1;
  for (let name = 0; name < 2_000; name += 1) list.add(item(name, at));
  // All of them take a second.
  expect(await longestTurn(() => told.length === 2_000)).toBeLessThan(300);
  expect(new Set(told).size).toBe(2_000);
});

test('what a listener adds does not hold up what is due', async () => {
  let next = 10_000;
  const { list, told } = expiry(({ name }) => {
    for (const end = performance.now() + 0.2; performance.now() < end;);
    if (name < 1_000) list.add(item((next += 1), monotonicNow() + 60_000));
  });
  const at = monotonicNow() + 1;
  for (let name = 0; name < 1_000; name += 1) list.add(item(name, at));
  const begun = performance.now();
  // 40 slices; waiting half a second after each would take 20.
  await until(() => told.length === 1_000, 15_000);
  expect(performance.now() - begun).toBeLessThan(9_000);
  list.stop();
});

test('one that throws does not stop the others', async () => {
  const timers: (() => void)[] = [];
  const spy = jest.spyOn(globalThis, 'setTimeout').mockImplementation((action) => {
    timers.push(action);
    return 0 as never;
  });
  const { list } = expiry(({ name }) => {
    throw new Error(`of ${String(name)}`);
  });
  for (const name of [1, 2]) list.add(item(name, soon()));
  spy.mockRestore();
  await sleep(600);
  // What the engine does with it.
  expect(timers).toHaveLength(1);
  expect(() => timers[0]?.()).toThrow('of 2');
  const again = jest.spyOn(globalThis, 'setTimeout');
  list.start();
  expect(again).not.toHaveBeenCalled();
  again.mockRestore();
  list.stop();
});

test('stopped, it tells nothing; started, it goes on', async () => {
  const { list, told } = expiry();
  list.add(item(1, soon()));
  list.stop();
  list.add(item(2, soon()));
  await sleep(1_200);
  expect(told).toEqual([]);
  list.start();
  await until(() => told.length === 2);
});

test('cleared, it tells nothing of what it had', async () => {
  const { list, told } = expiry();
  list.add(item(1, soon()));
  list.clear();
  list.add(item(2, soon()));
  await until(() => told.length === 1);
  expect(told).toEqual([2]);
});

test('whatever was added and not removed is told of, once and not too early', async () => {
  const moments = fc.array(fc.record({ in: fc.integer({ min: 1, max: 900 }), removed: fc.boolean() }), {
    minLength: 1,
    maxLength: 60,
  });
  const lists = fc.sample(moments, { numRuns: 40, seed: 87 }).map((items) => {
    const early: number[] = [];
    const { list, told } = expiry(({ name, dueAt }) => {
      if (monotonicNow() < dueAt) early.push(name);
    });
    const made = items.map((each, name) => item(name, monotonicNow() + each.in));
    for (const each of made) list.add(each);
    for (const [at, each] of items.entries()) if (each.removed) list.remove(made[at]!);
    return { told, early, kept: items.flatMap(({ removed }, at) => (removed ? [] : [at])) };
  });
  await until(() => lists.every(({ told, kept }) => told.length >= kept.length), 10_000);
  for (const { told, early, kept } of lists) {
    expect([...told].sort((a, b) => a - b)).toEqual(kept);
    expect(early).toEqual([]);
  }
});
