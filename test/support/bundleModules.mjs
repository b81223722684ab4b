// node test/support/bundleModules.mjs FOLDER FILE...: modules that plain Node cannot load, since registries are found
// by file (import.meta.glob), as modules that it can. A process that runs one of them has it loaded at once.
import { basename, resolve } from 'node:path';
import { build } from 'vite';

const [folder, ...files] = process.argv.slice(2);
await build({
  root: resolve(import.meta.dirname, '..', '..'),
  ...{ configFile: false, logLevel: 'error' },
  build: {
    ...{ ssr: true, outDir: resolve(folder), emptyOutDir: true },
    rolldownOptions: {
      input: Object.fromEntries(files.map((file) => [basename(file, '.ts'), resolve(file)])),
      // All beside each other: what is found from where a module lies is found from there, too.
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
});
