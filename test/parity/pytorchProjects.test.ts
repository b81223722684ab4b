/**
 * Rule: an exported PyTorch project trains the network as it is trained here: step by step the same loss, of every
 * example, where layers that draw numbers are left out and random sources give the same ones.
 */
import { spawnSync } from 'node:child_process';
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
  lossesHere,
  pythonWithTorch,
  withoutDrawing,
  writeProjectTo,
} from '../support/pytorchProject.ts';

const EXAMPLES = resolve('resources/examples');
const DRIVER = resolve('test/parity/torch_project.py');
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

/** The losses of every step, as the project writes them. */
function lossesThere(project: string, ...args: readonly string[]): readonly number[] {
  const run = spawnSync(pythonWithTorch ?? '', [DRIVER, '--out', 'out', ...args], {
    cwd: project,
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return readLosses(project);
}

const readLosses = (project: string): readonly number[] =>
  readFileSync(join(project, 'out', 'losses.csv'), 'utf8')
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => Number(line.split(',')[1]));

const why = pythonWithTorch === null ? 'no Python with PyTorch at hand' : '';
test.runIf(why !== '')(why, (context) => {
  context.skip(why);
});

describe.skipIf(why !== '').each(names)('%s', (name) => {
  test('its losses are those here', async () => {
    const document = withoutDrawing(shortened(example(name)));
    const project = join(folder, name);
    await writeProjectTo(project, document);
    const drawn = await drawnHere(document);
    if (drawn) writeFileSync(join(project, 'drawn.npy'), writeNpy(drawn));
    const found = lossesThere(project);
    const wanted = await lossesHere(document);
    expect(found).toHaveLength(wanted.length);
    expect(deviation(found, wanted)).toBeLessThan(1e-4);
  });
});
