/** Of train.py: the optimiser and the schedule of each objective, with the parameters they are for. */
import { chosenOptimizer } from '#engine/compile/optimizer.ts';
import { weightOwners } from '#engine/check/objectiveParts.ts';
import { type AttrSchema, type AttrValues, defaultAttrs } from '#engine/ir/attrs.ts';
import { schedules } from '#engine/schedules/index.ts';
import type { Code } from './code.ts';
import type { Part } from './plan.ts';

/** Python that constructs the optimiser of an objective; `model` is in scope. */
export function optimizerOf(code: Code, part: Part): string {
  const { objective, groups } = part.objective;
  const { definition, attrs } = chosenOptimizer(objective);
  const [first, ...others] = groups;
  if (!first) return definition.torch(attrs, '[]');
  if (others.length === 0 && first.settings === null) {
    return definition.torch(attrs, parametersOf(code, part, first.nodes));
  }
  const base = Number(attrs['lr'] ?? 0);
  const entries = groups.map(({ settings, nodes }) => {
    const decay = settings?.weightDecay ?? null;
    const factor = settings?.learningRateFactor ?? 1;
    return [
      `{"params": ${listed(code, nodes)}`,
      ...(factor === 1 ? [] : [`"lr": ${base * factor}`]),
      ...(decay === null || !('weightDecay' in definition.attrs)
        ? []
        : [`"weight_decay": ${decay}`]),
      ...(settings && settings.l1 > 0 ? [`"l1": ${settings.l1}`] : []),
      ...(settings && settings.l2 > 0 ? [`"l2": ${settings.l2}`] : []),
    ].join(', ');
  });
  return definition.torch(attrs, `[${entries.map((each) => `${each}}`).join(', ')}]`);
}

/** All that is not frozen, or by name. */
function parametersOf(code: Code, part: Part, nodes: readonly string[]): string {
  if (code.parts.length > 1) return listed(code, nodes);
  return untrained(code, part).length === 0
    ? 'model.parameters()'
    : '[p for p in model.parameters() if p.requires_grad]';
}

function listed(code: Code, nodes: readonly string[]): string {
  const each = nodes.map((id) => `model.${code.module(id)}.parameters()`);
  return each.length === 1 ? (each[0] ?? '') : `[${each.map((one) => `*${one}`).join(', ')}]`;
}

/** Nodes of the network whose weights stay as they are, where there is one objective. */
export function untrained(code: Code, part: Part): readonly string[] {
  const { wiring } = code;
  const trained = new Set(part.objective.groups.flatMap(({ nodes }) => nodes));
  const owners = new Set(part.nodes.flatMap((id) => weightOwners(wiring.node(id))));
  return [...owners].filter((id) => !trained.has(id));
}

export interface WrittenSchedule {
  /** Python that constructs it; `updates` is in scope. */
  readonly made: string;
  readonly step: 'update' | 'epoch' | 'epochs' | 'metric';
}

/** Null where the rate stays as it is. */
export function scheduleOf(
  { objective: { objective } }: Part,
  optimizer: string,
  mode: 'min' | 'max',
): WrittenSchedule | null {
  const { type, attrs: given } = objective.schedule;
  const definition = schedules.get(type);
  if (!definition) throw new Error('the schedule was not checked');
  // Values fit the schedule's own schema; its type is erased.
  const attrs = { ...defaultAttrs(definition.attrs), ...(given as AttrValues<AttrSchema>) };
  const made = definition.torch(attrs, {
    ...{ optimizer, totalSteps: 'updates', stepsPerEpoch: 'self.updates_per_epoch', mode },
  });
  return made === null ? null : { made, step: definition.torchStep ?? 'update' };
}
