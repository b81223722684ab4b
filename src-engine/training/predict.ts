/**
 * Prediction from saved weights: samples in, outputs of the network in evaluation mode. Normalises as the
 * run did, from the numbers stored beside the weights.
 */
import type { Backend, BackendName } from '../backends/backend.ts';
import type { Analysis } from '../check/analysis.ts';
import { analyse } from '../check/analyse.ts';
import { type FieldRef, mainHead } from '../check/heads.ts';
import { compileRun, type DataBinding, type Normalisation } from '../compile/index.ts';
import type { DataField } from '../ir/attrs.ts';
import type { NetworkDocument } from '../ir/document.ts';
import { InputError, inputError } from '../ir/problem.ts';
import { own } from '../ir/record.ts';
import { elementCount } from '../ir/tensor.ts';
import type { Platform } from '../platform/platform.ts';
import type { PredictRequest } from '../protocol/engineContract.ts';
import { type NamedTensor, readSafetensors } from '../export/safetensors.ts';
import { parseNormalisation } from './checkpoint.ts';
import { NORMALISATION_KEY } from './fittedData.ts';
import { AVERAGE, RunMemory } from './memory.ts';

/** Samples computed at once. */
const MAX_BATCH = 256;
/** A normalisation that divides by fifty or more tells pixels and the like. */
const MUCH_SMALLER = 1 / 50;

export async function predict(
  request: PredictRequest,
  options: {
    readonly platform: Platform;
    readonly createBackend: (name: BackendName, threads: number) => Promise<Backend>;
  },
) {
  const { document, weights, input } = request;
  const analysis = analyse(document);
  const [first, ...others] = analysis.problems.filter((problem) => problem.severity === 'error');
  if (first) throw new InputError([first, ...others]);
  const { node, field } = onlyInput(analysis);
  const fields = (analysis.nodes.get(node)?.attrs['fields'] ?? []) as readonly DataField[];
  const size = elementCount(field.shape);
  const count = Math.floor(input.data.length / size);
  if (count === 0 || count * size !== input.data.length) {
    const [found, wanted] = [input.shape.join('x'), ['N', ...field.shape].join('x')];
    throw inputError('predict.shape', `The input is ${found}, the network takes ${wanted}.`);
  }
  const file = readSafetensors(await options.platform.files.read(weights), weights);
  const normalisations = parseNormalisation(file.metadata[NORMALISATION_KEY], weights);
  const binding: DataBinding = new Map(
    fields.map((each) => [
      each.name,
      {
        field: each,
        storedDtype: each.dtype,
        rows: 1,
        normalisation: own(normalisations, each.name) ?? null,
      },
    ]),
  );
  const batch = Math.min(count, MAX_BATCH);
  const compiled = compileRun({
    document,
    analysis,
    binding,
    trainBatches: [],
    evaluateBatches: [],
    samples: 0,
    predictions: batch,
    probe: false,
  });
  const backend = await options.createBackend('wasm', document.training.threads);
  try {
    const session = await backend.open(compiled.memory);
    const memory = new RunMemory(session, compiled);
    memory.initialise(document.training.seed);
    memory.writeModel(asEvaluated(document, file.tensors), weights);
    if (!compiled.predict) throw new Error('no prediction program');
    const program = await session.load(compiled.predict);
    const outputs = new Map<string, { shape: readonly number[]; parts: Float32Array[] }>();
    for (let start = 0; start < count; start += batch) {
      const rows = new Float32Array(batch * size);
      rows.set(input.data.subarray(start * size, Math.min(count, start + batch) * size));
      memory.writeInput(node, field.name, [batch, ...field.shape], rows);
      session.run(program);
      for (const [name, ref] of Object.entries(program.program.outputs)) {
        const shape = ref.type.shape.slice(1);
        const kept = Math.min(batch, count - start) * elementCount(shape);
        const values = Float32Array.from(await session.read(ref)).subarray(0, kept);
        const output = outputs.get(name) ?? { shape, parts: [] };
        output.parts.push(values);
        outputs.set(name, output);
      }
    }
    await session.close();
    return {
      outputs: [...outputs].map(([name, { shape, parts }]) => ({
        name,
        shape: [count, ...shape],
        data: joined(parts),
      })),
      notes: scaleNotes(input.data, own(normalisations, field.name) ?? null),
    };
  } finally {
    await backend.close();
  }
}

/** What the prediction is made from. Others beside it would be zero, and the answer one to other data. */
function onlyInput(analysis: Analysis): FieldRef {
  const [input, ...others] = mainHead(analysis)?.inputFields ?? [];
  if (!input) throw inputError('predict.no-input', 'The network has no input field.');
  if (others.length === 0) return input;
  const names = [input, ...others].map(({ field }) => field.name).join(', ');
  throw inputError(
    'predict.several-inputs',
    `The network predicts from ${others.length + 1} fields (${names}), and one array can only be one of them.`,
  );
}

/** A checkpoint holds averaged weights beside those in training. */
function asEvaluated(
  { training }: NetworkDocument,
  tensors: ReadonlyMap<string, NamedTensor>,
): ReadonlyMap<string, NamedTensor> {
  if (training.ema?.evaluate !== true) return tensors;
  const averages = [...tensors].filter(([name]) => name.startsWith(AVERAGE));
  const renamed = averages.map(([name, tensor]) => [name.slice(AVERAGE.length), tensor] as const);
  return new Map([...tensors, ...renamed]);
}

/** Pixels between 0 and 1 for a network that expects 0 to 255: every answer would be that for black. */
export function scaleNotes(
  data: Float32Array,
  normalisation: Normalisation | null,
): readonly string[] {
  const scale = Math.max(...(normalisation?.scale ?? [1]));
  const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (scale > MUCH_SMALLER || largest > 1) return [];
  return [
    `The input lies between -1 and 1, but this network learned from numbers up to about ${String(Math.round(1 / scale))}. Give it the numbers of its data source.`,
  ];
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
