/** Rule: what is shown as the corrupted input is the output of noise and masks, not of a Dropout that regularises. */
import { expect, test } from 'vitest';
import { analyse } from '#engine/check/analyse.ts';
import { compileRun, type DataBinding } from '#engine/compile/index.ts';
import type { DataField } from '#engine/ir/attrs.ts';
import { data, network } from '#test/support/network.ts';

const image: DataField = { name: 'x', role: 'input', dtype: 'f32', shape: [16] };

test('samples keep the noise, and nothing of dropout', () => {
  const document = network(
    [
      data([image]),
      ['noise1', 'Noise'],
      ['enc', 'Linear', { outFeatures: 16 }],
      ['drop1', 'Dropout'],
      ['dec', 'Linear', { outFeatures: 16 }],
      ['loss', 'MSELoss'],
    ],
    [
      'data.x > noise1.x',
      'noise1.y > enc.x',
      'enc.y > drop1.x',
      'drop1.y > dec.x',
      'dec.y > loss.prediction',
      'data.x > loss.target',
    ],
  );
  const binding: DataBinding = new Map([
    ['x', { field: image, storedDtype: 'f32', rows: 8, normalisation: null }],
  ]);
  const { samples } = compileRun({
    document,
    analysis: analyse(document),
    binding,
    trainBatches: [4],
    evaluateBatches: [],
    samples: 4,
    predictions: 0,
    probe: false,
  });
  const shown = Object.keys(samples?.outputs ?? {}).filter((name) => name.startsWith('noise:'));
  expect(shown).toEqual(['noise:noise1']);
});
