// One clock for all processes of this machine, in milliseconds: nobody sets it, and it runs on while a process is stopped.

/** Now, on the machine's monotonic clock. */
export function now() {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}
