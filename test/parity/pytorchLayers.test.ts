/**
 * Rule: an exported PyTorch project answers what the network answers, whatever layer of the registry stands in it, and
 * ruff finds nothing wrong with its Python. Needs a Python with PyTorch, safetensors and ruff (NETLOOM_TEST_PYTHON).
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeNpy } from '#engine/export/npy.ts';
import { writeProject } from '#engine/export/pytorch/index.ts';
import { layer } from '#engine/layers/index.ts';
import { writeContent } from '#main/exportProcess/writeContent.ts';
import { type LayerNetwork, layerNetworks } from '../support/layerNetworks.ts';
import { sayWithoutPython, withoutPython } from '../support/python.ts';
import { pythonWithTorch, ruffErrors } from '../support/pytorchProject.ts';
import { asInitialised, randomNetwork, referenceAnswers } from '../support/randomNetwork.ts';

const BATCH = 3;
const LIMIT = 1e-5;

const folder = mkdtempSync(join(tmpdir(), 'netloom-layers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const typeOf = ({ document }: LayerNetwork): string =>
  document.nodes.find(({ id }) => id === 'layer')?.type ?? '';
/** What a loss says is of no use to who uses a model; noise is PyTorch's own. */
const answering = layerNetworks.filter((each) => {
  const { role } = layer(typeOf(each));
  return role !== 'loss' && role !== 'noise';
});
const placeOf = (at: number): string => join(folder, String(at).padStart(3, '0'));

async function writeTrial({ document }: LayerNetwork, place: string): Promise<void> {
  const network = randomNetwork(document, () => null, asInitialised);
  const source = { ...network, trained: true, dataMetadata: {} };
  const data = () => Promise.reject(new Error('there are no data'));
  const written = await writeProject(source, { training: false }, { data, metadata: {} });
  await writeContent(place, 'folder', written);
  const outputs = network.analysis.heads.flatMap(({ loss, prediction }) =>
    prediction ? [{ name: loss, from: prediction }] : [],
  );
  const { feeds, wanted } = referenceAnswers(network, {
    ...{ batch: BATCH, outputs },
    isInput: (name) => name.endsWith('Given'),
  });
  for (const each of ['feeds', 'wanted']) mkdirSync(join(place, each));
  for (const [name, { type, values }] of Object.entries(feeds)) {
    const numbers = type.dtype === 'i32' ? Int32Array.from(values) : Float32Array.from(values);
    const bytes = writeNpy({ shape: type.shape, data: numbers });
    writeFileSync(join(place, 'feeds', `${name}.npy`), bytes);
  }
  for (const [k, { shape, values }] of wanted.entries()) {
    const bytes = writeNpy({ shape, data: Float32Array.from(values) });
    writeFileSync(join(place, 'wanted', `${k}.npy`), bytes);
  }
}

interface Result {
  readonly name: string;
  readonly worst: number;
  readonly error: string | null;
}

sayWithoutPython();

beforeAll(async () => {
  if (withoutPython !== '') return;
  for (const [at, each] of answering.entries()) await writeTrial(each, placeOf(at));
});

test.skipIf(withoutPython !== '')('every layer answers in PyTorch what it answers here', () => {
  const script = resolve('test/parity/torch_models.py');
  const { stdout, stderr } = spawnSync(pythonWithTorch ?? '', [script, folder], {
    encoding: 'utf8',
  });
  const lines = stdout.trim().split('\n');
  const results = lines.map((line) => JSON.parse(line) as Result);
  expect(results, stderr).toHaveLength(answering.length);
  const failed = results.flatMap(({ worst, error }, at) =>
    error === null && worst < LIMIT ? [] : [[answering[at]?.title, error ?? worst]],
  );
  expect(failed).toEqual([]);
});

test.skipIf(withoutPython !== '')('and ruff finds nothing wrong with its code', () => {
  expect(ruffErrors(folder)).toBe('');
});
