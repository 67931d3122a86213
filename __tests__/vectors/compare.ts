/**
 * Where do two values differ? Deeply, by dotted paths, with the paths left out that a deliberate deviation concerns.
 */
export interface Difference {
  readonly path: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

type Bag = Readonly<Record<string, unknown>>;

/** Every difference outside `omitted`; a path there covers all below it, and `*` everything. */
export function differences(
  expected: unknown,
  actual: unknown,
  omitted: readonly string[] = [],
  path = '',
): Difference[] {
  if (omitted.includes('*') || omitted.includes(path)) return [];
  if (isBag(expected) && isBag(actual)) {
    const names = new Set([...Object.keys(expected), ...Object.keys(actual)]);
    return [...names].flatMap((name) =>
      differences(expected[name], actual[name], omitted, path === '' ? name : `${path}.${name}`),
    );
  }
  return Object.is(expected, actual) || (expected === 0 && actual === 0) ? [] : [{ path, expected, actual }];
}

// Arrays are compared by their indices, like objects.
function isBag(value: unknown): value is Bag {
  return typeof value === 'object' && value !== null;
}
