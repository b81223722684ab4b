/**
 * Prediction from saved weights: samples in, what every head answers in evaluation mode. Normalises as the
 * run did, from the numbers stored beside the weights.
 */
import { analyse } from '../check/analyse.ts';
import { type Head, inputFieldsOf } from '../check/heads.ts';
import { headOutput, type Normalisation } from '../compile/index.ts';
import type { Program } from '../compile/program.ts';
import { own } from '../ir/record.ts';
import { elementCount } from '../ir/tensor.ts';
import { metricKey } from '../metrics/names.ts';
import type { PredictOutput, PredictRequest } from '../protocol/engineContract.ts';
import { matchInputs } from './predictInputs.ts';
import { openPredictor, type PredictorOptions } from './predictor.ts';
import { withoutErrors } from './prepare.ts';

/** What a head answers: `probabilities` where its loss takes raw scores. */
const ANSWERS = ['prediction', 'probabilities'] as const;
/** Samples computed at once. */
const MAX_BATCH = 256;
/** A normalisation that divides by fifty or more tells pixels and the like. */
const MUCH_SMALLER = 1 / 50;

export async function predict(request: PredictRequest, options: PredictorOptions) {
  const { document, weights, inputs } = request;
  const { count, values } = matchInputs(inputFieldsOf(withoutErrors(analyse(document))), inputs);
  const batch = Math.min(count, MAX_BATCH);
  const opened = await openPredictor({ document, weights, batch }, options);
  const { analysis, normalisations, session, memory, program } = opened;
  try {
    const outputs = answersOf(analysis.heads, program.program);
    for (let start = 0; start < count; start += batch) {
      for (const { ref, data } of values) {
        const { name, shape } = ref.field;
        const size = elementCount(shape);
        const rows = new Float32Array(batch * size);
        rows.set(data.subarray(start * size, Math.min(count, start + batch) * size));
        memory.writeInput(name, [batch, ...shape], rows);
      }
      session.run(program);
      for (const { ref, parts } of outputs) {
        const kept = Math.min(batch, count - start) * elementCount(ref.type.shape.slice(1));
        parts.push(Float32Array.from(await session.read(ref)).subarray(0, kept));
      }
    }
    return {
      outputs: outputs.map(({ name, loss, ref, parts }): PredictOutput => ({
        ...{ name, loss, shape: [count, ...ref.type.shape.slice(1)], data: joined(parts) },
      })),
      notes: values.flatMap(({ ref: { field }, data }) =>
        scaleNotes(
          data,
          own(normalisations, field.name) ?? null,
          values.length > 1 ? `field ${field.name}` : 'input',
        ),
      ),
    };
  } finally {
    await opened.close();
  }
}

/** What the program answers of each head, and what was read of it so far. */
function answersOf(heads: readonly Head[], { outputs }: Program) {
  return heads.flatMap(({ loss }) =>
    ANSWERS.flatMap((answer) => {
      const ref = own(outputs, headOutput(loss, answer));
      const parts: Float32Array[] = [];
      const name = metricKey(heads.length > 1 ? loss : null, answer);
      return ref ? [{ name, loss, ref, parts }] : [];
    }),
  );
}

/** Pixels between 0 and 1 for a network that expects 0 to 255: every answer would be that for black. */
export function scaleNotes(
  data: Float32Array,
  normalisation: Normalisation | null,
  what = 'input',
): readonly string[] {
  const scale = Math.max(...(normalisation?.scale ?? [1]));
  const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (scale > MUCH_SMALLER || largest > 1) return [];
  return [
    `The ${what} lies between -1 and 1, but this network learned from numbers up to about ${String(Math.round(1 / scale))}. Give it the numbers of its data source.`,
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
