/**
 * How the engine process asks the shell for a port to a GPU executor, beside the calls of the engine
 * contract on the same channel. Knows neither end.
 */

const REQUEST = 'gpu-request';
const PORT = 'gpu-port';

/** Up, from the engine. */
export const GPU_REQUEST = { kind: REQUEST } as const;
/** Down, with one port. */
export const GPU_PORT = { kind: PORT } as const;

export const isGpuRequest = (message: unknown): boolean => kindOf(message) === REQUEST;
export const isGpuPort = (message: unknown): boolean => kindOf(message) === PORT;

function kindOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null && 'kind' in message ? message.kind : null;
}
