/** Entry of `netloom`: finds what is compiled already before the program is loaded. */
import { keepCompiled } from '../compiled.ts';
import { findFolders } from '../folders.ts';

keepCompiled(findFolders(import.meta.dirname).stateFolder);
const { run } = await import('./program.ts');
const code = await run(process.argv.slice(2));
// What is left open (a child just killed, a socket) must not keep the command alive.
process.exitCode = code;
setTimeout(() => process.exit(code), 500).unref();
