/**
 * Rule: an exported PyTorch project trains the network as it is trained here: step by step the same loss, of every
 * example, where layers that draw numbers are left out and random sources give the same ones. Its Python is as ruff wants it.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { writeNpy } from '#engine/export/npy.ts';
import type { NetworkDocument } from '#engine/ir/index.ts';
import { restoreDocumentText } from '#engine/ir/restoreDocument.ts';
import { deviation } from '../support/lossCurve.ts';
import {
  drawnHere,
  pythonWithRuff,
  pythonWithTorch,
  ruffFindings,
  trainedHere,
  trainedThere,
  withoutDrawing,
  writeProjectTo,
} from '../support/pytorchProject.ts';

const EXAMPLES = resolve('resources/examples');
const names = readdirSync(EXAMPLES).map((file) => file.replace('.netloom.json', ''));
const folder = mkdtempSync(join(tmpdir(), 'netloom-pytorch-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function example(name: string): NetworkDocument {
  const text = readFileSync(join(EXAMPLES, `${name}.netloom.json`), 'utf8');
  const restored = restoreDocumentText(text);
  if (!restored.ok) throw new Error(`${name} does not open`);
  return restored.document;
}

/** Few samples and few epochs: the same code, sooner done. */
function shortened(document: NetworkDocument): NetworkDocument {
  const nodes = document.nodes.map((node) =>
    node.type === 'Data' ? { ...node, attrs: { ...node.attrs, options: { count: 400 } } } : node,
  );
  return { ...document, nodes, training: { ...document.training, epochs: 3 } };
}

const whyNoRuff = pythonWithRuff === null ? 'no Python with ruff at hand' : '';
test.runIf(whyNoRuff !== '')(whyNoRuff, (context) => {
  context.skip(whyNoRuff);
});

test.skipIf(whyNoRuff !== '').each(names)('%s is Python as ruff leaves it', async (name) => {
  const project = join(folder, `${name}-read`);
  await writeProjectTo(project, example(name));
  expect(ruffFindings(project)).toBe('');
});

const why = pythonWithTorch === null ? 'no Python with PyTorch at hand' : '';
test.runIf(why !== '')(why, (context) => {
  context.skip(why);
});

describe.skipIf(why !== '').each(names)('%s', (name) => {
  test('its losses are those here, in one process and in two', async () => {
    const document = withoutDrawing(shortened(example(name)));
    const project = join(folder, name);
    await writeProjectTo(project, document);
    const drawn = await drawnHere(document);
    if (drawn) writeFileSync(join(project, 'drawn.npy'), writeNpy(drawn));
    const { losses: found } = trainedThere(project);
    const { losses: wanted } = await trainedHere(document);
    expect(found).toHaveLength(wanted.length);
    expect(deviation(found, wanted)).toBeLessThan(1e-4);
    // Batch norm of each process by itself is another network.
    const { losses: together } = trainedThere(project, {
      processes: 2,
      args: ['--sync-batchnorm'],
    });
    expect(together).toHaveLength(wanted.length);
    expect(deviation(together, wanted)).toBeLessThan(1e-4);
  });
});
