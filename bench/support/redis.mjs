// A redis-server of our own on a free loopback port: the tests' helper, which is TypeScript, compiled on the fly.
import { readFileSync } from 'node:fs';
import ts from 'typescript';

const source = readFileSync(new URL('../../__tests__/helpers/redis-server.ts', import.meta.url), 'utf8');
const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
const { outputText } = ts.transpileModule(source, { compilerOptions });

/** `startRedis({ args })`: a server with `url`, `port`, `pid`, `kill`, `pause`, `resume`, `restart` and `stop`. */
export const { startRedis } = await import(`data:text/javascript,${encodeURIComponent(outputText)}`);
