/** What the training of a network takes, for those who write its train.py. */
import { monitorOf } from '#engine/check/monitor.ts';
import { chosenOptimizer } from '#engine/compile/optimizer.ts';
import type { PortRef } from '#engine/ir/document.ts';
import type { TorchModule } from '#engine/optimizers/index.ts';
import type { Treatment } from './augment.ts';
import type { Code } from './code.ts';
import { type Counts, countsOf } from './counts.ts';
import { scheduleOf, type WrittenSchedule } from './optimizers.ts';

/** What the training of this network takes beyond the plainest; the code has nothing of the rest. */
export interface TrainPlan {
  readonly code: Code;
  readonly treatment: Treatment;
  readonly inTurn: boolean;
  readonly accumulates: boolean;
  /** Null where every label counts alike. */
  readonly counts: Counts | null;
  readonly average: { readonly decay: number; readonly evaluate: boolean } | null;
  readonly latents: readonly PortRef[];
  /** The metric that says which epoch is best, as train.py has it; null: none does. */
  readonly monitor: { readonly key: string; readonly better: 'higher' | 'lower' } | null;
  /** Watched in Netloom and not measured by train.py. */
  readonly notMeasured: string | null;
  /** By objective. */
  readonly schedules: readonly (WrittenSchedule | null)[];
  readonly warmups: readonly number[];
}

export function trainPlan(code: Code, treatment: Treatment): TrainPlan {
  const { analysis, document } = code.wiring;
  const { training } = document;
  const inTurn = code.parts.length > 1;
  const watched = monitorOf(training, analysis);
  const isMeasured = watched === null || /(^|\.)(loss|accuracy)$/.test(watched.key);
  const monitor = isMeasured ? watched : ({ key: 'loss', better: 'lower' } as const);
  const latents = analysis.live
    .filter((id) => analysis.nodes.get(id)?.definition?.role === 'latent')
    .flatMap((id) => (analysis.nodes.get(id)?.ports.out ?? []).map((port) => ({ node: id, port })));
  const mode = monitor?.better === 'higher' ? 'max' : 'min';
  const optimizer = (k: number): string => (inTurn ? `self.optimizers[${k}]` : 'self.optimizer');
  return {
    ...{ code, inTurn, monitor, latents, treatment },
    counts: countsOf(code, treatment),
    accumulates: training.accumulateSteps > 1,
    average: training.ema,
    notMeasured: isMeasured ? null : watched.key,
    schedules: code.parts.map((part, k) => scheduleOf(part, optimizer(k), mode)),
    warmups: code.parts.map(({ objective }) => objective.objective.schedule.warmupEpochs),
  };
}

/** Classes of optimisers that PyTorch has not, each once. */
export function optimizerModules({ code }: Pick<TrainPlan, 'code'>): readonly TorchModule[] {
  const modules = code.parts.flatMap(({ objective: { objective } }) => {
    const { torchModule } = chosenOptimizer(objective).definition;
    return torchModule ? [[torchModule.name, torchModule] as const] : [];
  });
  return [...new Map(modules).values()];
}

/** Files of ours that train.py imports beside those of every project. */
export const extraModules = (
  plan: TrainPlan,
): readonly ('average' | 'gradients' | 'penalties' | 'warmup')[] => [
  ...(plan.average ? (['average'] as const) : []),
  ...(plan.accumulates && plan.inTurn ? (['gradients'] as const) : []),
  ...(hasPenalties(plan.code) ? (['penalties'] as const) : []),
  ...(plan.warmups.some((epochs) => epochs > 0) ? (['warmup'] as const) : []),
];

/** Whether some objective is left out of some updates. */
export const hasTurns = (code: Code): boolean =>
  code.parts.some(({ objective }) => objective.objective.every > 1);

/** Whether parameters are penalised. */
export const hasPenalties = (code: Code): boolean =>
  code.parts.some(({ objective }) =>
    objective.groups.some(({ settings }) => settings && (settings.l1 > 0 || settings.l2 > 0)),
  );
