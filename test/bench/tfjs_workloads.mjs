/**
 * Training steps of TensorFlow.js on the workloads of `netloom bench`, for compare.mjs.
 *
 *   NETLOOM_TFJS=FOLDER node test/bench/tfjs_workloads.mjs THREADS W1,W2,... [SECONDS]
 *
 * In FOLDER someone ran `npm install @tensorflow/tfjs @tensorflow/tfjs-backend-wasm` (it is no dependency of
 * the project), and perhaps @tensorflow/tfjs-node, which needs a download from outside the registry.
 * What the WebAssembly backend cannot train (it has no gradient of a convolution's weights) the plain
 * JavaScript one does, two rows at a time. In Node WebAssembly has one thread there, whatever THREADS says.
 * Prints one JSON object: {name: {backend: {ms of a step, median of blocks; losses} or {cannot}}}.
 */
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { timeWorkloads } from './tfjs_training.mjs';

const [threads = '2', list = 'W1,W2,W2b,W3,W4,W5', seconds = '1'] = process.argv.slice(2);
const names = list.split(',');
// Read by the native library when it is loaded.
process.env.TF_NUM_INTRAOP_THREADS = threads;
const require = createRequire(join(resolve(process.env.NETLOOM_TFJS ?? '.'), 'package.json'));

function installed(name) {
  try {
    return require(name);
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}

const native = installed('@tensorflow/tfjs-node');
const tf = native ?? require('@tensorflow/tfjs');
// Quiet: stdout is for the results, and 'cpu' advertises there.
console.log = console.warn = console.info = () => undefined;
if (!native) require('@tensorflow/tfjs-backend-wasm');

const results = Object.fromEntries(names.map((name) => [name, {}]));
async function time(backend, some, maxRows) {
  if (some.length === 0) return;
  if (!(await tf.setBackend(backend))) throw new Error(`the backend ${backend} does not start`);
  await tf.ready();
  for (const [name, result] of Object.entries(timeWorkloads(tf, some, Number(seconds), maxRows))) {
    results[name][backend] = result;
  }
}

const fast = native ? 'tensorflow' : 'wasm';
await time(fast, names);
const left = names.filter((name) => results[name][fast]?.cannot !== undefined);
await time('cpu', left, 2);
process.stdout.write(
  `${JSON.stringify({ tfjs: tf.version_core, threads: Number(threads), results })}\n`,
);
