/** Which weights of a run are meant: best, last or those of a step; `RUN@best`, `RUN@1200`. */
import { inputError } from '#engine/ir/index.ts';
import type { RunCheckpoint, WhichWeights } from '#engine/protocol/index.ts';
import type { RunsService } from '../runs/runs.ts';
import { pathOf } from '../runs/checkpointFiles.ts';

export interface ChosenWeights {
  readonly path: string;
  readonly which: RunCheckpoint['which'];
  readonly step: number;
}

/** Without a choice the best, and where there is none the last. */
export function weightsOf(
  runs: Pick<RunsService, 'retention' | 'checkpointDir'>,
  runId: string,
  wanted?: WhichWeights,
): ChosenWeights {
  const all = runs.retention.checkpoints(runId);
  const kinds = wanted === undefined ? (['best', 'last', 'kept'] as const) : [wanted];
  for (const kind of kinds) {
    const found =
      typeof kind === 'number'
        ? all.find(({ step }) => step === kind)
        : all.findLast(({ which }) => which === kind);
    if (found) {
      return {
        path: pathOf(runs.checkpointDir(runId), found),
        which: found.which,
        step: found.step,
      };
    }
  }
  const steps = all.map(({ step, which }) =>
    which === 'kept' ? String(step) : `${which} (${step})`,
  );
  throw inputError('export.no-checkpoint', 'The run has no such checkpoint.', {
    path: runId,
    explanation: steps.length === 0 ? 'It has none at all.' : `It has ${steps.join(', ')}.`,
  });
}
