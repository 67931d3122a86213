// How long does nothing else get its turn? Watches the event loop from within, and knows what the garbage collector took.
import { PerformanceObserver } from 'node:perf_hooks';

const LONG_MS = 5;
const MICROSECONDS = 1_000;

/**
 * Watches turns: `turn(work)` performs some work and everything else that is due before the loop comes round again.
 * `blocked()` tells of the longest, in milliseconds: as the clock on the wall saw it, the most garbage collection in one,
 * and `ownMs`, what was not garbage collection and no more than the processor time used, for a busy machine makes others wait.
 */
export function watchTurns() {
  const pauses = [];
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) pauses.push([startTime, startTime + duration]);
  });
  observer.observe({ entryTypes: ['gc'] });
  const long = [];
  const collected = ({ start, end }) =>
    pauses.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(end, to) - Math.max(start, from)), 0);
  return {
    async turn(work) {
      const usage = process.cpuUsage();
      const start = performance.now();
      await work();
      await new Promise((resolve) => setImmediate(resolve));
      const end = performance.now();
      const { user, system } = process.cpuUsage(usage);
      if (end - start > LONG_MS) long.push({ start, end, cpu: (user + system) / MICROSECONDS });
    },
    async blocked() {
      await new Promise((resolve) => setTimeout(resolve, 50));
      observer.disconnect();
      const turns = long.map((one) => {
        const wallMs = one.end - one.start;
        const gcMs = collected(one);
        return { wallMs, gcMs, ownMs: Math.max(0, Math.min(wallMs - gcMs, one.cpu)) };
      });
      const most = (name) => Math.round(10 * Math.max(0, ...turns.map((one) => one[name]))) / 10;
      return { wallMs: most('wallMs'), gcMs: most('gcMs'), ownMs: most('ownMs') };
    },
  };
}
