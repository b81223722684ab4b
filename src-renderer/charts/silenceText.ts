/**
 * Words and tone for a layer's silent units. Coloured is only what is a line in Problems as well: when
 * that is, the engine decides (training/runProblems.ts).
 */
import type { Problem } from '#engine/ir/problem.ts';
import type { TelemetryFrame, UnitSilence } from '#engine/protocol/run.ts';
import { formatInteger } from '../ui/format.ts';

export interface SilenceText {
  /** `12/64 dead`, for a card. */
  readonly short: string;
  /** What was counted, and when. */
  readonly long: string;
  readonly tone: 'plain' | 'warn' | 'danger';
}

const TONES: Readonly<Record<Problem['severity'], SilenceText['tone']>> = {
  error: 'danger',
  warning: 'warn',
  info: 'plain',
};

/** Null where nothing has been counted: no layer that can fall silent, or not yet. */
export function silenceText(frame: TelemetryFrame | null, node: string): SilenceText | null {
  const silence = frame?.nodes.find((each) => each.node === node)?.silence;
  if (!silence) return null;
  const problem = frame?.problems?.find((each) => each.node === node);
  const [silent, units] = [formatInteger(silence.silent), formatInteger(silence.units)];
  return {
    short: `${silent}/${units} dead`,
    long: longText(silence),
    tone: problem ? TONES[problem.severity] : 'plain',
  };
}

function longText({ silent, units, samples, step }: UnitSilence): string {
  return (
    `${formatInteger(silent)} of ${formatInteger(units)} units answer zero to all ` +
    `${formatInteger(samples)} training samples looked at, at step ${formatInteger(step)}`
  );
}
