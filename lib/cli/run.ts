/**
 * What becomes of one command line? Read, performed, told; a status at its end.
 *
 * 0: done. 1: nothing of the kind is stored, or it was declined. 2: the command line is wrong. 3: the store failed.
 */
import { CacheConfigurationError } from '../errors.js';
import { readArguments, USAGE, UsageError } from './arguments.js';
import { COMMANDS } from './commands.js';
import { plain } from './format.js';
import { openCache } from './open.js';
import type { Terminal } from './terminal.js';

/** What surrounds a command. */
export interface Surroundings {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
}

/** Runs a command line; resolves to the status of the process. Never rejects. */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { terminal } = surroundings;
  try {
    return await perform(args, surroundings);
  } catch (error) {
    const isTheirs = error instanceof UsageError || error instanceof CacheConfigurationError;
    terminal.complain(`axios-http-cache: ${textOf(error)}\n${isTheirs ? 'See --help.\n' : ''}`);
    return isTheirs ? 2 : 3;
  }
}

async function perform(argv: readonly string[], { terminal, env, version }: Surroundings): Promise<number> {
  const args = readArguments(argv);
  if (args.version) terminal.write(`${version}\n`);
  else if (args.help || args.command === undefined) terminal.write(USAGE);
  if (args.version || args.help) return 0;
  if (args.command === undefined) return 2;
  const command = COMMANDS.get(args.command);
  if (command === undefined) throw new UsageError(`there is no command '${args.command}'`);
  const { namespace, private: isPrivate } = args;
  const opened = await openCache(args.store ?? env['AXIOS_HTTP_CACHE_STORE'], { namespace, isPrivate });
  try {
    const { cache, label } = opened;
    const status = opened.failure() === undefined ? await command({ cache, label, args, terminal }) : 3;
    const failure = opened.failure();
    if (failure === undefined) return status;
    terminal.complain(`axios-http-cache: ${plain(label)} failed: ${textOf(failure)}\n`);
    return 3;
  } finally {
    await opened.close();
  }
}

function textOf(error: unknown): string {
  const { message, errors } = (error ?? {}) as { message?: string; errors?: readonly unknown[] };
  const text = message === undefined || message === '' ? errors?.map(textOf).join(', ') : message;
  return plain(text ?? String(error));
}
