/** Changes of a list of steps, as the document writes it: what a step is not set to stays unsaid. Pure. */
import type { JsonValue, Step } from '#engine/ir/attrs.ts';

export const withStep = (steps: readonly Step[], step: string): readonly Step[] => [
  ...steps,
  { step },
];

export const withoutStep = (steps: readonly Step[], at: number): readonly Step[] =>
  steps.filter((_, index) => index !== at);

/** The same list where it is at that end already. */
export function movedStep(steps: readonly Step[], at: number, by: -1 | 1): readonly Step[] {
  const [moved, other] = [steps[at], steps[at + by]];
  if (!moved || !other) return steps;
  return steps.with(at, other).with(at + by, moved);
}

export const setStep = (
  steps: readonly Step[],
  at: number,
  attrs: Readonly<Record<string, JsonValue>>,
): readonly Step[] => steps.map((each, index) => (index === at ? { ...each, ...attrs } : each));

/** Off is said; on is what a step is. */
export function switchedStep(steps: readonly Step[], at: number, on: boolean): readonly Step[] {
  return steps.map((each, index) => {
    if (index !== at) return each;
    if (!on) return { ...each, off: true };
    const { off: _off, ...rest } = each;
    // Taking `off` away leaves the name of the step.
    return rest;
  });
}
