/** The two channels between a window and main, and what may go up. */
import type { Wire } from '#engine/protocol/index.ts';

export const UP_CHANNEL = 'nn:up';
export const DOWN_CHANNEL = 'nn:down';

export function isCall(message: unknown): message is Extract<Wire, { kind: 'call' }> {
  if (typeof message !== 'object' || message === null) return false;
  const { kind, id, method } = message as Record<string, unknown>;
  return kind === 'call' && typeof id === 'number' && typeof method === 'string';
}
