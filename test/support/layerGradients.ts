/** Gradients of layers beside differences, over the registry: a test for every trial of those that are meant. */
import { expect, test } from 'vitest';
import type { LayerDefinition } from '#engine/layers/define.ts';
import { gradientFailures } from './layerCase.ts';
import { layersWithInputs, trialsOf } from './layerTrials.ts';

/** Each weight is moved for itself, which sees no more in sixteen filters than in six. */
const MOST_MOVED = 256;

export function testGradients(isMeant: (definition: LayerDefinition) => boolean): void {
  const trials = layersWithInputs
    .filter(isMeant)
    .flatMap((definition) => trialsOf(definition, MOST_MOVED));

  test.each(trials)('gradient of $title', (trial) => {
    // A function of kinks only (a step, a constant) is none that could be checked.
    const failures = gradientFailures(trial, 0.5);
    expect(failures.filter((each) => each !== 'no element was checked')).toEqual([]);
  });
}
