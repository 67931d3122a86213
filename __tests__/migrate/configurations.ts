/**
 * Configurations as the public documentation of axios-cache-interceptor shows them, by page, with requests that tell
 * what each of them does. Both libraries are given the same ones.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { CacheOptions as Options, CacheRequestConfig } from 'axios-cache-interceptor';
import type { CannedReply, Reply } from '../helpers/origin.js';

/** What each library brings for the store. */
export interface Kit {
  buildMemoryStorage(cloneData?: boolean, cleanupInterval?: number | false, maxEntries?: number): unknown;
  buildWebStorage(storage: Storage, prefix?: string): unknown;
}

export interface Step {
  /** Seconds since the first request; like the step before where it is missing. */
  readonly at?: number;
  readonly method?: 'get' | 'post' | 'put';
  readonly path: string;
  readonly data?: unknown;
  readonly config?: CacheRequestConfig;
  /** Sent at the same time as the step before. */
  readonly together?: true;
  /** Whether the answer came from the cache, or `'fails'`. */
  readonly cached: boolean | 'fails';
  /** Where axios-cache-interceptor does something else: the guide says so. */
  readonly theirs?: boolean | 'fails';
}

export interface Configuration {
  /** The page of the documentation, and what it shows there. */
  readonly from: string;
  readonly options?: (kit: Kit) => Options;
  readonly replies: Readonly<Record<string, Reply>>;
  readonly steps: readonly Step[];
  /** What the origin was asked, in order. */
  readonly asked: readonly string[];
  /** The same of axios-cache-interceptor, where it differs. */
  readonly askedByTheirs?: readonly string[];
}

// Without a Date, which would be that of the real clock.
const plain = (body: unknown, headers: Record<string, string> = {}): CannedReply => ({
  body,
  headers: { date: null, ...headers },
});
const fails: CannedReply = { status: 503, headers: { date: null }, body: 'away' };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const seconds = (value: number): number => value * 1000;

/** Answers 304 where the request has the validator. */
function validated(header: 'etag' | 'last-modified', value: string): Reply {
  return (req, res) => {
    res.sendDate = false;
    res.setHeader(header, value).setHeader('cache-control', 'max-age=60');
    const sent = req.headers[header === 'etag' ? 'if-none-match' : 'if-modified-since'];
    res.statusCode = sent === value ? 304 : 200;
    res.end(sent === value ? undefined : 'body');
  };
}

export const configurations: readonly Configuration[] = [
  {
    from: 'guide/getting-started: setupCache(axios) without options',
    replies: { '/users': plain([1]) },
    steps: [
      { path: '/users', cached: false },
      { path: '/users', cached: true },
      { at: 299, path: '/users', cached: true },
      { at: 301, path: '/users', cached: false },
    ],
    asked: ['GET /users', 'GET /users'],
  },
  {
    from: 'guide/getting-started: two requests at the same time',
    replies: { '/users': { ...plain([1]), delayMs: 50 } },
    steps: [
      { path: '/users', cached: false },
      { path: '/users', together: true, cached: true },
    ],
    asked: ['GET /users'],
  },
  {
    from: 'journey/first-cache: fifteen minutes, POST too, the origin outranks the ttl',
    options: () => ({ ttl: 15 * MINUTE, methods: ['get', 'post'], interpretHeader: true }),
    replies: { '/plain': plain('p'), '/stated': plain('s', { 'cache-control': 'max-age=60' }) },
    steps: [
      { path: '/plain', cached: false },
      { path: '/stated', cached: false },
      { at: 59, path: '/stated', cached: true },
      { at: 61, path: '/stated', cached: false },
      { at: 899, path: '/plain', cached: true },
      { at: 901, path: '/plain', cached: false },
    ],
    asked: ['GET /plain', 'GET /stated', 'GET /stated', 'GET /plain'],
  },
  {
    from: 'config/request-specifics, cache.enabled: off, and on for what is expensive',
    options: () => ({ enabled: false }),
    replies: { '/api/realtime-data': plain(1), '/api/heavy-computation': plain(2) },
    steps: [
      { path: '/api/realtime-data', cached: false },
      { path: '/api/realtime-data', cached: false },
      { path: '/api/heavy-computation', config: { cache: { enabled: true, ttl: 10 * MINUTE } }, cached: false },
      {
        at: 599,
        path: '/api/heavy-computation',
        config: { cache: { enabled: true, ttl: 10 * MINUTE } },
        cached: true,
      },
      {
        at: 601,
        path: '/api/heavy-computation',
        config: { cache: { enabled: true, ttl: 10 * MINUTE } },
        cached: false,
      },
    ],
    asked: [
      'GET /api/realtime-data',
      'GET /api/realtime-data',
      'GET /api/heavy-computation',
      'GET /api/heavy-computation',
    ],
  },
  {
    from: 'config/request-specifics, cache and cache.enabled: on, and off for one request, in both spellings',
    options: () => ({ enabled: true }),
    replies: { '/api/user-profile': plain(1) },
    steps: [
      { path: '/api/user-profile', cached: false },
      { path: '/api/user-profile', config: { cache: false }, cached: false },
      { path: '/api/user-profile', config: { cache: { enabled: false } }, cached: false },
      { path: '/api/user-profile', cached: true },
    ],
    asked: ['GET /api/user-profile', 'GET /api/user-profile', 'GET /api/user-profile'],
  },
  {
    from: 'journey/caching-post-requests: POST everywhere, by its body',
    options: () => ({ methods: ['get', 'head', 'post'] }),
    replies: { '/api/search': plain(['found']) },
    steps: [
      { method: 'post', path: '/api/search', data: { query: 'axios' }, cached: false },
      { method: 'post', path: '/api/search', data: { query: 'react' }, cached: false },
      { method: 'post', path: '/api/search', data: { query: 'axios' }, cached: true },
    ],
    asked: ['POST /api/search {"query":"axios"}', 'POST /api/search {"query":"react"}'],
  },
  {
    from: 'journey/caching-post-requests: POST for one request, with an id to remove it by',
    replies: { '/api/search': plain(['found']), '/api/items': plain('done') },
    steps: [
      {
        method: 'post',
        path: '/api/search',
        data: { query: 'axios' },
        config: { id: 'search-axios', cache: { methods: ['post'] } },
        cached: false,
      },
      {
        method: 'post',
        path: '/api/search',
        data: { query: 'axios' },
        config: { id: 'search-axios', cache: { methods: ['post'] } },
        cached: true,
      },
      {
        method: 'post',
        path: '/api/items',
        data: {},
        config: { cache: { update: { 'search-axios': 'delete' } } },
        cached: false,
      },
      {
        method: 'post',
        path: '/api/search',
        data: { query: 'axios' },
        config: { id: 'search-axios', cache: { methods: ['post'] } },
        cached: false,
      },
    ],
    asked: ['POST /api/search {"query":"axios"}', 'POST /api/items {}', 'POST /api/search {"query":"axios"}'],
  },
  {
    from: 'journey/caching-post-requests: responseMatch lets searches in only',
    options: () => ({
      methods: ['get', 'post'],
      cachePredicate: { responseMatch: ({ config }) => config.url?.includes('/search') ?? false },
    }),
    replies: { '/api/search': plain(1), '/api/users': plain(2) },
    steps: [
      { method: 'post', path: '/api/search', data: { query: 'axios' }, cached: false },
      { method: 'post', path: '/api/search', data: { query: 'axios' }, cached: true },
      { method: 'post', path: '/api/users', data: { name: 'John' }, cached: false },
      { method: 'post', path: '/api/users', data: { name: 'John' }, cached: false },
    ],
    asked: ['POST /api/search {"query":"axios"}', 'POST /api/users {"name":"John"}', 'POST /api/users {"name":"John"}'],
  },
  {
    from: 'journey/caching-post-requests: a form that is submitted twice within five seconds',
    replies: { '/api/submit': { ...plain('thanks'), delayMs: 50 } },
    steps: [
      {
        method: 'post',
        path: '/api/submit',
        data: { name: 'John' },
        config: { cache: { methods: ['post'], ttl: 5000 } },
        cached: false,
      },
      {
        together: true,
        method: 'post',
        path: '/api/submit',
        data: { name: 'John' },
        config: { cache: { methods: ['post'], ttl: 5000 } },
        cached: true,
      },
      {
        at: 6,
        method: 'post',
        path: '/api/submit',
        data: { name: 'John' },
        config: { cache: { methods: ['post'], ttl: 5000 } },
        cached: false,
      },
    ],
    asked: ['POST /api/submit {"name":"John"}', 'POST /api/submit {"name":"John"}'],
  },
  {
    from: 'guide/request-id: one id for two endpoints, two ids for one',
    replies: { '/some': plain('some'), '/different': plain('different'), '/users': plain('users') },
    steps: [
      { path: '/some', config: { id: 'custom-id' }, cached: false },
      { path: '/different', config: { id: 'custom-id' }, cached: true },
      { path: '/users', config: { id: 'page-x' }, cached: false },
      { path: '/users', config: { id: 'page-y' }, cached: false },
      { path: '/users', config: { id: 'page-x' }, cached: true },
    ],
    asked: ['GET /some', 'GET /users', 'GET /users'],
  },
  {
    from: 'concepts/cache-keys: a generator of keys, which leaves out a parameter',
    options: () => ({
      generateKey: ({ id, method, url, params }) => {
        const { page } = (params ?? {}) as { page?: number };
        return id ?? JSON.stringify([method, url, page]);
      },
    }),
    replies: { '/users': plain('users') },
    steps: [
      { path: '/users', config: { params: { page: 1, cachebuster: 7 } }, cached: false },
      { path: '/users', config: { params: { page: 1, cachebuster: 8 } }, cached: true },
      { path: '/users', config: { params: { page: 2, cachebuster: 8 } }, cached: false },
    ],
    asked: ['GET /users?page=1&cachebuster=7', 'GET /users?page=2&cachebuster=8'],
  },
  {
    from: 'guide/invalidating-cache: a list that a POST makes untrue',
    replies: { '/posts': plain({ posts: [] }) },
    steps: [
      { path: '/posts', config: { id: 'list-posts', cache: { ttl: MINUTE } }, cached: false },
      { path: '/posts', config: { id: 'list-posts', cache: { ttl: MINUTE } }, cached: true },
      {
        method: 'post',
        path: '/posts',
        data: { title: 'a' },
        config: { cache: { update: { 'list-posts': 'delete' } } },
        cached: false,
      },
      { path: '/posts', config: { id: 'list-posts', cache: { ttl: MINUTE } }, cached: false },
      { at: 61, path: '/posts', config: { id: 'list-posts', cache: { ttl: MINUTE } }, cached: false },
    ],
    asked: ['GET /posts', 'POST /posts {"title":"a"}', 'GET /posts', 'GET /posts'],
  },
  {
    from: 'journey/invalidate-on-mutation: several ids at once, and what stays',
    replies: { '/api/users': plain([1, 2]), '/api/users/1': plain(1), '/api/users/2': plain(2) },
    steps: [
      { path: '/api/users', config: { id: 'users-list' }, cached: false },
      { path: '/api/users/1', config: { id: 'user-1' }, cached: false },
      { path: '/api/users/2', config: { id: 'user-2' }, cached: false },
      {
        method: 'put',
        path: '/api/users/1',
        data: { name: 'Ada' },
        config: { cache: { update: { 'users-list': 'delete', 'user-1': 'delete', 'users-count': 'delete' } } },
        cached: false,
      },
      { path: '/api/users', config: { id: 'users-list' }, cached: false },
      { path: '/api/users/1', config: { id: 'user-1' }, cached: false },
      { path: '/api/users/2', config: { id: 'user-2' }, cached: true },
    ],
    asked: [
      'GET /api/users',
      'GET /api/users/1',
      'GET /api/users/2',
      'PUT /api/users/1 {"name":"Ada"}',
      'GET /api/users',
      'GET /api/users/1',
    ],
  },
  {
    from: 'journey/production-checklist: what is sensitive is not cached',
    options: () => ({ cachePredicate: { ignoreUrls: [/\/auth\//, /\/payment\//, /\/personal\//] } }),
    replies: { '/auth/token': plain(1), '/v1/payment/7': plain(2), '/news': plain(3) },
    steps: [
      { path: '/auth/token', cached: false },
      { path: '/auth/token', cached: false },
      { path: '/v1/payment/7', cached: false },
      { path: '/v1/payment/7', cached: false },
      { path: '/news', cached: false },
      { path: '/news', cached: true },
    ],
    asked: ['GET /auth/token', 'GET /auth/token', 'GET /v1/payment/7', 'GET /v1/payment/7', 'GET /news'],
  },
  {
    from: 'config/request-specifics, cache.cachePredicate: ignoreUrls by how they begin, and allowUrls',
    options: () => ({ cachePredicate: { ignoreUrls: [/^\/api/], allowUrls: ['weekly'] } }),
    replies: { '/api/weekly': plain(1), '/weekly/report': plain(2), '/daily/report': plain(3) },
    steps: [
      { path: '/api/weekly', cached: false },
      { path: '/api/weekly', cached: false },
      { path: '/weekly/report', cached: false },
      { path: '/weekly/report', cached: true },
      { path: '/daily/report', cached: false },
      { path: '/daily/report', cached: false },
    ],
    asked: ['GET /api/weekly', 'GET /api/weekly', 'GET /weekly/report', 'GET /daily/report', 'GET /daily/report'],
  },
  {
    from: 'config/request-specifics, cache.cachePredicate: status, a header and the body of one request',
    replies: {
      '/in': plain({ auth: { status: 'authenticated' } }, { 'x-custom-header-3': 'yes' }),
      '/out': plain({ auth: { status: 'anonymous' } }, { 'x-custom-header-3': 'yes' }),
      '/bare': plain({ auth: { status: 'authenticated' } }),
    },
    steps: ['/in', '/out', '/bare'].flatMap((path): Step[] => {
      const config: CacheRequestConfig = {
        cache: {
          cachePredicate: {
            statusCheck: (status) => status === 200,
            containsHeaders: { 'X-Custom-Header-3': (value) => value === 'yes' },
            responseMatch: ({ data }) => data.auth.status === 'authenticated',
          },
        },
      };
      return [
        { path, config, cached: false },
        { path, config, cached: path === '/in' },
      ];
    }),
    asked: ['GET /in', 'GET /out', 'GET /out', 'GET /bare', 'GET /bare'],
  },
  {
    from: 'journey/production-checklist: each endpoint its own ttl',
    options: () => ({ ttl: 5 * MINUTE }),
    replies: { '/api/categories': plain(1), '/api/prices': plain(2) },
    steps: [
      { path: '/api/categories', config: { cache: { ttl: HOUR } }, cached: false },
      { path: '/api/prices', config: { cache: { ttl: seconds(30) } }, cached: false },
      { at: 29, path: '/api/prices', config: { cache: { ttl: seconds(30) } }, cached: true },
      { at: 31, path: '/api/prices', config: { cache: { ttl: seconds(30) } }, cached: false },
      { at: 3599, path: '/api/categories', config: { cache: { ttl: HOUR } }, cached: true },
      { at: 3601, path: '/api/categories', config: { cache: { ttl: HOUR } }, cached: false },
    ],
    asked: ['GET /api/categories', 'GET /api/prices', 'GET /api/prices', 'GET /api/categories'],
  },
  {
    from: 'journey/preventing-stale-data: the headers of a restrictive server are not interpreted',
    replies: { '/api/data': plain(1, { 'cache-control': 'no-cache, no-store' }) },
    steps: [
      { path: '/api/data', config: { cache: { interpretHeader: false, ttl: 10 * MINUTE } }, cached: false },
      { at: 599, path: '/api/data', config: { cache: { interpretHeader: false, ttl: 10 * MINUTE } }, cached: true },
      { at: 601, path: '/api/data', config: { cache: { interpretHeader: false, ttl: 10 * MINUTE } }, cached: false },
      { path: '/api/data', cached: false, theirs: true },
    ],
    asked: ['GET /api/data', 'GET /api/data', 'GET /api/data'],
    askedByTheirs: ['GET /api/data', 'GET /api/data'],
  },
  {
    from: 'concepts/stale-revalidation: an ETag saves the body',
    options: () => ({ etag: true }),
    replies: { '/api/users': validated('etag', '"abc123"') },
    steps: [
      { path: '/api/users', cached: false },
      { at: 59, path: '/api/users', cached: true },
      { at: 61, path: '/api/users', cached: true },
      { at: 100, path: '/api/users', cached: true },
    ],
    asked: ['GET /api/users', 'GET /api/users if-none-match'],
  },
  {
    from: 'concepts/stale-revalidation: Last-Modified, for servers without ETags',
    options: () => ({ etag: false, modifiedSince: true }),
    replies: { '/api/users': validated('last-modified', 'Wed, 21 Oct 2020 07:28:00 GMT') },
    steps: [
      { path: '/api/users', cached: false },
      { at: 61, path: '/api/users', cached: true },
    ],
    asked: ['GET /api/users', 'GET /api/users if-modified-since'],
  },
  {
    from: 'journey/preventing-stale-data: override fetches, and what it fetched is used from then on',
    replies: { '/api/users': (_, res, n) => res.end(`answer ${String(n)}`) },
    steps: [
      { path: '/api/users', cached: false },
      { path: '/api/users', config: { cache: { override: true } }, cached: false },
      { path: '/api/users', cached: true },
    ],
    asked: ['GET /api/users', 'GET /api/users'],
  },
  {
    from: 'journey/preventing-stale-data: stale answers for a failing origin, save where they are not wanted',
    options: () => ({ staleIfError: true }),
    replies: {
      '/api/prices': (_, res, n) => {
        res.statusCode = n === 1 ? 200 : 503;
        res.sendDate = false;
        res.setHeader('etag', '"1"').setHeader('cache-control', 'max-age=60').end('price');
      },
      '/api/critical': (_, res, n) => {
        res.statusCode = n === 1 ? 200 : 503;
        res.sendDate = false;
        res.setHeader('etag', '"1"').setHeader('cache-control', 'max-age=60').end('critical');
      },
      '/api/down': fails,
    },
    steps: [
      { path: '/api/prices', cached: false },
      { path: '/api/critical', cached: false },
      { at: 61, path: '/api/prices', cached: true },
      { path: '/api/critical', config: { cache: { staleIfError: false } }, cached: 'fails' },
      { path: '/api/down', cached: 'fails' },
    ],
    asked: [
      'GET /api/prices',
      'GET /api/critical',
      'GET /api/prices if-none-match',
      'GET /api/critical if-none-match',
      'GET /api/down',
    ],
  },
  {
    from: 'concepts/vary-header-handling: what the origin lets vary is kept apart',
    options: () => ({ vary: true }),
    replies: { '/content': (req, res) => res.setHeader('vary', 'accept-language').end(req.headers['accept-language']) },
    steps: [
      { path: '/content', config: { headers: { 'accept-language': 'de' } }, cached: false },
      { path: '/content', config: { headers: { 'accept-language': 'fr' } }, cached: false },
      { path: '/content', config: { headers: { 'accept-language': 'fr' } }, cached: true },
    ],
    asked: ['GET /content', 'GET /content'],
  },
  {
    from: 'concepts/vary-header-handling: headers that tell requests apart, whatever the origin says',
    replies: { '/api/content': plain('text') },
    steps: ['de', 'fr', 'de'].map((language, at) => ({
      path: '/api/content',
      config: { headers: { 'accept-language': language }, cache: { vary: ['accept-language'] } },
      cached: at === 2,
    })),
    asked: ['GET /api/content', 'GET /api/content'],
  },
  {
    from: 'journey/production-checklist: memory with a limit',
    options: ({ buildMemoryStorage }) => ({ storage: buildMemoryStorage(false, false, 2) as never }),
    replies: { '/a': plain('a'), '/b': plain('b'), '/c': plain('c') },
    steps: [
      { path: '/a', cached: false },
      { at: 1, path: '/b', cached: false },
      { at: 2, path: '/c', cached: false },
      { path: '/c', cached: true },
      { path: '/a', cached: false },
    ],
    asked: ['GET /a', 'GET /b', 'GET /c', 'GET /a'],
  },
  {
    from: 'config, location: on a server nothing private is kept',
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- It is in use.
    options: () => ({ location: 'server' }),
    replies: { '/me': plain('me', { 'cache-control': 'private, max-age=60' }) },
    steps: [
      { path: '/me', cached: false },
      { path: '/me', cached: false },
    ],
    asked: ['GET /me', 'GET /me'],
  },
];

/** A request as `asked` shows it. */
export function shown(method: string, url: string, body: string, headers: IncomingHttpHeaders): string {
  const conditions = ['if-none-match', 'if-modified-since'].filter((name) => headers[name] !== undefined);
  return [method, url, ...(body === '' ? [] : [body]), ...conditions].join(' ');
}
