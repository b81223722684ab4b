/** A run by its colour, which it keeps everywhere. */
import type { RunSummary } from '#engine/protocol/run.ts';

export const runToken = ({ colorSlot }: Pick<RunSummary, 'colorSlot'>): string =>
  `var(--run-${(colorSlot % 8) + 1})`;

export function RunDot({ run }: { readonly run: Pick<RunSummary, 'colorSlot'> }) {
  return <span className="run-dot" style={{ background: runToken(run) }} aria-hidden="true" />;
}
