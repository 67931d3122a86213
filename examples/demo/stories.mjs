// What the demo tells: one story per endpoint, each a few requests. `get` sends one through the cached instance and
// prints its line; `until` waits; `origin.state` is what changes on the other side.

/** The stories. A shared cache (over Redis) keeps other rules than a private one: `isShared` says which it is. */
export function stories({ origin, isShared }) {
  return [
    {
      title: 'max-age',
      paths: ['/articles'],
      says: 'Cache-Control: max-age=60',
      story: 'The origin gives its answer a minute to live. For that minute nobody has to ask it again.',
      got: ({ edition, articles }) => `${articles.length} articles, edition ${edition}`,
      async tell({ get }) {
        await get('1st');
        await get('2nd');
        await get('3rd');
      },
    },
    {
      title: 'ETag',
      paths: ['/profile'],
      says: 'Cache-Control: no-cache, ETag: "v1"',
      story: 'Ask each time, says the origin, but I answer 304 without a body while nothing has changed.',
      got: ({ version }) => `profile, version ${version}`,
      async tell({ get, note }) {
        await get('1st');
        await get('2nd');
        note('the profile changes at the origin');
        origin.state.profile += 1;
        await get('3rd');
        await get('4th');
      },
    },
    {
      title: 'Last-Modified only',
      paths: ['/manual'],
      says: 'Last-Modified: ten days ago, and no lifetime',
      story: 'What has not changed for ten days is taken to last another day: a heuristic, a tenth of its age.',
      got: ({ chapters }) => `manual, ${chapters} chapters`,
      async tell({ get }) {
        await get('1st');
        await get('2nd');
      },
    },
    {
      title: 'stale-while-revalidate',
      paths: ['/prices'],
      says: 'Cache-Control: max-age=2, stale-while-revalidate=30',
      story: 'An old price is served at once, for 30 seconds at most, while a new one is fetched meanwhile.',
      got: ({ price }) => `price ${price}`,
      async tell({ get, untilStale, untilRefreshed }) {
        await untilStale(await get('1st'));
        await get('2nd');
        await untilRefreshed();
        await get('3rd');
      },
    },
    {
      title: 'stale-if-error',
      paths: ['/rates'],
      says: 'Cache-Control: max-age=2, stale-if-error=300',
      story: 'While the origin fails, callers get the last good answer, and it is asked once a second at most.',
      got: ({ rate }) => `rate ${rate.toFixed(1)}`,
      async tell({ get, note, untilStale, untilRefreshed, pause }) {
        await untilStale(await get('1st'));
        note('the origin goes down: 503');
        origin.state.isDown = true;
        await get('2nd');
        await get('3rd');
        note('the origin is back; 1.1 s later');
        origin.state.isDown = false;
        await pause(1_100);
        await get('4th');
        await untilRefreshed();
        await get('5th');
      },
    },
    {
      title: 'Vary',
      paths: ['/greeting'],
      says: 'Cache-Control: max-age=60, Vary: Accept-Language',
      story: 'The answer depends on a request header: each language is kept by itself, and none is mixed up.',
      got: ({ greeting }) => `"${greeting}"`,
      async tell({ get }) {
        for (const language of ['de', 'en', 'de', 'en']) {
          await get(language, { headers: { 'accept-language': language } });
        }
      },
    },
    {
      title: 'private, two users',
      paths: ['/me'],
      says: 'Cache-Control: private, max-age=60',
      story: isShared
        ? 'Two users, each with a token. A cache that services share stores nothing that is private.'
        : 'Two users, each with a token, through one instance: each is served from a partition of their own.',
      got: ({ name }) => `the page of ${name}`,
      async tell({ get }) {
        for (const user of ['ada', 'bob', 'ada', 'bob']) {
          await get(user, { headers: { authorization: `Bearer token-of-${user}` } });
        }
      },
    },
    {
      title: 'no-store',
      paths: ['/one-time-code'],
      says: 'Cache-Control: no-store',
      story: 'What must not be kept is not kept: every request goes to the origin.',
      got: ({ code }) => `code ${code}`,
      async tell({ get }) {
        await get('1st');
        await get('2nd');
      },
    },
    {
      title: 'slow, 20 callers at once',
      paths: ['/report'],
      says: 'Cache-Control: max-age=60, after 400 ms',
      story: 'Twenty callers want a slow answer at the same time: one request goes out, and serves them all.',
      got: ({ report }) => `report ${report}`,
      async tell({ get, together }) {
        await together(20);
        await get('21st');
      },
    },
    {
      title: 'POST invalidates',
      paths: ['/comments'],
      says: 'Cache-Control: max-age=60',
      story: 'A successful POST changes what lies behind the URL: what was stored for it is not served again.',
      got: (data) => (Array.isArray(data) ? `comments: ${data.length}` : 'created'),
      async tell({ get, post }) {
        await get('GET');
        await get('GET');
        await post('POST', { text: 'Me too!' });
        await get('GET');
        await get('GET');
      },
    },
    {
      title: 'redirect',
      paths: ['/latest', '/releases/7'],
      says: '302 for 60 s to /releases/7, which lives 600 s',
      story: 'An answer that came through a redirect stays fresh as long as the shortest-lived step on its way.',
      got: ({ release }) => `release ${release}`,
      async tell({ get }) {
        await get('1st');
        await get('2nd');
      },
    },
    {
      title: 'gzip',
      paths: ['/export'],
      says: 'Cache-Control: max-age=60, Content-Encoding: gzip',
      story: 'Compressed on the wire and decoded once: a hit is handed out without decoding again.',
      got: (rows) => `${rows.length} rows`,
      async tell({ get }) {
        await get('1st');
        await get('2nd');
      },
    },
    {
      title: 'an origin that says nothing',
      paths: ['/legacy'],
      says: 'no caching header at all',
      story: "Nothing is guessed. The caller may say how long an answer is good: cache: { expireAfter: '10m' }.",
      got: ({ answer }) => `answer ${answer}`,
      async tell({ get, note }) {
        await get('1st');
        await get('2nd');
        note("from here on with cache: { expireAfter: '10m' }");
        await get('3rd', { cache: { expireAfter: '10m' } });
        await get('4th', { cache: { expireAfter: '10m' } });
      },
    },
  ];
}
