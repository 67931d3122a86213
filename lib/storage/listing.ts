/**
 * What is in the store? Names and values under one prefix, step by step.
 *
 * Each step has a deadline of its own, far longer than that of a request: a database may have to look through much that
 * is not ours. A step that fails ends the listing with an error.
 */
import { CacheConfigurationError } from '../errors.js';
import type { Backend } from './backend.js';
import { perform } from './guard.js';

/** A name, and its value where the store hands it out with the name. */
export interface Listed {
  readonly name: string;
  readonly value?: unknown;
}

const STEP_MS = 5_000;

/** Throws where the store cannot be listed. */
export function assertListable(backend: Backend): void {
  if (backend.names !== undefined || backend.iterator !== undefined) return;
  throw new CacheConfigurationError(
    'store',
    'a store without `iterator`',
    'one that can be listed, for this; has, get, and delete by keys, urls and requests work without',
  );
}

/** Everything whose name begins with `prefix`, in lists. */
export async function* listAll(backend: Backend, namespace: string, prefix: string): AsyncGenerator<readonly Listed[]> {
  if (backend.names !== undefined) {
    for await (const names of steps(backend.names(prefix))) {
      yield names.filter((name) => name.startsWith(prefix)).map((name) => ({ name }));
    }
    return;
  }
  const entries = backend.iterator?.(namespace);
  if (entries === undefined) return;
  for await (const entry of steps(entries)) {
    const listed = asListed(entry, namespace, prefix);
    yield listed === undefined ? [] : [listed];
  }
}

// Some adapters hand out names without the namespace they were asked for.
function asListed(entry: unknown, namespace: string, prefix: string): Listed | undefined {
  if (!Array.isArray(entry) || typeof entry[0] !== 'string') return undefined;
  const [given, value] = entry as [string, unknown];
  const name = [given, `${namespace}:${given}`].find((candidate) => candidate.startsWith(prefix));
  return name === undefined ? undefined : { name, value };
}

async function* steps<T>(iterable: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = iterable[Symbol.asyncIterator]();
  try {
    for (;;) {
      const step = await perform(() => iterator.next(), STEP_MS);
      if (!step.ok) throw step.cause;
      if (step.value.done === true) return;
      yield step.value.value;
    }
  } finally {
    // Not waited for: where the last step hangs, so does this.
    void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}
