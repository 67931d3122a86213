// docs/handle.md: what responses tell, what `instance.cache` can do, and which events there are.
import { table } from './options.mjs';
import { eventsOf, membersOf } from './source.mjs';

const TYPES = 'lib/handle/types.ts';

const INTRO = `# Responses, the handle, events

What each response tells, what \`instance.cache\` can do, and which events there are. This page is made from the comments in
the sources (\`npm run docs\`); [invalidation](invalidation.md) and [figures and events](events.md) show how it is used.

\`\`\`ts
import axios from 'axios';
import { cachePlugin } from 'axios-http-cache';

const api = axios.create({ baseURL: 'https://api.example.com' }).use(cachePlugin());

const { cache } = await api.get('/users');
console.log(cache.status, cache.reason); // → miss uri-miss
console.log((await api.cache.explain('/users')).decision); // → serve
for await (const { url, size } of api.cache.filter({ pattern: '*/users' })) console.log(url, size);
\`\`\`
`;

/** The page. */
export function handlePage() {
  return [
    INTRO,
    '## `response.cache`',
    'Every response has it, and every error that carries a response, as `error.response.cache`.',
    table(membersOf('lib/observe/info.ts', 'CacheInfo')),
    STATUSES,
    '## `instance.cache`',
    'A URL may be relative where the instance has a `baseURL`. Wrong arguments throw `CacheConfigurationError`; a store that fails does not.',
    methods(),
    '### What `delete` takes',
    'Several criteria are a union: what meets one of them is removed. The first four are also what `filter`, `urls`, `count` and `resetExpiration` take.',
    table([
      ...membersOf('lib/handle/criteria.ts', 'EntryCriteria'),
      ...membersOf('lib/handle/criteria.ts', 'DeleteCriteria'),
    ]),
    '### What `get` and `filter` give',
    table(membersOf(TYPES, 'CacheEntry')),
    '### What `explain` gives',
    table(membersOf(TYPES, 'Forecast')),
    '### What `stats()` gives',
    'Besides the five counts `hit`, `stale`, `revalidated`, `miss` and `bypass`:',
    table([...membersOf('lib/observe/stats.ts', 'CacheFigures'), ...membersOf(TYPES, 'CacheStats')]),
    'Of `store`:',
    table(membersOf('lib/storage/types.ts', 'StoreFigures')),
    '## Events',
    'Each is one object with `type`, `at` (milliseconds since 1970), and what the table says; further members of the list below it where they apply.',
    events(),
    table(membersOf('lib/observe/events.ts', 'EventDetail')),
  ].join('\n\n');
}

const STATUSES = `| \`status\` | the body |
| --- | --- |
| \`hit\` | came from the store, fresh; the origin was not asked |
| \`stale\` | came from the store, stale, and something allowed that: \`reason\` says what |
| \`revalidated\` | came from the store after the origin confirmed it with a 304 |
| \`miss\` | came from the origin, whether or not it was stored |
| \`bypass\` | came from the origin, and the cache was not asked: switched off, or a method like POST |

[Troubleshooting](troubleshooting.md) has every \`reason\`. \`axios-http-cache\` also puts two headers on responses: \`age\` on those from
the store, and \`cache-status\` (RFC 9211) on all of them, unless the option \`cacheStatus\` is \`false\`.`;

function methods() {
  const rows = membersOf(TYPES, 'CacheHandle').map(({ name, type, text }) => {
    const [, parameters, result] = /^\((.*?)\) => (.*)$/.exec(type) ?? [];
    const shown = parameters === undefined ? name : `${name}(${parameters})`;
    return `| \`${shown}\` | \`${(result ?? 'object').replaceAll('|', '\\|')}\` | ${text.replaceAll('|', '\\|')} |`;
  });
  return ['| member | gives | what it does |', '| --- | --- | --- |', ...rows].join('\n');
}

function events() {
  const rows = eventsOf().map(({ name, text, tells }) => {
    return `| \`${name}\` | ${text} | ${tells.map((it) => `\`${it}\``).join(', ')} |`;
  });
  return ['| event | what happened | always tells |', '| --- | --- | --- |', ...rows].join('\n');
}
