/**
 * Which tags were deleted, and when? What one process knows of it, in the order in which it came to know.
 */
import type { EpochMs } from '../policy/types.js';

/** The deletions of tags that this process knows of. */
export interface TagMarks {
  /** Grows with each of them. */
  readonly turn: number;
  /** Notes a deletion of this process, and the mark that others will find in the store. */
  note(tag: string, mark: string): void;
  /** Notes what another process has left in the store, unless it is known. */
  discover(tag: string, mark: string): void;
  /** Whether one of these tags was deleted after the turn at which an answer was asked for. */
  endedSince(tags: readonly string[], turn: number, requestedAt: EpochMs): boolean;
  /** Until `done`, what carries the tags may still lie in the store: it is not there any more for anybody. */
  begin(tags: readonly string[]): () => void;
  isEnding(tags: readonly string[]): boolean;
}

interface Deletion {
  readonly turn: number;
  readonly mark: string;
  readonly isOurs: boolean;
}

const MOST_TAGS = 10_000;
/** The clocks of services agree to this: an answer asked for so soon after a deletion is not kept, to be sure. */
const SKEW_MS = 1_000;

/** Creates the notes of a plugin. */
export function createTagMarks(): TagMarks {
  const noted = new Map<string, Deletion>();
  const ending = new Map<string, number>();
  let turn = 0;
  let forgotten = 0;
  const add = (tag: string, mark: string, isOurs: boolean): void => {
    turn += 1;
    // What was forgotten counts as deleted just now: a few answers more are not stored.
    if (noted.size >= MOST_TAGS && !noted.has(tag)) {
      noted.clear();
      forgotten = turn;
    }
    noted.set(tag, { turn, mark, isOurs });
  };
  return {
    get turn() {
      return turn;
    },
    note(tag, mark) {
      add(tag, mark, true);
    },
    discover(tag, mark) {
      if (noted.get(tag)?.mark !== mark) add(tag, mark, false);
    },
    endedSince: (tags, since, requestedAt) =>
      tags.some((tag) => {
        const deletion = noted.get(tag);
        if ((deletion?.turn ?? forgotten) <= since) return false;
        // Of another process's deletion, which was first only the clocks can tell.
        return deletion === undefined || deletion.isOurs || markedAt(deletion.mark) + SKEW_MS > requestedAt;
      }),
    begin(tags) {
      for (const tag of tags) ending.set(tag, (ending.get(tag) ?? 0) + 1);
      return () => {
        for (const tag of tags) {
          const left = (ending.get(tag) ?? 1) - 1;
          if (left === 0) ending.delete(tag);
          else ending.set(tag, left);
        }
      };
    },
    isEnding: (tags) => ending.size > 0 && tags.some((tag) => ending.has(tag)),
  };
}

// A mark begins with the time at which it was made.
function markedAt(mark: string): EpochMs {
  return Number.parseInt(mark, 36);
}
