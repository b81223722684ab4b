/**
 * The metrics of a split, in evaluation mode: batch after batch runs on the device, what the statistics of
 * each head read of it is added up here, in float64.
 */
import type { LoadedProgram } from '../backends/backend.ts';
import type { JudgedHead } from '../compile/index.ts';
import type { Scores } from '../metrics/statistics/scores.ts';
import type { MetricValues } from '../protocol/run.ts';
import { HeadFold } from './headFold.ts';
import { HeadReads } from './headReads.ts';
import type { RunMemory } from './memory.ts';

/** Steps from here on belong to evaluation: its noise never repeats a training step's. */
export const EVALUATION_STEP = 0x8000_0000;

export interface Evaluation {
  readonly values: MetricValues;
  /** By loss, of those that judge classes: row = true class, column = predicted. */
  readonly confusions: ReadonlyMap<string, Uint32Array>;
  /** By loss, of those that judge classes, where they are not too many. */
  readonly scores: ReadonlyMap<string, Scores>;
}

export interface EvaluateRequest {
  readonly memory: RunMemory;
  readonly programs: ReadonlyMap<number, LoadedProgram>;
  readonly heads: readonly JudgedHead[];
  readonly rows: Int32Array;
  readonly batch: number;
  readonly seed: number;
  /** Between batches; returns false to give up. */
  readonly yieldToEventLoop: () => Promise<boolean>;
}

/** Null when interrupted or when there are no rows. */
export async function evaluate(request: EvaluateRequest): Promise<Evaluation | null> {
  const { memory, programs, heads, rows, batch } = request;
  const { session } = memory;
  if (rows.length === 0) return null;
  const folds = heads.map((head) => new HeadFold(head));
  const readsOf = new Map<LoadedProgram, HeadReads>();
  let lossSum = 0;
  // One batch after the other, so that sums are the same however long a read takes.
  let folded: Promise<void> = Promise.resolve();
  let goesOn = true;
  for (let start = 0, index = 0; goesOn && start < rows.length; start += batch, index++) {
    const part = rows.slice(start, start + batch);
    const program = programs.get(part.length);
    if (!program) throw new Error(`no evaluation program for ${part.length} samples`);
    const reads = readsOf.get(program) ?? new HeadReads(program, heads);
    readsOf.set(program, reads);
    const far = memory.reach(part, rows[start + batch] ?? null);
    if (far) await far;
    memory.writeRandom(request.seed, EVALUATION_STEP + index);
    memory.writeRows(part);
    session.run(program);
    // Asked for before the next batch runs; where reading takes a while, that runs meanwhile.
    folded = Promise.all([reads.read(session), folded]).then(([{ loss, heads: outputs }]) => {
      lossSum += loss * part.length;
      folds.forEach((fold, i) => fold.add(outputs[i] ?? {}, part.length));
    });
    // A failure is told below; should a run fail before, it is not to be an unhandled one.
    folded.catch(() => undefined);
    const full = session.pace?.();
    if (full) await full;
    goesOn = await request.yieldToEventLoop();
  }
  await folded;
  if (!goesOn) return null;
  const values = folds.flatMap((fold) => fold.values(folds.length > 1));
  // Where not all samples count alike, the means of batches do not add up to that of all.
  const isEven = heads.every(({ metric }) => metric.isWeighted !== true);
  const loss = isEven
    ? lossSum / rows.length
    : heads.reduce((sum, { weight }, i) => sum + weight * (folds[i]?.loss ?? NaN), 0);
  return {
    values: Object.fromEntries([...values, ['loss', loss]]),
    confusions: new Map(
      heads.flatMap(({ head }, i) => {
        const counts = folds[i]?.confusion;
        return counts ? [[head.loss, counts]] : [];
      }),
    ),
    scores: new Map(
      heads.flatMap(({ head }, i) => {
        const scores = folds[i]?.scores;
        return scores ? [[head.loss, scores]] : [];
      }),
    ),
  };
}
