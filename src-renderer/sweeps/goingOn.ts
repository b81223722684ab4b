/** How a sweep that is not at work goes on: from where it was cut off, for more minutes, with more settings. Pure. */
import type { SweepInfo } from '#engine/protocol/index.ts';
import { gridValues } from '#engine/search/index.ts';
import { formatCount, formatDuration } from '../ui/format.ts';

const MORE = 12;

export interface GoingOn {
  readonly label: string;
  /** Beyond what was planned. */
  readonly more: { readonly more?: number; readonly minutes?: number };
  /** How long it takes, by what it took so far. */
  readonly estimate?: string;
}

/** Null while it is at work, and of a grid whose every combination has had its turn. */
export function howToGoOn(sweep: SweepInfo): GoingOn | null {
  const { state, plan, elapsedMs, trials } = sweep;
  if (state === 'running') return null;
  const { minutes } = plan;
  if (minutes !== null && elapsedMs >= minutes * 60_000) {
    if (state === 'finished' && isUsedUp(sweep)) return null;
    return {
      label: `Go on for ${formatCount(minutes, 'more minute', 'more minutes')}`,
      more: { minutes },
    };
  }
  if (state === 'paused') return { label: 'Go on', more: {} };
  if (isUsedUp(sweep)) return null;
  const settings = new Set(trials.map(({ setting }) => setting)).size;
  const estimate =
    settings === 0
      ? {}
      : { estimate: `${MORE} more take about ${formatDuration((elapsedMs / settings) * MORE)}.` };
  return { label: `Continue with ${MORE} more`, more: { more: MORE }, ...estimate };
}

/** A grid ends by itself; so does what varies nothing but the seed. */
function isUsedUp({ plan, trials }: SweepInfo): boolean {
  const size = plan.space.reduce((all, parameter) => all * gridValues(parameter).length, 1);
  const isFinite = plan.strategy === 'grid' || plan.space.length === 0;
  return isFinite && new Set(trials.map(({ setting }) => setting)).size >= size;
}
