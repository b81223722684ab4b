/** Models of exported PyTorch projects, with samples and what the network answers to them: run by a Python that has PyTorch. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { WrittenModel } from '#engine/export/define.ts';
import { writeNpy } from '#engine/export/npy.ts';
import { writeProject } from '#engine/export/pytorch/index.ts';
import type { NetworkDocument } from '#engine/ir/index.ts';
import { layer } from '#engine/layers/index.ts';
import { writeContent } from '#main/exportProcess/writeContent.ts';
import { layerNetworks } from './layerNetworks.ts';
import { type Answer, type AskedModel, digestOf, filesOf } from './modelAnswers.ts';
import { pythonWithTorch } from './pytorchProject.ts';
import {
  asInitialised,
  randomNetwork,
  type ReferenceAnswers,
  referenceAnswers,
} from './randomNetwork.ts';

const BATCH = 3;
/** How far answers may be from ours. */
export const TORCH_LIMIT = 1e-5;

export interface TorchTrial {
  readonly title: string;
  /** The type of the layer that it is about. */
  readonly type: string;
  readonly document: NetworkDocument;
}

/** A network around every layer, but losses, which say nothing to who uses a model, and noise, which is PyTorch's own. */
export const torchTrials: readonly TorchTrial[] = layerNetworks.flatMap(({ title, document }) => {
  const type = document.nodes.find(({ id }) => id === 'layer')?.type ?? '';
  const { role } = layer(type);
  return role === 'loss' || role === 'noise' ? [] : [{ title, type, document }];
});

const networkOf = ({ document }: TorchTrial) => randomNetwork(document, () => null, asInitialised);

function torchModelOf(trial: TorchTrial): Promise<WrittenModel> {
  const source = { ...networkOf(trial), trained: true, dataMetadata: {} };
  const data = () => Promise.reject(new Error('there are no data'));
  return writeProject(source, { training: false }, { data, metadata: {} });
}

function samplesOf(trial: TorchTrial): ReferenceAnswers {
  const network = networkOf(trial);
  const outputs = network.analysis.heads.flatMap(({ loss, prediction }) =>
    prediction ? [{ name: loss, from: prediction }] : [],
  );
  const isInput = (name: string): boolean => name.endsWith('Given');
  return referenceAnswers(network, { batch: BATCH, outputs, isInput });
}

/** What is exported of a trial, and what should be answered. */
export async function askedOfTorch(trial: TorchTrial): Promise<AskedModel> {
  const files = filesOf(await torchModelOf(trial));
  const { feeds, wanted } = samplesOf(trial);
  const code = new TextDecoder().decode(files.get('model.py'));
  const weights = files.get('weights/trained.safetensors') ?? new Uint8Array();
  return {
    title: trial.title,
    lines: ownLines(code),
    digest: digestOf(code, weights, JSON.stringify(feeds)),
    answers: wanted,
  };
}

/** Classes, without what all have. */
function ownLines(code: string): readonly string[] {
  const frame = /^ {4}def __init__|^ {8}super\(\)|^ {8}"""Takes .*"""$/;
  const lines = code.split('\n');
  const first = lines.findIndex((line) => line.startsWith('class '));
  return lines.slice(first).filter((line) => line !== '' && !frame.test(line));
}

/** The project, with samples and answers as arrays beside it. */
export async function writeTorchTrial(place: string, trial: TorchTrial): Promise<void> {
  await writeContent(place, 'folder', await torchModelOf(trial));
  const { feeds, wanted } = samplesOf(trial);
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

export interface TorchModelResult {
  readonly name: string;
  /** Its version. */
  readonly torch: string;
  /** Largest difference, as a share of the output's largest number. */
  readonly worst: number;
  readonly error: string | null;
}

/** All trials of a folder; what each answers beside what it should. */
export function torchModelResults(folder: string): readonly TorchModelResult[] {
  const script = resolve('test/parity/torch_models.py');
  const { status, stdout, stderr } = spawnSync(pythonWithTorch ?? '', [script, folder], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(stderr);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as TorchModelResult);
}

/** What PyTorch answered to a model of a folder that `torchModelResults` ran. */
export function answersOfTorch(place: string, asked: AskedModel): readonly Answer[] {
  return asked.answers.map(({ name, shape }, k) => {
    const bytes = readFileSync(join(place, 'got', `${k}.f32`));
    return { name, shape, values: new Float32Array(Uint8Array.from(bytes).buffer) };
  });
}
