/**
 * What does a store complain of, outside of any operation?
 *
 * Adapters report a lost connection as an 'error' event, some of them only there. An event nobody listens to ends the
 * process, and a listener per cache would be a leak: so there is one per store, which remembers the last error.
 */
interface Reports {
  on?: (event: 'error', listener: (error: unknown) => void) => unknown;
}

/** So long after it, an error still explains why the store failed. */
const EXPLAINS_MS = 5_000;

const listened = new WeakMap<object, () => unknown>();

/** Listens to these objects, to each at most once, and tells what one of them reported a moment ago. */
export function storeErrors(...stores: readonly object[]): () => unknown {
  const last = stores.map((store) => listened.get(store) ?? listenTo(store));
  return () => last.map((error) => error()).find((error) => error !== undefined);
}

function listenTo(store: Reports): () => unknown {
  let last: { readonly error: unknown; readonly at: number } | undefined;
  const lastError = (): unknown =>
    last !== undefined && performance.now() - last.at < EXPLAINS_MS ? last.error : undefined;
  listened.set(store, lastError);
  if (typeof store.on === 'function') {
    store.on('error', (error) => {
      last = { error, at: performance.now() };
    });
  }
  return lastError;
}
