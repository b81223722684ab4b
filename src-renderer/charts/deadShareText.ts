/** Words and tone for the share of units that are zero for every sample of a batch. */
import type { NodeTelemetry } from '#engine/protocol/run.ts';
import { formatPercent } from '../ui/format.ts';

const WARN_ABOVE = 0.1;
const DANGER_ABOVE = 0.5;

export interface DeadShareText {
  readonly text: string;
  readonly tone: 'plain' | 'warn' | 'danger';
}

/** Null where it is not measured. */
export function deadShareText(
  telemetry: Pick<NodeTelemetry, 'deadShare'> | undefined,
): DeadShareText | null {
  const deadShare = telemetry?.deadShare;
  if (deadShare === undefined) return null;
  const tone = deadShare > DANGER_ABOVE ? 'danger' : deadShare > WARN_ABOVE ? 'warn' : 'plain';
  return { text: `${formatPercent(deadShare, 0)} dead`, tone };
}
