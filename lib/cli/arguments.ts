/**
 * What does the command line say? Words and options, checked.
 */
import { parseArgs } from 'node:util';

export const USAGE = `axios-http-cache: looks into a store, and takes things out of it.

  npx axios-http-cache <command> --store <url> [--namespace <name>]

Commands
  ls [glob]         what is stored, all of it or what a glob means
  show <url>        everything that is stored of a URL, for all users and in all variants
  explain <url>     what would happen to a request now, and why; nothing is sent
  rm [url …]        removes what is stored of URLs, or what --key, --tag, --pattern, --expired,
                    --older-than and --invalid mean
  stats             how much is stored, of whom, how fresh
  clear             removes everything under the namespace

Options
  --store <url>     redis://host:port, rediss://… or sqlite:path; else $AXIOS_HTTP_CACHE_STORE
  --namespace <name>  that of the service (axios-http-cache)
  --json            for programs
  --yes             clear without asking
  --limit <n>       ls: so many at most
  --key, --tag, --pattern, --older-than <value>, --expired, --invalid    rm: what goes; may be repeated
  --header 'Name: value', --method <name>    explain: the request; may be repeated
  --private         explain: as a cache of one user (a Redis is shared otherwise)
  --help, --version
`;

/** The command line, taken apart. */
export type Arguments = ReturnType<typeof readArguments>;

/** What is wrong with the command line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Takes the command line apart. Throws `UsageError`. */
export function readArguments(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        store: { type: 'string' },
        namespace: { type: 'string', default: 'axios-http-cache' },
        json: { type: 'boolean', default: false },
        yes: { type: 'boolean', default: false },
        limit: { type: 'string' },
        key: { type: 'string', multiple: true, default: [] },
        tag: { type: 'string', multiple: true, default: [] },
        pattern: { type: 'string', multiple: true, default: [] },
        expired: { type: 'boolean', default: false },
        'older-than': { type: 'string' },
        invalid: { type: 'boolean', default: false },
        header: { type: 'string', multiple: true, default: [] },
        method: { type: 'string', default: 'GET' },
        private: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        version: { type: 'boolean', default: false },
      },
    });
    const [command, ...words] = positionals;
    return { command, words, ...values };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** The header fields of `--header 'Name: value'`. */
export function headersOf(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf(':');
      if (at < 1) throw new UsageError(`--header takes 'Name: value', not '${line}'`);
      return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }),
  );
}

/** A whole number, or none. */
export function countOf(option: string, text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`${option} takes a whole number, not '${text}'`);
  return Number(text);
}

/** The one URL of a command. */
export function urlOf(command: string, words: readonly string[]): string {
  const [url] = words;
  if (url === undefined || words.length > 1) throw new UsageError(`${command} takes one URL`);
  checkUrl(url);
  return url;
}

/** Throws unless the URL is a whole one: here is no `baseURL`. */
export function checkUrl(url: string): void {
  if (!/^[a-z][a-z\d+.-]*:\/\//i.test(url)) throw new UsageError(`'${url}' is no whole URL, with https:// and host`);
}
