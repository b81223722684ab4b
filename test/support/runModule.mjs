// node test/support/runModule.mjs FILE ARGUMENT...: runs the default export of a module in a process of its
// own. Vite loads it: registries are found by file (import.meta.glob), which plain Node does not know.
import { resolve } from 'node:path';
import { createServer } from 'vite';

const [file, ...given] = process.argv.slice(2);
const server = await createServer({
  root: resolve(import.meta.dirname, '..', '..'),
  ...{ configFile: false, logLevel: 'error', optimizeDeps: { noDiscovery: true } },
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
});
const { default: run } = await server.ssrLoadModule(resolve(file));
await run(...given);
await server.close();
