/**
 * What is wrong with the configuration? The one error of our own.
 */

/** A wrong option: unknown, of the wrong type, or impossible where it is used. */
export class CacheConfigurationError extends Error {
  override readonly name = 'CacheConfigurationError';

  constructor(option: string, got: unknown, takes: string) {
    super(`Option "${option}": got ${isSecret(option) ? kindOf(got) : describe(got)}, takes ${takes}.`);
  }
}

// Also where the name is misspelt.
function isSecret(option: string): boolean {
  return /^encr/i.test(option);
}

function describe(value: unknown): string {
  // A URL may carry a password.
  if (typeof value === 'string') return JSON.stringify(value.replace(/\/\/[^/@]*@/g, '//***@'));
  const isPlain = value === null || ['number', 'bigint', 'boolean'].includes(typeof value);
  return isPlain ? String(value) : kindOf(value);
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Uint8Array) return `${value.length} octets`;
  if (value === '') return 'an empty text';
  return (
    { string: 'a text', function: 'a function', object: 'an object' }[typeof value as string] ?? `a ${typeof value}`
  );
}
