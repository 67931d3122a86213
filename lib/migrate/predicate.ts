/**
 * What does `cachePredicate` decide here? Statuses, a filter, and URLs that are not cached.
 *
 * A predicate replaces the one above it as a whole, so that all three are said where one of a request is.
 */
import type { SeenResponse } from '../exchange/engine.js';
import type { CacheRequestOptions } from '../interceptors/options.js';
import type { InterceptorPredicate, InterceptorProperties, InterceptorResponse, MigrationContext } from './types.js';
import { urlRules } from './urls.js';

type Predicate<Data> = NonNullable<InterceptorProperties<Data>['cachePredicate']>;
type Filter = NonNullable<CacheRequestOptions['filterFn']>;

/** What holds where nothing is said. */
export const DEFAULT_PREDICATE: InterceptorPredicate<never> = {
  statusCheck: (status) => [200, 203, 300, 301, 302, 404, 405, 410, 414, 501].includes(status),
};

const STATUSES = Array.from({ length: 400 }, (_, at) => 200 + at);

/** The options that a predicate stands for. */
export function predicateOptions<Data>(
  predicate: Predicate<Data>,
  context: MigrationContext,
): Pick<CacheRequestOptions, 'statuses' | 'filterFn' | 'urlsExpireAfter'> {
  const rules = typeof predicate === 'function' ? { responseMatch: predicate } : predicate;
  const { statuses, isAsynchronous } = statusesOf(rules, context);
  return {
    statuses,
    filterFn: filterOf(rules, isAsynchronous),
    urlsExpireAfter: urlRules(rules, context.baseURL),
  };
}

// What axios rejects never reached a predicate.
function statusesOf<Data>(
  { statusCheck }: InterceptorPredicate<Data>,
  { validateStatus = (status) => status < 300 }: MigrationContext,
): { readonly statuses: readonly number[]; readonly isAsynchronous: boolean } {
  const valid = STATUSES.filter((status) => validateStatus?.(status) ?? true);
  if (statusCheck === undefined) return { statuses: valid, isAsynchronous: false };
  const verdicts = valid.map((status) => statusCheck(status));
  const isAsynchronous = verdicts.some((verdict) => typeof verdict === 'object');
  for (const verdict of verdicts) if (typeof verdict === 'object') verdict.then(undefined, () => undefined);
  return { statuses: valid.filter((_, at) => verdicts[at] as unknown), isAsynchronous };
}

function filterOf<Data>(
  { statusCheck, containsHeaders, responseMatch }: InterceptorPredicate<Data>,
  isAsynchronous: boolean,
): Filter {
  const headers = Object.entries(containsHeaders ?? {});
  if (!isAsynchronous && headers.length === 0 && responseMatch === undefined) return () => true;
  return async (seen) => {
    if (isAsynchronous && statusCheck !== undefined && !(await statusCheck(seen.status))) return false;
    if (responseMatch !== undefined && !(await responseMatch(responseOf<Data>(seen)))) return false;
    for (const [name, accepts] of headers)
      if (!(await accepts(seen.headers[name.toLowerCase()] as never))) return false;
    return true;
  };
}

/** The response in the shape that predicates know; its body is parsed when it is asked for. */
function responseOf<Data>(seen: SeenResponse): InterceptorResponse<Data> {
  const { status, statusText, headers, url, method } = seen;
  let parsed: { readonly data: unknown } | undefined;
  return {
    status,
    statusText,
    headers,
    config: { url, method: method.toLowerCase() },
    get data() {
      parsed ??= { data: parse(seen.text()) };
      return parsed.data as Data;
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
