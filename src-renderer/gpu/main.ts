/** The page of the hidden window: hands the port it is given to a worker, and goes when that is done. */
import { GPU_PORT_MESSAGE } from '#engine/protocol/host.ts';

const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
worker.onmessage = () => window.close();

addEventListener('message', ({ data, origin, ports: [port] }) => {
  if (data !== GPU_PORT_MESSAGE || origin !== location.origin || !port) return;
  worker.postMessage(null, [port]);
});
