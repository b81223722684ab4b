/**
 * Entry of a worker thread under Node (and Electron's utility process): connects worker.ts to the host.
 * Runs bundled, or from source by Node's type stripping, so everything it imports must be free of
 * bundler features. Outside the engine's tsconfig, because it needs Node's types.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { type WorkerMessage, type WorkerStart, serve } from './worker.ts';

if (!parentPort) throw new Error('this program runs as a worker thread only');
const port = parentPort;
// What threadPool.ts sends through Platform.startThread.
serve(workerData as WorkerStart, {
  post: (reply) => port.postMessage(reply),
  onMessage: (listener) => void port.on('message', (message: WorkerMessage) => listener(message)),
});
