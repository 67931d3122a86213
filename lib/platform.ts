/**
 * What does this runtime offer beyond the web platform?
 *
 * The library names no `node:` module in an import, so that every bundler takes it as it is. Where Node
 * is there, its built-in modules are asked for at run time; where it is not (browsers, and Node before
 * 20.16), callers get `undefined` and do without.
 */
import type { EpochMs } from './policy/types.js';

interface BuiltinLoader {
  readonly getBuiltinModule?: (id: string) => unknown;
}

/** Node's modules that are asked for. */
export interface Builtins {
  zlib: typeof import('node:zlib');
  stream: typeof import('node:stream');
  crypto: typeof import('node:crypto');
  diagnostics_channel: typeof import('node:diagnostics_channel');
}

/** A stream as Node reads it. */
export type NodeReadable = import('node:stream').Readable;

/** One of Node's modules, or `undefined` where there is none. */
export function nodeModule<Name extends keyof Builtins>(name: Name): Builtins[Name] | undefined {
  const loader = (globalThis as { process?: BuiltinLoader }).process;
  const load = loader?.getBuiltinModule;
  if (load === undefined) return undefined;
  // Asking takes a microsecond, and requests ask several times. Whoever replaces the function is asked anew.
  if (load !== asked) answers = {};
  asked = load;
  return (answers[name] ??= load.call(loader, `node:${name}`) as Builtins[Name]);
}

let asked: BuiltinLoader['getBuiltinModule'];
let answers: Partial<Builtins> = {};

/** A timer that does not keep the process alive. */
export function unrefTimeout(action: () => void, milliseconds: number): ReturnType<typeof setTimeout> {
  const timer: unknown = setTimeout(action, milliseconds);
  if (typeof timer === 'object' && timer !== null && 'unref' in timer) (timer as NodeJS.Timeout).unref();
  return timer as ReturnType<typeof setTimeout>;
}

/** Epoch milliseconds: the only clock of the library. */
export function systemClock(): EpochMs {
  return Date.now();
}
