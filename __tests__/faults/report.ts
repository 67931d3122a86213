/**
 * The figures of the run: each row goes into a file of a folder that the reporter (`reporter.mjs`) made, which prints
 * them all as one table when the last test is over.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a row of the fault matrix cost: milliseconds beyond what the same requests took without a cache. */
export interface Row {
  readonly fault: string;
  /** The worst of the requests that were under way when the fault came. */
  readonly inFlight?: number | undefined;
  /** Once the store is being left alone. */
  readonly openP99?: number | undefined;
  /** From the end of the fault to the first hit. */
  readonly recovery?: number | undefined;
  /** What was reported, in order. */
  readonly events?: readonly string[] | undefined;
  readonly note?: string | undefined;
}

/** Adds a row to the table. */
export function report(row: Row): void {
  const folder = process.env['AXIOS_HTTP_CACHE_FAULTS'];
  if (folder === undefined) return;
  appendFileSync(join(folder, `${String(process.pid)}.jsonl`), `${JSON.stringify(row)}\n`);
}
