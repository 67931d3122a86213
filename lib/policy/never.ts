/**
 * Has every case been handled? (A union and its `switch` grow together, or the compiler says so.)
 */

/** Compile-time proof that a `switch` has handled every case. */
export function assertNever(value: never): never {
  throw new Error(`unhandled case: ${JSON.stringify(value)}`);
}
