// Sends requests through the cached instance, one line each, and keeps count.
import { setTimeout as sleep } from 'node:timers/promises';
import { why } from './why.mjs';

/**
 * What a story is told with. `asked()` is how often the origin was asked for this story; `got` puts data into a few
 * words; every request is noted in `tally`.
 */
export function createSession({ api, path, asked, got, screen, explain, tally }) {
  const before = asked();
  const count = () => asked() - before;

  const send = async (config) => {
    const startedAt = performance.now();
    const response = await api.request({ url: path, validateStatus: null, ...config });
    return { response, ms: performance.now() - startedAt, asked: count() };
  };

  const print = (label, { response, ms, asked: times }) => {
    const said = response.data.error ?? got(response.data, response);
    const { status } = response.cache;
    screen.request({ label, got: `${response.status} ${said}`, status, why: why(response), ms, asked: times });
    if (explain) screen.explanation(response.cache.explain());
  };

  const request = async (label, config) => {
    const sent = await send(config);
    tally.push(sent);
    print(label, sent);
    return sent.response;
  };

  return {
    get: (label, config) => request(label, config),
    post: (label, data) => request(label, { method: 'post', data }),
    note: screen.note,
    pause: (ms) => sleep(ms),

    /** The same request from many callers at once: a line for the first, and one for all the others. */
    async together(callers) {
      const sent = await Promise.all(Array.from({ length: callers }, () => send({})));
      tally.push(...sent);
      const [first, ...others] = sent;
      print('1st', first);
      const slowest = others.reduce((one, other) => (other.ms > one.ms ? other : one));
      print(`+ ${others.length}`, slowest);
    },

    /** Waits until the stored response is no longer fresh. */
    async untilStale(response) {
      const ms = Math.max(0, (response.cache.expires?.getTime() ?? 0) - Date.now());
      screen.note(`${(ms / 1_000).toFixed(1)} s later`);
      await sleep(ms + 20);
    },

    /** Waits until what is being refreshed in the background has come in. */
    async untilRefreshed() {
      while (api.cache.stats().refreshes > 0) await sleep(10);
      screen.note('a moment later');
    },
  };
}

/** What a story came to. `steps` is how many requests the origin sees for one of the caller's: two with a redirect. */
export function totals(title, tally, asked, steps = 1) {
  const bodies = tally.filter(({ response }) => response.cache.status === 'miss' && !response.cache.collapsed);
  const usual = bodies.reduce((sum, { ms }) => sum + ms, 0) / Math.max(1, bodies.length);
  const saved = tally.filter(({ response }) => response.cache.fromCache);
  return {
    title,
    requests: tally.length,
    without: tally.length * steps,
    asked,
    /** Compared to what a body from this endpoint usually took in this run. */
    savedMs: saved.reduce((sum, { ms }) => sum + Math.max(0, usual - ms), 0),
    statuses: tally.map(({ response }) => response.cache.status),
  };
}
