// What may stand on the command line of the demo?
import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run demo [-- options]

  --explain       print the full explanation of every response
  --redis <url>   keep the cache in this Redis: redis://host:port or rediss://host:port
  --url <url>     ask this URL instead of the demo's own origin: three GETs and a refresh
  --help          print this`;

const OPTIONS = {
  explain: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  redis: { type: 'string' },
  url: { type: 'string' },
};

/** The options, or `{ problem }` with a sentence about what is wrong with them. */
export function parseArguments(args) {
  let values;
  try {
    ({ values } = parseArgs({ args, options: OPTIONS, strict: true }));
  } catch (error) {
    return { problem: error.message.split('. ')[0] + '.' };
  }
  const { url, redis } = values;
  if (url !== undefined && !isUrl(url, ['http:', 'https:']))
    return { problem: `--url takes an http(s) URL, not "${url}".` };
  if (redis !== undefined && !isUrl(redis, ['redis:', 'rediss:']))
    return { problem: '--redis takes a URL such as redis://localhost:6379.' };
  return values;
}

function isUrl(text, protocols) {
  return URL.canParse(text) && protocols.includes(new URL(text).protocol);
}
