/**
 * What do few requests need, in a browser? The same as in seldom.ts, loaded when the first of them needs it. Where it
 * cannot be loaded, requests do without.
 */
import type { AxiosResponse } from 'axios';
import type { Ticket } from '../storage/types.js';
import { ask } from './ask.js';
import { passThrough } from './bypass.js';
import type { Course, Forwarded } from './course.js';
import type { Outcome } from './engine.js';

/** As in fleet.ts. */
export async function askAcross(course: Course, signal: AbortSignal | undefined): Promise<Outcome> {
  const { fleet } = course.passage.engine.store;
  const loaded = fleet && (await loading(course));
  return loaded === undefined ? ask(course, signal) : loaded.askAcross(course, signal);
}

/** As in fleet.ts. */
export async function leaseForRefresh(course: Course, pause: number): Promise<Ticket | 'taken' | undefined> {
  const { fleet } = course.passage.engine.store;
  const loaded = fleet && (await loading(course));
  return loaded?.leaseForRefresh(course, pause);
}

/** As in streaming.ts. */
export async function askStreaming(course: Course, forwarded: Forwarded): Promise<AxiosResponse> {
  const loaded = await loading(course);
  return loaded === undefined ? passThrough(course.passage) : loaded.askStreaming(course, forwarded);
}

async function loading({ passage }: Course): Promise<typeof import('./work.js') | undefined> {
  try {
    return await import('./work.js');
  } catch (cause) {
    passage.engine.events.emit('error', { operation: 'load', cause });
    return undefined;
  }
}
