// Where does the time go? A profile of some work alone, and its functions by what they took themselves.
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';

const SHOWN = 40;

/** Does the work; with a file, under the profiler, whose result goes there. */
export async function profiled(file, work) {
  if (file === undefined) return work();
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
  const result = await work();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  writeFileSync(file, JSON.stringify(profile));
  print(profile);
  return result;
}

function print({ nodes, samples, timeDeltas }) {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const own = new Map();
  let all = 0;
  for (const [at, id] of samples.entries()) {
    const name = names.get(id);
    own.set(name, (own.get(name) ?? 0) + timeDeltas[at]);
    all += timeDeltas[at];
  }
  const most = [...own].toSorted(([, one], [, other]) => other - one).slice(0, SHOWN);
  for (const [name, time] of most) console.log(`${((100 * time) / all).toFixed(1).padStart(5)} %  ${name}`);
}

function nameOf({ functionName, url, lineNumber }) {
  const where = url.replace(/^.*\/(?=(?:dist|node_modules|bench)\/)/, '');
  return `${functionName || '(anonymous)'}${where && `  ${where}:${lineNumber + 1}`}`;
}
