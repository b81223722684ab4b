// node test/support/runBundled.mjs FILE ARGUMENT...: runs the default export of a module that was bundled before
// (bundleModules.mjs) in a process of its own.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [file, ...given] = process.argv.slice(2);
const { default: run } = await import(pathToFileURL(resolve(file)).href);
await run(...given);
