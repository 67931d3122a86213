/**
 * What if the clock is the user's, and fails? That is an event, and the request's time is the system's.
 */
import { systemClock } from '../platform.js';
import type { EpochMs } from '../policy/types.js';
import type { EventDetail } from './events.js';

/** A clock of the user's that throws is an event, and the system's has to do. */
export function steadyClock(clock: () => EpochMs, onError: (detail: EventDetail) => void): () => EpochMs {
  let isTelling = false;
  return () => {
    try {
      return clock();
    } catch (cause) {
      // Events have a time, too.
      if (!isTelling) {
        isTelling = true;
        onError({ operation: 'clock', cause });
        isTelling = false;
      }
      return systemClock();
    }
  };
}
