import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The page takes what is built of the package, as its users do. @type {import('vite').UserConfig} */
export default {
  resolve: { alias: { 'axios-http-cache': `${root}dist/esm/index.js` } },
  build: { target: 'es2022', emptyOutDir: true },
};
