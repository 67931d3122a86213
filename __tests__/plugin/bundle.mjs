// Bundles an entry of the built package for browsers, as Vite does for a page, and prints what came of it as JSON:
//   node bundle.mjs core.js     ->  { "builtins": [], "code": "…" }
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const [name] = process.argv.slice(2);
const entry = fileURLToPath(new URL(`../../dist/esm/${name}`, import.meta.url));
const builtins = [];
const noting = {
  name: 'noting-builtins',
  enforce: 'pre',
  resolveId(id, importer) {
    if (id.startsWith('node:') || builtinModules.includes(id)) builtins.push(`${id} in ${importer}`);
  },
};
const [{ output }] = await build({
  configFile: false,
  logLevel: 'error',
  plugins: [noting],
  build: {
    write: false,
    minify: false,
    target: 'es2022',
    lib: { entry, formats: ['es'] },
    // axios comes with the page.
    rolldownOptions: { external: ['axios'] },
  },
});
console.log(JSON.stringify({ builtins, code: output.map(({ code = '' }) => code).join('\n') }));
