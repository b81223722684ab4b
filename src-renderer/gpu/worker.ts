/**
 * The executor in a worker of the hidden window: gets its end of the port from the page, serves it, and
 * says when it was closed. The engine's loop, the data and the checkpoints are in another process.
 */
import { serveExecutor } from '#engine/backends/webgpu/index.ts';
import { portTransport } from './portTransport.ts';

/** What a worker has and the DOM's types do not say. */
interface WorkerScope {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown): void;
}
const scope = globalThis as unknown as WorkerScope;

scope.onmessage = ({ ports: [port] }) => {
  if (!port) return;
  serveExecutor(portTransport(port), {
    gpu: navigator.gpu,
    onClosed: () => scope.postMessage('closed'),
  });
};
