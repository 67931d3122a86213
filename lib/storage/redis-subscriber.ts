/**
 * Over what do we listen to Redis? A client that subscribes can do nothing else, so a single client gets a twin; clusters
 * and sentinels look after that themselves.
 */
import type { RedisConnection } from './redis-connection.js';

/** What we need of an adapter to listen. */
export interface Listenable {
  readonly client: RedisConnection;
  isCluster(): boolean;
  isSentinel(): boolean;
}

type Hear = (message: string) => void;

interface Subscriber extends RedisConnection {
  subscribe(channel: string, hear: Hear): Promise<unknown>;
  unsubscribe(channel: string, hear: Hear): Promise<unknown>;
  duplicate(overrides: object): Subscriber;
}

const CONNECT_MS = 1_000;

/** Subscribes; resolves to how to end that. `gone` is called when the connection is over for good. */
export async function subscribe(
  adapter: Listenable,
  channel: string,
  hear: Hear,
  gone: () => void,
): Promise<() => void> {
  const client = adapter.client as Subscriber;
  if (!adapter.isCluster() && !adapter.isSentinel()) return subscribeTwin(client, channel, hear, gone);
  await client.subscribe(channel, hear);
  return () => {
    if (client.isOpen) client.unsubscribe(channel, hear).catch(() => undefined);
  };
}

async function subscribeTwin(client: Subscriber, channel: string, hear: Hear, gone: () => void): Promise<() => void> {
  const twin = client.duplicate({ clientSideCache: undefined, disableOfflineQueue: true });
  // Those who wait look for themselves while it is away; it comes back as it can.
  twin.on('error', () => undefined);
  twin.on('end', gone);
  twin.unref?.();
  const end = (): void => {
    try {
      Promise.resolve(twin.destroy()).catch(() => undefined);
    } catch {
      // Closed already.
    }
  };
  const timer = setTimeout(end, CONNECT_MS);
  try {
    await twin.connect();
    await twin.subscribe(channel, hear);
    return end;
  } catch (error) {
    end();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
