/** A finished run of very many steps, as another program on the same record would have left it. */
import type { MetricPoint } from '#engine/protocol/index.ts';
import { RunsService } from '#main/services/runs/runs.ts';
import { pointsDocument } from './documents.ts';
import { LONG_RUN_STEPS, lossAt } from './longRun.ts';

export default function recordLongRun(home: string, documentId: string): void {
  const nothing = (): undefined => undefined;
  const runs = new RunsService({
    ...{ folder: home, onChanged: nothing, onRemoved: nothing, onFault: nothing },
  });
  const document = { ...pointsDocument('xor', 2, { epochs: 200 }), id: documentId };
  const { id: runId } = runs.create(document);
  const points = Array.from({ length: LONG_RUN_STEPS }, (_, i): MetricPoint => {
    const step = i + 1;
    const values = { loss: lossAt(step), learningRate: 1e-3, accuracy: (step % 7) / 7 };
    return { split: 'train', step, epoch: i / 1000, timeMs: i * 5, values };
  });
  runs.metrics({ runId, points });
  const progress = {
    ...runs.summary(runId).progress,
    ...{ step: LONG_RUN_STEPS, totalSteps: LONG_RUN_STEPS },
  };
  runs.progress({ runId, progress: { ...progress, state: 'finished', stepsPerEpoch: 1000 } });
  runs.close();
}
