// What was asked for on the command line?

import { parseArgs } from 'node:util';

export const CLIENTS = ['ours', 'axios', 'aci', 'aci-all', 'undici'];
const ADAPTERS = ['http', 'fetch'];

export const HELP = `usage: node conformance/run.mjs [options]

  --client NAME       ${CLIENTS.join(' | ')} (default: ours, from ../dist/esm)
  --shared            act and be judged as a shared cache (default: private, in process)
  --adapter NAME      axios adapter: ${ADAPTERS.join(' | ')} (default: http)
  --only PREFIX       tests whose id begins with PREFIX (and what they depend on)
  --id ID             one test, with every request and response printed
  --verbose           list the tests that do not pass, with the reason
  --concurrency N     tests in flight (default: 40)
  --help`;

export function parse(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      client: { type: 'string', default: 'ours' },
      shared: { type: 'boolean', default: false },
      adapter: { type: 'string', default: 'http' },
      only: { type: 'string' },
      id: { type: 'string' },
      verbose: { type: 'boolean', default: false },
      concurrency: { type: 'string', default: '40' },
      help: { type: 'boolean', default: false },
    },
  });
  oneOf('client', values.client, CLIENTS);
  oneOf('adapter', values.adapter, ADAPTERS);
  const concurrency = Number(values.concurrency);
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new Error(`--concurrency takes a positive integer, got ${values.concurrency}`);
  }
  if (values.id !== undefined && values.only !== undefined) throw new Error('--id and --only exclude each other');
  return { ...values, concurrency, mode: values.shared ? 'shared' : 'private' };
}

function oneOf(option, value, allowed) {
  if (!allowed.includes(value)) throw new Error(`--${option} takes ${allowed.join(' | ')}, got ${value}`);
}
