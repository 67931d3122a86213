/**
 * The documentation's configurations, through axios-cache-interceptor itself and, by the shim, through ours: what was
 * cached, for how long, and what reached the origin.
 */
import axios from 'axios';
import type { AxiosRequestConfig } from 'axios';
import * as theirs from 'axios-cache-interceptor';
import type { CacheRequestConfig } from 'axios-cache-interceptor';
import { cachePlugin } from 'axios-http-cache';
import * as ours from 'axios-http-cache/migrate';
import { startOrigin } from '../helpers/origin.js';
import { configurations, shown } from './configurations.js';
import type { Configuration, Step } from './configurations.js';

type Outcome = boolean | 'fails';
/** Makes a request, and says whether it was answered from the cache. */
type Ask = (step: Step) => Promise<boolean>;
type Setup = (baseURL: string, configuration: Configuration) => { readonly ask: Ask; end?(): Promise<void> };

const requestOf = ({ method = 'get', path, data }: Step): AxiosRequestConfig => ({ method, url: path, data });

const withTheirs: Setup = (baseURL, { options }) => {
  const api = theirs.setupCache(axios.create({ baseURL }), options?.(theirs));
  return {
    ask: async (step) => (await api.request({ ...requestOf(step), ...step.config } as CacheRequestConfig)).cached,
  };
};

const withOurs: Setup = (baseURL, { options }) => {
  const plugin = cachePlugin(ours.fromAxiosCacheInterceptor(options?.(ours), { baseURL }));
  const api = axios.create({ baseURL }).use(plugin);
  return {
    ask: async (step) => {
      const config = ours.fromAxiosCacheInterceptorRequest(step.config ?? {}, { baseURL });
      const { cache } = await api.request({ ...requestOf(step), ...config });
      return cache.fromCache || cache.collapsed;
    },
    end: () => api.cache.close(),
  };
};

async function play(setup: Setup, configuration: Configuration): Promise<{ cached: Outcome[]; asked: string[] }> {
  const origin = await startOrigin(configuration.replies);
  const { ask, end } = setup(origin.url, configuration);
  const started = Date.now();
  let offset = 0;
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => started + offset);
  try {
    const cached: Promise<Outcome>[] = [];
    for (const step of configuration.steps) {
      if (step.together === undefined) await Promise.all(cached);
      offset = step.at === undefined ? offset : step.at * 1000;
      cached.push(ask(step).catch(() => 'fails' as const));
    }
    const outcomes = await Promise.all(cached);
    const asked = origin.requests.map(({ method, url, body, headers }) => shown(method, url, body, headers));
    return { cached: outcomes, asked };
  } finally {
    clock.mockRestore();
    await end?.();
    await origin.close();
  }
}

test('there are twenty of them, and more', () => {
  expect(configurations.length).toBeGreaterThanOrEqual(20);
});

describe.each(configurations)('$from', (configuration) => {
  const { steps, asked, askedByTheirs = asked } = configuration;

  test('by axios-cache-interceptor', async () => {
    const expected = steps.map(({ cached, theirs: byTheirs = cached }) => byTheirs);
    expect(await play(withTheirs, configuration)).toEqual({ cached: expected, asked: askedByTheirs });
  });

  test('by the shim', async () => {
    expect(await play(withOurs, configuration)).toEqual({ cached: steps.map(({ cached }) => cached), asked });
  });
});
