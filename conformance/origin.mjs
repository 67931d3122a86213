// Which server do the tests talk to? The suite's own handlers, in this process, on a free loopback port.
// The suite's server.mjs is not used: it listens on every interface, on a fixed port, and writes a pid file.

import http from 'node:http';

import handleConfig from 'http-cache-tests/server/handle-config.mjs';
import handleState from 'http-cache-tests/server/handle-state.mjs';
import handleTest from 'http-cache-tests/server/handle-test.mjs';

const handlers = { config: handleConfig, test: handleTest, state: handleState };

/** Starts the origin; `log: false` drops what the suite's handlers and engine print on the console. */
export async function startOrigin({ log }) {
  const server = http.createServer((request, response) => {
    const [room, ...rest] = new URL(request.url, 'http://origin').pathname.split('/').slice(1);
    const handle = handlers[room];
    if (handle === undefined) response.writeHead(404).end();
    else handle(rest, request, response);
  });
  // Longer than any pause in a test: a connection that closes while it is reused would look like the origin's failure.
  server.keepAliveTimeout = 120_000;
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });

  const print = console.log;
  if (!log) console.log = () => {};
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      console.log = print;
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
