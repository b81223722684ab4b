/**
 * Which checkpoints of a run's past are kept: the newer the closer, so that a run of any length keeps a few.
 * The oldest and the newest stay longest. Knows steps alone; writing and dropping files is checkpoints.ts.
 */

/** However small they are: a person chooses among them. */
const MOST_KEPT = 16;
/** Of all that are kept together, beside the last and the best. */
export const TIMELINE_BYTES = 128 * 2 ** 20;

const NAME = /^step-(\d+)\.safetensors$/;

export const keptName = (step: number): string => `step-${step}.safetensors`;

/** Null for a file that is none of them. */
export function keptStep(name: string): number | null {
  const digits = NAME.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** Of checkpoints of so many bytes each. */
export function mostKept(bytes: number): number {
  return Math.min(MOST_KEPT, Math.floor(TIMELINE_BYTES / Math.max(1, bytes)));
}

/**
 * At most so many of these steps. What goes is the one between its neighbours that leaves the smallest gap
 * for its age: what stays stands the further apart the older it is.
 */
export function thinnedSteps(steps: Iterable<number>, most: number): readonly number[] {
  const kept = [...new Set(steps)].sort((a, b) => a - b);
  const newest = kept.at(-1) ?? 0;
  while (kept.length > Math.max(most, 2)) {
    let least = 1;
    let leastGap = Infinity;
    for (let i = 1; i < kept.length - 1; i++) {
      const gap = ((kept[i + 1] ?? 0) - (kept[i - 1] ?? 0)) / (newest - (kept[i] ?? 0));
      if (gap < leastGap) [least, leastGap] = [i, gap];
    }
    kept.splice(least, 1);
  }
  return kept.slice(Math.max(0, kept.length - most));
}
