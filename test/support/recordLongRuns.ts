/** Finished runs of very many steps, each with a rate of its own, as a night of trying rates leaves them. */
import type { MetricPoint } from '#engine/protocol/index.ts';
import { RunsService } from '#main/services/runs/runs.ts';
import { pointsDocument } from './documents.ts';

const STEPS_PER_EPOCH = 1000;

export default function recordLongRuns(home: string, count: string, steps: string): void {
  const nothing = (): undefined => undefined;
  const runs = new RunsService({
    ...{ folder: home, onChanged: nothing, onRemoved: nothing, onFault: nothing },
  });
  const totalSteps = Number(steps);
  const document = pointsDocument('moons', 2, { epochs: totalSteps / STEPS_PER_EPOCH });
  const [objective] = document.training.objectives;
  if (!objective) throw new Error('The document trains nothing.');
  for (let run = 0; run < Number(count); run++) {
    const attrs = { ...objective.optimizer.attrs, lr: 1e-3 * (run + 1) };
    const own = { ...objective, optimizer: { ...objective.optimizer, attrs } };
    const training = { ...document.training, objectives: [own] };
    const { id: runId } = runs.create({ ...document, id: 'long', training });
    runs.metrics({ runId, points: pointsOf(run, totalSteps) });
    const { progress } = runs.summary(runId);
    const done = { step: totalSteps, totalSteps, stepsPerEpoch: STEPS_PER_EPOCH };
    const epochs = Math.floor(totalSteps / STEPS_PER_EPOCH);
    const last = { ...done, epoch: epochs, totalEpochs: epochs, elapsedMs: totalSteps * 5 };
    runs.progress({ runId, progress: { ...progress, ...last, state: 'finished' } });
  }
  runs.close();
}

/** Each falls to a height of its own, with noise. */
function pointsOf(run: number, steps: number): readonly MetricPoint[] {
  const lossAt = (step: number): number =>
    0.1 + run / 40 + Math.exp(-step / 9000) + 0.04 * Math.abs(Math.sin(step * 12.9898 + run));
  return Array.from({ length: steps }, (_, i): MetricPoint[] => {
    const step = i + 1;
    const loss = lossAt(step);
    const at = { step, epoch: i / STEPS_PER_EPOCH, timeMs: i * 5 };
    const accuracy = 1 - loss / 3;
    const train = { loss, accuracy, learningRate: 1e-3 * (run + 1) };
    const isEpochEnd = step % STEPS_PER_EPOCH === 0;
    return [
      { split: 'train', ...at, values: train },
      ...(isEpochEnd
        ? [{ split: 'validation' as const, ...at, values: { loss: loss * 1.1, accuracy } }]
        : []),
    ];
  }).flat();
}
