// Where was it measured?
import { availableParallelism, cpus } from 'node:os';

/** The machine, as far as figures depend on it. */
export const machine = () => ({ node: process.version, cpu: cpus()[0]?.model, cores: availableParallelism() });
