/** A bad network between a client and its server: a TCP proxy that delays, holds back or tears what comes back. */
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/**
 * - `silent`: accepts, and neither hands on nor answers anything, on connections that are open as on new ones.
 * - `half`: half of the next reply, and nothing after it on that connection.
 * - `one-way`: what is sent arrives; what is answered is held back until the network is whole, as TCP has it.
 */
export type NetworkFault = 'none' | 'silent' | 'half' | 'one-way' | { readonly delayMs: () => number };

export interface Proxy {
  readonly port: number;
  fault: NetworkFault;
  /** Where new connections lead. */
  target: number;
  /** Ends the connections that are open. */
  cut(): void;
  close(): Promise<void>;
}

export async function startProxy(target: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(proxy.target, '127.0.0.1');
    for (const socket of [near, far]) sockets.add(socket.setNoDelay(true).on('error', () => undefined));
    let isDoomed = false;
    near.on('close', () => far.destroy());
    far.on('close', () => !isDoomed && near.destroy());
    near.on('data', (data) => {
      isDoomed ||= proxy.fault === 'silent';
      if (!isDoomed) far.write(data);
    });
    // In order, whatever the delays.
    const held: { readonly data: Buffer; readonly due: number }[] = [];
    const deliver = (): void => {
      for (let next = held[0]; next !== undefined && !isDoomed; next = held[0]) {
        if (proxy.fault === 'one-way' || performance.now() < next.due) return void setTimeout(deliver, 2).unref();
        held.shift();
        isDoomed = proxy.fault === 'half' || proxy.fault === 'silent';
        if (proxy.fault !== 'silent') near.write(isDoomed ? next.data.subarray(0, next.data.length / 2) : next.data);
      }
    };
    far.on('data', (data) => {
      const { fault } = proxy;
      held.push({ data, due: performance.now() + (typeof fault === 'object' ? fault.delayMs() : 0) });
      if (held.length === 1) deliver();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const proxy: Proxy = {
    port: (server.address() as AddressInfo).port,
    fault: 'none',
    target,
    cut,
    close() {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return proxy;
}
