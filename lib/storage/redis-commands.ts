/**
 * What do we say to Redis ourselves, beside what Keyv's adapter says? A few commands, by shape.
 */

/** Single clients, clusters and sentinels have them all. */
export interface RedisCommands {
  evalSha(sha: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  get(key: string): Promise<unknown>;
  mGet(keys: string[]): Promise<readonly unknown[]>;
  set(key: string, value: string, options?: { PX?: number; NX?: true }): Promise<unknown>;
  unlink(key: string): Promise<number>;
  pTTL(key: string): Promise<number>;
  pExpire(key: string, milliseconds: number): Promise<unknown>;
}

/** Runs an operation over the connection, or rejects at once while there is none. */
export type UseCommands = <T>(operation: (commands: RedisCommands) => Promise<T>) => Promise<T>;

const TOKEN_BYTES = 12;

/** What nobody else has. */
export function newToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES));
  return Array.from(bytes, (octet) => octet.toString(16).padStart(2, '0')).join('');
}
