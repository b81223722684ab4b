/** How a page gets its message port from main, and what may go up through it. */
import type { Wire } from '#engine/protocol/index.ts';

/** Up: this page wants a port. */
export const CONNECT_CHANNEL = 'netloom:connect';
/** Down: here it is. */
export const PORT_CHANNEL = 'netloom:port';

/** Down to the hidden GPU window: its end of the executor's port. */
export const GPU_PORT_CHANNEL = 'netloom:gpu-port';

export function isCall(message: unknown): message is Extract<Wire, { kind: 'call' }> {
  if (typeof message !== 'object' || message === null) return false;
  const { kind, id, method } = message as Record<string, unknown>;
  return kind === 'call' && typeof id === 'number' && typeof method === 'string';
}
