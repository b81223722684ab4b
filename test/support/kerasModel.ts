/** Keras models of networks, with samples and the answers that they should give: run by a Python that has Keras. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Normalisation } from '#engine/compile/binding.ts';
import type { ForwardOutput } from '#engine/compile/forward.ts';
import { predictionsOf } from '#engine/export/exportModel.ts';
import type { WrittenModel } from '#engine/export/define.ts';
import { type KerasOptions, writeKeras } from '#engine/export/keras/index.ts';
import { writeNpy } from '#engine/export/npy.ts';
import type { DataField } from '#engine/ir/attrs.ts';
import type { NetworkDocument } from '#engine/ir/index.ts';
import { writeContent } from '#main/exportProcess/writeContent.ts';
import { type Answer, type AskedModel, digestOf, filesOf } from './modelAnswers.ts';
import { pythonWith } from './python.ts';
import {
  asInitialised,
  type RandomNetwork,
  randomNetwork,
  type ReferenceAnswers,
  referenceAnswers,
} from './randomNetwork.ts';

/** What Keras computes with. */
export const KERAS_BACKEND = process.env['KERAS_BACKEND'] ?? 'torch';
/** Null where Python is not asked; of Keras 2 there are no operations. */
export const pythonWithKeras = pythonWith(['keras.ops', 'numpy', 'safetensors.numpy'], {
  KERAS_BACKEND,
});

export interface KerasTrial extends Partial<KerasOptions> {
  readonly document: NetworkDocument;
  /** Every prediction, where none are said. */
  readonly outputs?: readonly ForwardOutput[];
  readonly scaling?: (field: DataField) => Normalisation | null;
  /** Probabilities in the place of scores. */
  readonly activates?: boolean;
}

function networkOf({ document, outputs, scaling, activates = false }: KerasTrial): {
  readonly network: RandomNetwork;
  readonly outputs: readonly ForwardOutput[];
} {
  const network = randomNetwork(document, scaling ?? (() => null), asInitialised);
  const predictions = () => predictionsOf(network.analysis, { activates, inUnits: true });
  return { network, outputs: outputs ?? predictions() };
}

export function kerasModelOf(trial: KerasTrial): WrittenModel {
  const { network, outputs } = networkOf(trial);
  const source = { ...network, trained: true, dataMetadata: {} };
  return writeKeras(source, { standardise: true, ...trial }, { outputs, metadata: {} });
}

/** What is asked of it. */
const BATCH = 3;

/** Samples and what the network answers to them, by the names that the model has for them. */
function samplesOf({ network, outputs }: ReturnType<typeof networkOf>): ReferenceAnswers {
  const { nodes, dataNodes } = network.analysis;
  const fields = dataNodes.flatMap((id) => nodes.get(id)?.ports.out ?? []);
  const isInput = (name: string): boolean =>
    fields.includes(name) || nodes.get(name)?.definition?.role === 'latent';
  return referenceAnswers(network, { batch: BATCH, outputs, isInput });
}

/** The model's folder, with samples and answers as arrays beside it. */
export async function writeKerasTrial(folder: string, trial: KerasTrial): Promise<void> {
  await writeContent(folder, 'folder', kerasModelOf(trial));
  const { feeds, wanted } = samplesOf(networkOf(trial));
  for (const each of ['feeds', 'wanted']) mkdirSync(join(folder, each));
  for (const [name, { type, values }] of Object.entries(feeds)) {
    const data = type.dtype === 'i32' ? Int32Array.from(values) : Float32Array.from(values);
    writeFileSync(join(folder, 'feeds', `${name}.npy`), writeNpy({ shape: type.shape, data }));
  }
  for (const { name, shape, values } of wanted) {
    const data = Float32Array.from(values);
    writeFileSync(join(folder, 'wanted', `${name}.npy`), writeNpy({ shape, data }));
  }
}

/** How far answers may be from ours. Elsewhere a norm of two numbers that are almost the same loses more to rounding. */
export const KERAS_LIMIT = KERAS_BACKEND === 'torch' ? 1e-5 : 1e-4;

export interface KerasResult {
  readonly name: string;
  /** Its version. */
  readonly keras: string;
  /** Largest difference, as a share of the output's largest number. */
  readonly worst: number;
  readonly error: string | null;
}

/** What is exported of a trial, and what should be answered. */
export function askedOfKeras(title: string, trial: KerasTrial): AskedModel {
  const files = filesOf(kerasModelOf(trial));
  const { feeds, wanted } = samplesOf(networkOf(trial));
  const code = new TextDecoder().decode(files.get('model.py'));
  const weights = files.get(WEIGHTS) ?? new Uint8Array();
  return {
    title,
    lines: ownLines(code),
    digest: digestOf(code, weights, JSON.stringify(feeds)),
    answers: wanted,
  };
}
const WEIGHTS = 'weights/trained.safetensors';

/** Equal for trials that are exported alike. */
export function filesDigest(trial: KerasTrial): string {
  const files = filesOf(kerasModelOf(trial));
  return digestOf(files.get('model.py') ?? '', files.get(WEIGHTS) ?? '');
}

/** What makes a value, and classes: not the frame that all models have. */
function ownLines(code: string): readonly string[] {
  const [, rest = ''] = code.split('FOLDER = Path(__file__).parent\n');
  const [own = ''] = rest.split('\ndef load(');
  const frame = /^def build|^ {4}"""Takes .*"""$|^ {4}\w+ = keras\.Input|^ {4}return keras\.Model/;
  return own
    .split('\n')
    .filter((line) => line !== '' && !frame.test(line))
    .map((line) => (line.startsWith('    ') ? line.slice(4) : line));
}

/** What Keras answered to a model of a folder that `kerasResults` ran, with the channels of images first. */
export function answersOfKeras(folder: string, asked: AskedModel): readonly Answer[] {
  return asked.answers.map(({ name, shape }) => {
    const bytes = readFileSync(join(folder, 'got', `${name}.f32`));
    const values = new Float32Array(Uint8Array.from(bytes).buffer);
    return { name, shape, values };
  });
}

/** All trials of a folder; what each answers beside what it should. */
export function kerasResults(folder: string): readonly KerasResult[] {
  const script = resolve('test/parity/keras_models.py');
  const { status, stdout, stderr } = spawnSync(pythonWithKeras ?? '', [script, folder], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    env: { ...process.env, KERAS_BACKEND, OMP_NUM_THREADS: '1' },
  });
  if (status !== 0) throw new Error(stderr);
  const lines = stdout.trim().split('\n');
  return lines.map((line) => JSON.parse(line) as KerasResult);
}
