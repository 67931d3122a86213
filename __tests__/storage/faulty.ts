/** A store that fails as it is told: a real Map behind a door that can be slow, shut or stuck. */
import type { StorageAdapter } from '../../lib/storage/types.js';

export type Fault = 'none' | 'hang' | 'reject' | 'throw' | { readonly delayMs: number };

export class FaultyStore implements StorageAdapter {
  readonly values = new Map<string, unknown>();
  readonly calls: string[] = [];
  reading: Fault = 'none';
  writing: Fault = 'none';
  removing: Fault = 'none';
  #stuck: (() => void)[] = [];

  get(key: string): Promise<unknown> {
    return this.#do('get', key, this.reading, () => this.values.get(key));
  }

  set(key: string, value: unknown, ttl?: number): Promise<unknown> {
    return this.#do('set', key, this.writing, () => this.values.set(key, value), ttl);
  }

  delete(key: string): Promise<unknown> {
    return this.#do('delete', key, this.removing, () => this.values.delete(key));
  }

  /** All of it at once. */
  set fault(fault: Fault) {
    this.reading = fault;
    this.writing = fault;
    this.removing = fault;
  }

  count(operation: string): number {
    return this.calls.filter((call) => call.startsWith(`${operation} `)).length;
  }

  /** What hangs is performed after all, as a server does that was stopped for a while. */
  release(): void {
    for (const perform of this.#stuck.splice(0)) perform();
  }

  #do(operation: string, key: string, fault: Fault, perform: () => unknown, ttl?: number): Promise<unknown> {
    this.calls.push(`${operation} ${key}${ttl === undefined ? '' : ` ${String(ttl)}`}`);
    if (fault === 'throw') throw new Error(`${operation} threw`);
    if (fault === 'reject') return Promise.reject(new Error(`${operation} failed`));
    return new Promise((resolve) => {
      const act = (): void => resolve(perform());
      if (fault === 'hang') this.#stuck.push(act);
      else if (fault === 'none') setImmediate(act);
      else setTimeout(act, fault.delayMs);
    });
  }
}
