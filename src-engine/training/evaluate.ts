/**
 * Loss, accuracy and confusion over a split, in evaluation mode. Sums are kept on the device; only
 * predicted classes are read back, for the confusion counts.
 */
import type { LoadedProgram } from '../backends/backend.ts';
import { ACCUMULATORS } from '../compile/index.ts';
import type { MetricValues } from '../protocol/run.ts';
import type { RunMemory } from './memory.ts';

/** Steps from here on belong to evaluation: its noise never repeats a training step's. */
export const EVALUATION_STEP = 0x8000_0000;

export interface Evaluation {
  readonly values: MetricValues;
  /** Row = true class, column = predicted. */
  readonly confusion?: Uint32Array;
}

export interface EvaluateRequest {
  readonly memory: RunMemory;
  readonly programs: ReadonlyMap<number, LoadedProgram>;
  readonly rows: Int32Array;
  readonly batch: number;
  readonly seed: number;
  /** Labels of the whole table, where the loss judges classes. */
  readonly labels?: { readonly values: Int32Array; readonly classes: number };
  /** Between batches; returns false to give up. */
  readonly breathe: () => Promise<boolean>;
}

/** Null when interrupted or when there are no rows. */
export async function evaluate(request: EvaluateRequest): Promise<Evaluation | null> {
  const { memory, programs, rows, batch, labels } = request;
  if (rows.length === 0) return null;
  memory.clearBuffer(ACCUMULATORS.evaluate.loss);
  memory.clearBuffer(ACCUMULATORS.evaluate.correct);
  const confusion = labels ? new Uint32Array(labels.classes ** 2) : undefined;
  let classifies = false;
  const counted: Promise<void>[] = [];
  let goesOn = true;
  for (let start = 0, index = 0; goesOn && start < rows.length; start += batch, index++) {
    const part = rows.slice(start, start + batch);
    const program = programs.get(part.length);
    if (!program) throw new Error(`no evaluation program for ${part.length} samples`);
    memory.writeRandom(request.seed, EVALUATION_STEP + index);
    memory.writeRows(part);
    memory.session.run(program);
    const predicted = program.program.outputs['predicted'];
    if (predicted && labels && confusion) {
      classifies = true;
      // Where reading takes a while, the next batches run meanwhile.
      const counting = memory.session.read(predicted).then((classes) =>
        part.forEach((row, i) => {
          const cell = (labels.values[row] ?? 0) * labels.classes + (classes[i] ?? 0);
          confusion[cell] = (confusion[cell] ?? 0) + 1;
        }),
      );
      // A failure is told below; should a run fail before, it is not to be an unhandled one.
      counting.catch(() => undefined);
      counted.push(counting);
    }
    const full = memory.session.pace?.();
    if (full) await full;
    goesOn = await request.breathe();
  }
  await Promise.all(counted);
  if (!goesOn) return null;
  const [lossSum, hits] = await Promise.all([
    memory.readBuffer(ACCUMULATORS.evaluate.loss),
    memory.readBuffer(ACCUMULATORS.evaluate.correct),
  ]);
  const loss = lossSum / rows.length;
  const judged = [...programs.values()].some((p) => 'predicted' in p.program.outputs);
  if (!judged) return { values: { loss } };
  const accuracy = hits / rows.length;
  return { values: { loss, accuracy }, ...(classifies && confusion ? { confusion } : {}) };
}
