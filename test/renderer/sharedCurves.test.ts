/**
 * Rules of what stands in one chart: a line for each objective in its colour, and one for each kind of samples that
 * are judged by one target; of answers that two losses judge there is one line. All else has a chart of its own.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { restoreDocumentText } from '#engine/ir/restoreDocument.ts';
import { labelledSteps, stripShape, stripSteps } from '#renderer/dock/parts/generatedColumns.ts';
import { runNetwork } from '#renderer/state/runAnalysis.ts';
import { chartsOf } from '#renderer/training/sharedCurves.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'resources', 'examples');

function network(name: string) {
  const restored = restoreDocumentText(readFileSync(join(FOLDER, `${name}.netloom.json`), 'utf8'));
  if (!restored.ok) throw new Error(name);
  return runNetwork(restored.document);
}

describe('a GAN', () => {
  const gan = network('digits-gan');
  const shown = [
    ...['Discriminator.loss', 'Generator.loss'],
    ...['loss_real.meanAnswer', 'loss_fake.meanAnswer', 'loss_fool.meanAnswer'],
  ];

  test('has its losses in one chart and its answers in another', () => {
    expect(chartsOf(shown, gan)).toMatchObject([
      {
        title: 'Loss',
        lines: [
          { key: 'Discriminator.loss', name: 'D', title: 'Discriminator', objective: 0 },
          { key: 'Generator.loss', name: 'G', title: 'Generator', objective: 1 },
        ],
      },
      {
        title: 'Mean answer of Discriminator',
        areProbabilities: true,
        // Whoever made the samples first gives the colour.
        lines: [
          { key: 'loss_real.meanAnswer', name: 'data', objective: 0 },
          { key: 'loss_fake.meanAnswer', name: 'generated', objective: 1 },
        ],
      },
    ]);
  });
  test('a line that is alone is a chart as any other', () => {
    const alone = ['Generator.loss', 'loss_fake.loss', 'loss_fake.meanAnswer', 'gradientNorm'];
    expect(chartsOf(alone, gan)).toEqual(alone);
  });
  test('is shown metric by metric as long as nothing is known of it', () => {
    expect(chartsOf(shown, null)).toEqual(shown);
  });
});

test('a network with one objective has a chart for each metric', () => {
  expect(chartsOf(['loss', 'accuracy'], network('digits-mlp'))).toEqual(['loss', 'accuracy']);
});

describe('the strip of samples', () => {
  const recorded = Array.from({ length: 100 }, (_, i) => i * 20);

  test('has the steps of a logarithmic axis, its last and the shown one', () => {
    expect(stripSteps(recorded, 1980, 9)).toEqual([0, 20, 60, 100, 200, 500, 1000, 1980]);
    expect(stripSteps(recorded, 1600, 9)).toEqual([0, 20, 60, 100, 200, 500, 1000, 1600, 1980]);
  });
  test('keeps its columns as the run goes on', () => {
    const before = stripSteps(recorded.slice(0, 40), 780, 30);
    const after = stripSteps(recorded, 1980, 30);
    expect(after).toEqual(expect.arrayContaining(before.slice(0, -1)));
  });
  test('leaves out the earliest ones where there is no room, never the one on show', () => {
    expect(stripSteps(recorded, 1980, 3)).toEqual([100, 1000, 1980]);
    expect(stripSteps(recorded, 40, 3)).toEqual([40, 1000, 1980]);
    expect(stripSteps([], 0, 3)).toEqual([]);
  });
  test('names the step on show, and no two steps so near that their names touch', () => {
    const labelled = labelledSteps([500, 1000, 1033, 2015, 2382], 1033, 24, String);
    expect([...labelled].toSorted((a, b) => a - b)).toEqual([500, 1033, 2382]);
    expect(labelledSteps([500, 1000, 1033], 500, 40, String).size).toBe(3);
  });
  test('has pictures as large as the space allows for some of each', () => {
    expect(stripShape({ width: 340, height: 190 })).toEqual({ cell: 33, rows: 5, columns: 9 });
    expect(stripShape({ width: 200, height: 60 })).toEqual({ cell: 24, rows: 1, columns: 7 });
    expect(stripShape({ width: 2000, height: 900 }).cell).toBe(64);
  });
});
