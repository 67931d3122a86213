/**
 * When was this key dealt with last? A bounded memory, so that what fails is not tried again and again.
 */

/** Remembers keys for a while. */
export interface Throttle {
  /** Whether the key was noted less than the given milliseconds ago. */
  isRecent(key: string, milliseconds: number): boolean;
  note(key: string): void;
  forget(key: string): void;
}

const MOST_NOTED = 10_000;

/** Creates a bounded memory of keys. */
export function createThrottle(monotonic: () => number): Throttle {
  const noted = new Map<string, number>();
  return {
    isRecent(key, milliseconds) {
      const at = noted.get(key);
      return at !== undefined && monotonic() - at < milliseconds;
    },
    note(key) {
      noted.delete(key);
      const [oldest] = noted.size >= MOST_NOTED ? noted.keys() : [];
      if (oldest !== undefined) noted.delete(oldest);
      noted.set(key, monotonic());
    },
    forget(key) {
      noted.delete(key);
    },
  };
}
