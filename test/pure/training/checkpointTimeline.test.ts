/** Rule: of a run's past a bounded number of checkpoints stays, the newer the closer, its two ends always. */
import { expect, test } from 'vitest';
import {
  keptName,
  keptStep,
  mostKept,
  thinnedSteps,
  TIMELINE_BYTES,
} from '#engine/training/checkpointTimeline.ts';

/** As a run keeps them: one more at a time. */
function keptOf(steps: number, most: number): readonly number[] {
  let kept: readonly number[] = [];
  for (let step = 1; step <= steps; step++) kept = thinnedSteps([...kept, step], most);
  return kept;
}

test.each([3, 16, 17, 100, 10_000])('%i steps', (steps) => {
  const kept = keptOf(steps, 16);
  expect(kept).toHaveLength(Math.min(16, steps));
  expect(kept[0]).toBe(1);
  expect(kept.at(-1)).toBe(steps);
  const ages = kept.map((step) => steps - step);
  // Half as old again at most is the next older one, beside the few newest.
  ages.slice(1, -4).forEach((age, i) => expect((ages[i] ?? 0) / age).toBeLessThan(4));
});

test('their bytes are bounded too, and nothing is kept of what is larger than all may be', () => {
  expect(mostKept(1000)).toBe(16);
  expect(mostKept(TIMELINE_BYTES / 3)).toBe(3);
  expect(mostKept(TIMELINE_BYTES + 1)).toBe(0);
  expect(thinnedSteps([1, 2, 3], 0)).toEqual([]);
  expect(thinnedSteps([1, 2, 3], 1)).toEqual([3]);
});

test('a file says its step by its name', () => {
  expect(keptStep(keptName(120))).toBe(120);
  expect(keptStep('last.safetensors')).toBeNull();
  expect(keptStep('step-1.safetensors.part')).toBeNull();
});
