/**
 * What is wrong with the configuration? The one error of our own.
 */

/** A wrong option: unknown, of the wrong type, or impossible where it is used. */
export class CacheConfigurationError extends Error {
  override readonly name = 'CacheConfigurationError';

  constructor(option: string, got: unknown, takes: string) {
    super(`Option "${option}": got ${describe(got)}, takes ${takes}.`);
  }
}

function describe(value: unknown): string {
  // A URL may carry a password.
  if (typeof value === 'string') return JSON.stringify(value.replace(/\/\/[^/@]*@/g, '//***@'));
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  return String(value);
}
