// A starter of its own: opens the program named on the command line as `npm start` does, says what came
// of it, and stays as long as the app does.
import { openWindow } from '../../scripts/lib/desktop.mjs';

const opened = await openWindow({
  command: process.argv[2],
  args: [],
  env: process.env,
  patienceMs: 60_000,
});
console.log(JSON.stringify({ shown: opened.shown, why: opened.why }));
if (opened.shown) process.exit(await opened.exit);
