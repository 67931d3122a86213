import { setTimeout as sleep } from 'node:timers/promises';
import { Turns } from '../../lib/storage/turns.js';

/** Operations that settle when they are told to, and the order in which they began. */
function someWork(): { begun: string[]; work: (name: string) => () => Promise<string>; end: (name: string) => void } {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => () => {
    begun.push(name);
    return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
  };
  return { begun, work, end: (name) => ends.get(name)?.() };
}

test('one at a time, reads before all else, each in their order', async () => {
  const turns = new Turns();
  const { begun, work, end } = someWork();
  const all = [
    turns.other(work('w1')),
    turns.other(work('w2')),
    turns.read(work('r1')),
    turns.other(work('w3')),
    turns.read(work('r2')),
  ];
  const order = ['w1', 'r1', 'r2', 'w2', 'w3'];
  for (const [at, name] of order.entries()) {
    expect(begun).toEqual(order.slice(0, at + 1));
    end(name);
    await sleep(0);
  }
  expect(await Promise.all(all)).toEqual(['w1', 'w2', 'r1', 'w3', 'r2']);
});

test('reads without end do not keep a write out', async () => {
  const turns = new Turns();
  const done: string[] = [];
  const reads = Array.from({ length: 40 }, async (_, n) => turns.read(async () => done.push(`r${String(n)}`)));
  await Promise.all([...reads, turns.other(async () => done.push('write'))]);
  expect(done.indexOf('write')).toBe(8);
});

test('what fails, throws or answers at once is passed on, and the next one goes on', async () => {
  const turns = new Turns();
  await expect(turns.read(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  await expect(
    turns.other(() => {
      throw new Error('thrown');
    }),
  ).rejects.toThrow('thrown');
  expect(await turns.read(() => 'at once')).toBe('at once');
});

test('what waited for longer than anybody waits for it is refused, and never performed', async () => {
  const turns = new Turns();
  const { begun, work, end } = someWork();
  const stuck = turns.other(work('stuck'));
  const late = turns.other(work('late'));
  const refusal = expect(late).rejects.toThrow('busy');
  await sleep(1_100);
  // Whoever comes next clears away what nobody waits for any more: the line stays short while it is stuck.
  const next = turns.read(work('next'));
  await refusal;
  end('stuck');
  await stuck;
  await sleep(0);
  end('next');
  expect(await next).toBe('next');
  expect(begun).toEqual(['stuck', 'next']);
});
