/** An origin where each octet counts: it writes what it is told to the socket, and ends the connection as told. */
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface RawOrigin {
  readonly url: string;
  /** Requests so far. */
  readonly hits: number;
  close(): Promise<void>;
}

/** `answer` gets the socket once a request's head has arrived; `n` counts from 1. */
export async function startRawOrigin(answer: (socket: Socket, n: number) => void): Promise<RawOrigin> {
  const sockets = new Set<Socket>();
  let hits = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    let head = '';
    socket.on('data', (chunk) => {
      head += chunk.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      head = '';
      hits += 1;
      answer(socket, hits);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    get hits() {
      return hits;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Writes, and then ends the connection: in order, at once, or not at all. */
export function send(socket: Socket, bytes: Buffer, end: 'fin' | 'rst' | 'open'): void {
  socket.write(bytes, () => {
    if (end === 'fin') socket.end();
    // The octets shall have arrived before the reset takes them back.
    if (end === 'rst') setTimeout(() => socket.resetAndDestroy(), 30);
  });
}

/** The content as one chunk, without the last chunk. */
export function chunk(content: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${content.length.toString(16)}\r\n`), content, Buffer.from('\r\n')]);
}
