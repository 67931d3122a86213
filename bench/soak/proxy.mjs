// A network between a service and Redis that can be slow, lose what Redis answers, or break off.
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Starts it before the port. Each direction is passed on as it comes, unless told otherwise. */
export async function startProxy(port) {
  const links = new Set();
  const network = { delay: 0, isDeaf: false };
  const server = createServer((client) => {
    const redis = connect(port, '127.0.0.1');
    links.add(client);
    const end = () => {
      links.delete(client);
      client.destroy();
      redis.destroy();
    };
    for (const socket of [client, redis]) socket.on('error', end).on('close', end);
    pass(client, redis, () => true, network);
    pass(redis, client, () => !network.isDeaf, network);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `redis://127.0.0.1:${server.address().port}`,
    network,
    cut() {
      for (const client of links) client.destroy();
    },
    close() {
      server.close();
      for (const client of links) client.destroy();
    },
  };
}

function pass(from, to, isHeard, network) {
  let arrived = Promise.resolve();
  from.on('data', (chunk) => {
    if (!isHeard()) return;
    const { delay } = network;
    if (delay === 0) arrived = arrived.then(() => to.write(chunk));
    // In order, each as late as the network is now.
    else arrived = Promise.all([arrived, sleep(delay)]).then(() => to.write(chunk));
  });
}
