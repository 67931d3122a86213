/**
 * May our validators go along? Before a browser sends `If-None-Match` to another origin it asks for leave (the preflight of
 * CORS), and where that is refused the request fails, as if there were no network.
 *
 * So a request that failed with validators is made once more without: then the browser's own cache validates, which
 * needs no leave. An origin that answers only without is not asked with them again for a while.
 */
import { isAxiosError } from 'axios';
import type { Course } from './course.js';
import { foreignOrigin } from './page.js';

/** Milliseconds; a refused preflight is an error in the console of the browser each time. */
const REFUSED_FOR = 3_600_000;

/** Asks with validators where they are welcome, else `without` them. */
export async function withOrWithout<T>(
  { passage, actions }: Course,
  conditional: () => Promise<T>,
  without: () => Promise<T>,
): Promise<T> {
  const { refusals } = passage.engine;
  const origin = foreignOrigin(passage.request.url);
  if (origin === undefined || Object.keys(actions.validationHeaders).length === 0) return conditional();
  if (refusals.isRecent(origin, REFUSED_FOR)) return without();
  try {
    return await conditional();
  } catch (error) {
    if (!isUnexplained(error)) throw error;
    const answer = await without();
    refusals.note(origin);
    return answer;
  }
}

// All that a script is told of a refused preflight.
function isUnexplained(error: unknown): boolean {
  return isAxiosError(error) && error.code === 'ERR_NETWORK' && error.response === undefined;
}
