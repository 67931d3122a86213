import { useCallback } from 'react';
import { api } from './api.js';
import { useCachedResource } from './use-cached-resource.js';
import type { CachedResource } from './use-cached-resource.js';
import { useRequestLog } from './use-request-log.js';
import type { LoggedRequest } from './use-request-log.js';

interface Board {
  readonly version: number;
  readonly printedAt: string;
  readonly departures: readonly { readonly town: string; readonly track: number; readonly minutes: number }[];
}

export function App() {
  const log = useRequestLog(api);
  const board = useCachedResource<Board>(api, '/board');
  const { reload } = board;

  const change = useCallback(async () => {
    // A successful POST ends what is stored for its URL: the next request goes to the origin.
    await api.post('/board');
    reload();
  }, [reload]);

  return (
    <main>
      <header>
        <h1>Departures</h1>
        <p>
          A page whose data is there at once: stale from IndexedDB, then fresh from the origin, which takes a second to
          answer. Reload it and see.
        </p>
      </header>
      <BoardCard board={board} />
      <div className="actions">
        <button onClick={() => reload()}>Ask again</button>
        <button onClick={() => reload({ cache: { forceRefresh: true } })}>Ask the origin</button>
        <button onClick={() => void change()}>Change the board (POST)</button>
        <button onClick={() => void api.cache.clear().then(() => reload())}>Clear the cache</button>
      </div>
      <Log lines={log} />
    </main>
  );
}

function BoardCard({ board: { data, cache, error, isRefreshing } }: { readonly board: CachedResource<Board> }) {
  return (
    <section className="card" aria-busy={data === undefined || isRefreshing} data-refreshing={isRefreshing}>
      <div className="card-head">
        <h2>{data === undefined ? 'Waiting for the origin …' : `Board no. ${data.version}`}</h2>
        {cache && <Badge status={cache.status} />}
        <span className="state" role="status">
          {isRefreshing ? 'refreshing …' : cache && freshness(cache.expires)}
        </span>
      </div>
      <table>
        <thead>
          <tr>
            <th>To</th>
            <th className="number">Track</th>
            <th className="number">In</th>
          </tr>
        </thead>
        <tbody>
          {data?.departures.map(({ town, track, minutes }) => (
            <tr key={town}>
              <td>{town}</td>
              <td className="number">{track}</td>
              <td className="number">{minutes} min</td>
            </tr>
          ))}
        </tbody>
      </table>
      {error !== undefined && (
        <p className="error">
          The last request failed: {error instanceof Error ? error.message : 'for no reason given'}
        </p>
      )}
      <p className="note">{data && `Printed at ${time(new Date(data.printedAt))}.`}</p>
    </section>
  );
}

function Log({ lines }: { readonly lines: readonly LoggedRequest[] }) {
  return (
    <section>
      <h2>What the cache did</h2>
      <ol className="log">
        {lines.map(({ id, at, method, url, status, milliseconds, explanation }) => (
          <li key={id}>
            <div className="line">
              <Badge status={status} />
              <code>
                {method} {url}
              </code>
              <span className="took">
                {milliseconds} ms · {time(at)}
              </span>
            </div>
            <p>{explanation}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Badge({ status }: { readonly status: string }) {
  return <span className={`badge ${status}`}>{status}</span>;
}

function time(at: Date): string {
  return at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

function freshness(expires: Date | null | undefined): string {
  return expires ? `good until ${time(expires)}` : '';
}
