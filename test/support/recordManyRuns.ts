/** Many finished runs on record, as a week of trying things would have left them: of a few settings each. */
import { readFileSync } from 'node:fs';
import { restoreDocumentText } from '#engine/ir/restoreDocument.ts';
import type { MetricPoint } from '#engine/protocol/index.ts';
import { RunsService } from '#main/services/runs/runs.ts';
import { example } from './cli.ts';

const EPOCHS = 10;
const STEPS = 20;

export default function recordManyRuns(home: string, count: string, exampleName = 'moons'): void {
  const nothing = (): undefined => undefined;
  const runs = new RunsService({
    ...{ folder: home, onChanged: nothing, onRemoved: nothing, onFault: nothing },
  });
  const read = restoreDocumentText(readFileSync(example(exampleName), 'utf8'));
  if (!read.ok) throw new Error('The example cannot be read.');
  const { document } = read;
  const [objective] = document.training.objectives;
  if (!objective) throw new Error('The example trains nothing.');
  for (let i = 0; i < Number(count); i++) {
    const lr = [1e-4, 1e-3, 1e-2, 1e-1][i % 4] ?? 1e-3;
    const attrs = { ...objective.optimizer.attrs, lr };
    const own = { ...objective, optimizer: { ...objective.optimizer, attrs } };
    const training = { ...document.training, objectives: [own], seed: i % 5 };
    const { id: runId } = runs.create({ ...document, id: `made-${i % 3}`, training });
    const points = Array.from({ length: EPOCHS }, (_, e) => pointsOfEpoch(e, i)).flat();
    runs.metrics({ runId, points });
    const { progress } = runs.summary(runId);
    const done = { step: EPOCHS * STEPS, totalSteps: EPOCHS * STEPS, epoch: EPOCHS };
    const state = i % 17 === 3 ? 'stopped' : i % 23 === 5 ? 'failed' : 'finished';
    const last = { ...done, totalEpochs: EPOCHS, elapsedMs: 900 + i * 7, stepsPerEpoch: STEPS };
    runs.progress({ runId, progress: { ...progress, ...last, state } });
  }
  runs.close();
}

function pointsOfEpoch(epoch: number, run: number): readonly MetricPoint[] {
  const place = (k: number) => ({ step: epoch * STEPS + k + 1, timeMs: (epoch * STEPS + k) * 4 });
  const lossAt = (step: number): number =>
    Math.exp(-step / (30 + (run % 9) * 8)) + 0.05 * Math.abs(Math.sin(step * 12.9898 + run));
  const train = Array.from({ length: STEPS }, (_, k): MetricPoint => {
    const at = place(k);
    return { split: 'train', ...at, epoch: epoch + k / STEPS, values: { loss: lossAt(at.step) } };
  });
  const at = place(STEPS - 1);
  const accuracy = 0.99 - lossAt(at.step) / 4 - (run % 4) / 200;
  const values = { loss: lossAt(at.step) * 1.1, accuracy };
  return [...train, { split: 'validation', ...at, epoch: epoch + 1, values }];
}
