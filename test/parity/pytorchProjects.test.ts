/**
 * Rule: an exported PyTorch project trains the network as it is trained here: step by step the same loss, of every
 * example, where layers that draw numbers are left out and random sources give the same ones. Its Python is as ruff wants it.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { writeNpy } from '#engine/export/npy.ts';
import type { NetworkDocument } from '#engine/ir/index.ts';
import { restoreDocumentText } from '#engine/ir/restoreDocument.ts';
import { generatedExamples } from '../support/generatedExamples.ts';
import { deviation } from '../support/lossCurve.ts';
import { sayWithoutPython, withoutPython } from '../support/python.ts';
import {
  drawnHere,
  ruffFindings,
  trainedHere,
  trainedThere,
  withoutDrawing,
  writeProjectTo,
} from '../support/pytorchProject.ts';

const EXAMPLES = resolve('resources/examples');
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
  const nodes = document.nodes.map((node) => {
    if (node.type !== 'Data') return node;
    const { options } = node.attrs;
    const given = typeof options === 'object' && !Array.isArray(options) ? options : {};
    return { ...node, attrs: { ...node.attrs, options: { ...given, count: 400 } } };
  });
  return { ...document, nodes, training: { ...document.training, epochs: 3 } };
}

sayWithoutPython();

test.skipIf(withoutPython !== '').each(generatedExamples)(
  '%s is Python as ruff leaves it',
  async (name) => {
    const project = join(folder, `${name}-read`);
    await writeProjectTo(project, example(name));
    expect(ruffFindings(project)).toBe('');
  },
);

/**
 * How far losses may be apart. Where many batch norms follow each other the first three steps agree to 1e-7, then what
 * rounding leaves of gradients near zero becomes whole steps of Adam.
 */
const LIMIT = 1e-4;
const LIMIT_OF_MANY_NORMS = 1e-2;
const MANY_NORMS = 5;
const limitOf = ({ nodes }: NetworkDocument): number =>
  nodes.filter(({ type }) => type === 'BatchNorm2d').length > MANY_NORMS
    ? LIMIT_OF_MANY_NORMS
    : LIMIT;

describe.skipIf(withoutPython !== '').each(generatedExamples)('%s', (name) => {
  test('its losses are those here, in one process and in two', async () => {
    const document = withoutDrawing(shortened(example(name)));
    const project = join(folder, name);
    await writeProjectTo(project, document);
    const drawn = await drawnHere(document);
    if (drawn) writeFileSync(join(project, 'drawn.npy'), writeNpy(drawn));
    const { losses: found } = trainedThere(project);
    const { losses: wanted } = await trainedHere(document);
    expect(found).toHaveLength(wanted.length);
    expect(deviation(found, wanted)).toBeLessThan(limitOf(document));
    // Batch norm of each process by itself is another network.
    const { losses: together } = trainedThere(project, {
      processes: 2,
      args: ['--sync-batchnorm'],
    });
    expect(together).toHaveLength(wanted.length);
    expect(deviation(together, wanted)).toBeLessThan(limitOf(document));
  });
});
