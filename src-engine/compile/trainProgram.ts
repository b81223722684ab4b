/**
 * One training step as one program: for each objective in turn its losses forward and back, and the update
 * of what it trains. What an earlier objective computed is used again unless an update has changed it since,
 * so that a GAN makes its fakes once and judges them twice.
 */
import { type ObjectivePart, weightOwners } from '../check/objectiveParts.ts';
import { indexWires, reachable } from '../ir/topology.ts';
import { GraphBuilder, type Value } from '../ops/builder.ts';
import { isFinite, mul } from '../ops/nn.ts';
import {
  accumulateFinite,
  storeGradients,
  type TrainPhase,
  type TrainVariant,
  changesWeights,
} from './accumulation.ts';
import { accumulate, addTo, FINITE_STEPS } from './accumulators.ts';
import { finish, type ProgramContext } from './context.ts';
import { differentiate } from './differentiate.ts';
import { lossesByCount, objectiveLoss, sumOf } from './heads.ts';
import { LossScale } from './lossScale.ts';
import { emptyGraph, lower, type Lowered, type LoweredSoFar, portKey } from './lower.ts';
import { type TrainedGroup, trainedGroups } from './optimizer.ts';
import type { Program } from './program.ts';
import { type Applied, applyUpdates, averageParameters } from './update.ts';

export function trainProgram(
  context: ProgramContext,
  name: string,
  { batch, phase, due }: TrainVariant,
): Program {
  const { analysis } = context;
  const builder = new GraphBuilder();
  const lossScale = context.canStoreAsFloat16 && new LossScale(builder);
  // What is not due is computed and told like the rest, and trains nothing.
  const groups = trainedGroups(analysis).filter(({ objective }) => due.includes(objective));
  let before: LoweredSoFar = emptyGraph(builder);
  const done: { readonly loss: Value; readonly applied: Applied }[] = [];
  for (const part of analysis.objectives) {
    const lowered = lower({
      ...context,
      batch,
      mode: 'train',
      samples: 'rows',
      augments: true,
      nodes: new Set(part.nodes),
      before,
    });
    const loss = objectiveLoss(analysis, lowered, part);
    const lossSum = accumulate(analysis, lowered, { loss, part, batch });
    const finite = builder.within({ role: 'metric' }, () => isFinite(builder, lossSum));
    // As far as the steps before and this one's objectives so far are numbers, this one counts.
    if (part === analysis.objectives.at(-1)) addTo(builder, FINITE_STEPS, finite);
    const own = groups.filter(({ objective }) => objective === part.index);
    const applied = train(context, {
      phase,
      part,
      own,
      lowered,
      loss,
      finite,
      ...(lossScale && { lossScale }),
    });
    done.push({ loss, applied });
    const updated = changesWeights(phase) ? own : [];
    before = { ...lowered, outputs: unchanged(context, lowered.outputs, updated) };
  }
  const fits = done.flatMap(({ applied }) => applied.fits ?? []);
  const [first, ...others] = fits;
  if (lossScale && first) {
    builder.within({ role: 'update' }, () =>
      lossScale.adjust(others.reduce((all, each) => mul(builder, all, each), first)),
    );
  }
  if (context.layout.keepsAverage && changesWeights(phase))
    averageParameters(builder, context.layout);
  const [{ gradientNorm }] = done.map(({ applied }) => applied) as [Applied];
  if (gradientNorm) builder.output('gradientNorm', gradientNorm);
  builder.output(
    'loss',
    sumOf(
      builder,
      done.map(({ loss }) => loss),
    ),
  );
  return finish(context, name, builder, context.canStoreAsFloat16);
}

/** Gradients of one objective and what becomes of its parameters. */
function train(
  { document, layout, analysis }: ProgramContext,
  {
    phase,
    part,
    own,
    lowered,
    loss,
    finite,
    lossScale,
  }: {
    readonly phase: TrainPhase;
    readonly part: ObjectivePart;
    readonly own: readonly TrainedGroup[];
    readonly lowered: Lowered;
    readonly loss: Value;
    readonly finite: Value;
    readonly lossScale?: LossScale;
  },
): Applied {
  if (own.length === 0) return {};
  const { builder } = lowered;
  const nodes = own.flatMap((group) => group.nodes);
  const parameters = layout.parametersOf(nodes, lowered.parameters);
  const parts = phase === 'whole' ? [{ loss, over: null }] : lossesByCount(analysis, lowered, part);
  const counted = parts.map((each) => ({
    over: each.over,
    gradients: differentiate(builder, each.loss, [...parameters.values()], lossScale?.factor),
  }));
  return builder.within({ role: 'update' }, () => {
    const objective = part.index;
    storeGradients(builder, parameters, counted, { phase, objective });
    const allFinite = accumulateFinite(builder, objective, finite, phase);
    if (!changesWeights(phase)) return {};
    return applyUpdates(builder, {
      layout,
      groups: own,
      clip: document.training.gradientClip,
      onlyWhere: allFinite,
      ...(lossScale && { lossScale }),
    });
  });
}

/** Outputs in which none of the parameters just updated has a part. */
function unchanged(
  { document, analysis }: ProgramContext,
  outputs: ReadonlyMap<string, Value>,
  updated: readonly TrainedGroup[],
): ReadonlyMap<string, Value> {
  const owners = new Set(updated.flatMap(({ nodes }) => nodes));
  const readers = analysis.order.filter((id) =>
    weightOwners(analysis.nodes.get(id)).some((owner) => owners.has(owner)),
  );
  const stale = reachable(readers, indexWires(document), 'downstream');
  const gone = new Set(
    [...stale].flatMap((node) =>
      (analysis.nodes.get(node)?.ports.out ?? []).map((port) => portKey({ node, port })),
    ),
  );
  return new Map([...outputs].filter(([key]) => !gone.has(key)));
}
