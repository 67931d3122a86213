// Builds the example with Vite and serves it, with its origin, on this machine:
//   npm run example:browser                 # http://127.0.0.1:4173
//   npm run example:browser -- --port 8080
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, preview } from 'vite';
import { createOrigin } from './origin.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Resolves to `{ url, close }` once the page can be opened. Port 0: any that is free. */
export async function serve({ port = 4173, delayMs, maxAge } = {}) {
  const outDir = mkdtempSync(join(tmpdir(), 'axios-http-cache-example-'));
  const origin = createOrigin({ delayMs, maxAge });
  const config = {
    root: here,
    configFile: false,
    logLevel: 'warn',
    // The package as it is built here; outside of this repository it is found by its name.
    resolve: { alias: { 'axios-http-cache': fileURLToPath(new URL('../../dist/esm/index.js', import.meta.url)) } },
    build: { outDir, emptyOutDir: true, target: 'es2022' },
    preview: { host: '127.0.0.1', port, strictPort: port !== 0 },
    plugins: [{ name: 'origin', configurePreviewServer: ({ middlewares }) => void middlewares.use(origin) }],
  };
  await build(config);
  const server = await preview(config);
  const { port: found } = server.httpServer.address();
  return {
    url: `http://127.0.0.1:${found}`,
    async close() {
      await server.close();
      rmSync(outDir, { recursive: true, force: true });
    },
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const at = process.argv.indexOf('--port');
  const { url, close } = await serve(at < 0 ? {} : { port: Number(process.argv[at + 1]) });
  console.log(`The board is at ${url} (Ctrl-C ends it).`);
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => void close().then(() => process.exit(0)));
  }
}
