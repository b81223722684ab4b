// Runs commands of the built command line one after the other and answers what each said and its exit code. Started by
// `askCli` (cli.ts), with whom it ends.
import { Buffer } from 'node:buffer';

const loading = import(new URL('../../out/main/program.js', import.meta.url).href);

const OWN = /^(NETLOOM|NN)_/;

/** What is written to a stream from now on. */
function listen(stream) {
  const { write } = stream;
  let text = '';
  stream.write = (chunk, encoding, done = encoding) => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    if (typeof done === 'function') process.nextTick(done);
    return true;
  };
  return () => {
    stream.write = write;
    return text;
  };
}

async function answer({ id, args, env }) {
  for (const name of Object.keys(process.env)) if (OWN.test(name)) delete process.env[name];
  Object.assign(process.env, env);
  const { run } = await loading;
  const [stdout, stderr] = [listen(process.stdout), listen(process.stderr)];
  const code = await run(args);
  process.send({ id, code, stdout: stdout(), stderr: stderr() });
}

let last = Promise.resolve();
process.on('message', (asked) => {
  last = last.then(() => answer(asked));
});
process.on('disconnect', () => process.exit());
