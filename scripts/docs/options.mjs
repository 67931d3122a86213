// docs/options.md: every option, from the doc comments of its type.
import { membersOf } from './source.mjs';

const OPTIONS = 'lib/interceptors/options.ts';

/** In the order in which somebody asks. An option that is in no group, or in two, is an error. */
const GROUPS = [
  ['How long a response is fresh', ['expireAfter', 'urlsExpireAfter', 'cacheControl', 'heuristic']],
  [
    'What one request wants',
    ['refresh', 'forceRefresh', 'onlyIfCached', 'alwaysRevalidate', 'readOnly', 'disabled', 'invalidates'],
  ],
  ['When stale is good enough', ['staleWhileRevalidate', 'staleIfError', 'earlyRefresh', 'keepForValidation']],
  ['Who may see it', ['shared', 'credentials', 'credentialHeaders', 'partition', 'storeSetCookie']],
  ['What is stored', ['methods', 'statuses', 'filterFn', 'tags']],
  ['What a caller gets', ['frozen']],
  ['What tells requests apart', ['ignoredParameters', 'contentRootKey', 'matchHeaders', 'keyFn']],
];

const INTRO = `# Options

Every option, with its default. This page is made from the comments in the sources (\`npm run docs\`).

The options of the first part may be given in three places. The request outranks the instance, and the instance the plugin:

\`\`\`ts
import axios from 'axios';
import { cachePlugin } from 'axios-http-cache';

const api = axios
  .create({ baseURL: 'https://api.example.com', cache: { staleIfError: 3600 } }) // the instance
  .use(cachePlugin({ expireAfter: '5m' })); // the plugin

await api.get('/prices', { cache: { refresh: true } }); // one request
await api.get('/me', { cache: false }); // no cache at all
\`\`\`

- Times are **seconds**, except where it says _milliseconds_. A lifetime may also be a text with a unit: \`'500ms'\`, \`'90s'\`,
  \`'10m'\`, \`'1h30m'\`, \`'7d'\`, \`'2 weeks'\`.
- An option that does not exist, or has a value that is none, throws \`CacheConfigurationError\` when it is given, and says what
  to write instead. An option of a single request rejects that request with it.
- \`undefined\` is the same as leaving an option out.
- \`api.cache.settings\` has the options of the plugin in force; to assign to it is to change them from then on.
`;

/** Those that are objects, with a table each. */
const PARTS = ['storage', 'compression', 'encryption'];

/** The page. */
export function optionsPage() {
  const everywhere = membersOf(OPTIONS, 'CacheRequestOptions');
  const pluginOnly = membersOf(OPTIONS, 'CacheOptions');
  const groups = GROUPS.map(
    ([title, names]) => `### ${title}\n\n${names.map((name) => section(take(everywhere, name))).join('\n\n')}`,
  );
  const listed = GROUPS.flatMap(([, names]) => names);
  const lost = everywhere.filter(({ name }) => listed.filter((it) => it === name).length !== 1);
  if (lost.length > 0)
    throw new Error(`scripts/docs/options.mjs: in no group, or in two: ${lost.map(({ name }) => name).join(', ')}`);
  const contents = [
    ...GROUPS.map(([title, names]) => `- ${title}: ${names.map(link).join(', ')}`),
    `- For \`cachePlugin()\` alone: ${pluginOnly.map(({ name }) => link(name)).join(', ')}`,
    '- Parts of options: [`storage`](#what-storage-takes), [`compression`](#what-compression-takes), ' +
      '[`encryption`](#what-encryption-takes), [`redisStore()`](#what-redisstore-takes), ' +
      '[what functions are given](#what-functions-are-given)',
  ];
  return [
    INTRO,
    contents.map((line) => wrapped(line).replaceAll('\n', '\n  ')).join('\n'),
    '## For plugin, instance and request',
    ...groups,
    '## For `cachePlugin()` alone',
    ...pluginOnly.map(section),
    '## What `storage` takes',
    'All times are milliseconds. [When the store fails](stores.md#when-the-store-fails) says what they do.',
    table(flattened(membersOf('lib/storage/types.ts', 'StorageSettings'))),
    '## What `compression` takes',
    '`true`, `false`, or an object:',
    table(membersOf('lib/storage/compression.ts', 'CompressionOptions')),
    '## What `encryption` takes',
    'An object with `keys`, a list in which the first one encrypts what is written and all of them decrypt what is read. Of each:',
    table(membersOf('lib/storage/keys.ts', 'EncryptionKey')),
    '## What `redisStore()` takes',
    REDIS,
    table([
      ...membersOf('lib/storage/redis-options.ts', 'RedisStoreSettings'),
      ...membersOf('lib/storage/redis-options.ts', 'NearCacheOptions').map((it) => ({
        ...it,
        name: `nearCache.${it.name}`,
      })),
    ]),
    '## What functions are given',
    '`filterFn` and a function as `tags` are given a response:',
    table(membersOf('lib/exchange/engine.ts', 'SeenResponse')),
    '`partition` and `keyFn` are given a request:',
    table(membersOf('lib/exchange/engine.ts', 'SeenRequest')),
  ].join('\n\n');
}

const REDIS = `\`redisStore(connect, settings)\`. The first argument is a URL (\`redis://\`, \`rediss://\`), options of node-redis, also for a
cluster or sentinels, a client of node-redis, or a \`KeyvRedis\`; see [Redis and fleets](redis.md#to-connect). The second may have:`;

const link = (name) => `[\`${name}\`](#${name.toLowerCase()})`;

function take(members, name) {
  const found = members.find((member) => member.name === name);
  if (found === undefined) throw new Error(`scripts/docs/options.mjs: there is no option ${name}`);
  return found;
}

function section({ name, type, text, standard }) {
  if (standard === undefined) throw new Error(`${OPTIONS}: ${name} has no @default`);
  const parts = PARTS.includes(name) ? `\n\nWhat is in it: [below](#what-${name}-takes).` : '';
  return wrapped(`#### ${name}\n\n\`${type}\`, default: ${code(standard)}\n\n${text}${parts}`);
}

/** Lines as long as those that are written by hand; never within code. */
function wrapped(text) {
  const words = text.match(/(?:`[^`]*`|[^\s`])+|\n+/g) ?? [];
  let line = 0;
  return words.reduce((so, word) => {
    const breaks = word.startsWith('\n');
    const separator = breaks || so === '' || so.endsWith('\n') ? '' : line + word.length >= 120 ? '\n' : ' ';
    line = breaks || separator === '\n' ? (breaks ? 0 : word.length) : line + separator.length + word.length;
    return so + separator + word;
  }, '');
}

/** Values as code; sentences stay what they are. */
function code(standard) {
  return /^('.*'|\[.*\]|true|false|\d+)$/.test(standard)
    ? `\`${standard}\``
    : standard.replace(/^(false|true|\d+)(?=[,;])/, '`$1`');
}

/** Members of members as `a.b`. */
function flattened(members) {
  return members.flatMap(({ inner = [], ...member }) =>
    inner.length === 0 ? [member] : inner.map((it) => ({ ...it, name: `${member.name}.${it.name}` })),
  );
}

/** A table of members; those without a word of their own have an empty cell. */
export function table(members) {
  const hasDefaults = members.some(({ standard }) => standard !== undefined);
  const cell = (text) => text.replaceAll('|', '\\|');
  const rows = members.map(({ name, type, text, standard }) =>
    [`\`${name}\``, `\`${cell(type)}\``, ...(hasDefaults ? [cell(code(standard ?? ''))] : []), cell(text)].join(' | '),
  );
  const head = ['name', 'type', ...(hasDefaults ? ['default'] : []), 'meaning'];
  return [
    `| ${head.join(' | ')} |`,
    `| ${head.map(() => '---').join(' | ')} |`,
    ...rows.map((row) => `| ${row} |`),
  ].join('\n');
}
