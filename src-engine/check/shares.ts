/**
 * Where probabilities of classes are meant: a loss that is given numbers which are none, and steps of augmentation that
 * mix labels which something takes as they are.
 */
import { augmentSteps } from '../augment/index.ts';
import type { DataField, Step } from '../ir/attrs.ts';
import type { Wire } from '../ir/document.ts';
import type { Problem } from '../ir/problem.ts';
import { own } from '../ir/record.ts';
import { portOf } from '../layers/define.ts';
import { fieldsOf } from './connections.ts';
import { type CheckContext, sourceOf } from './context.ts';
import { toFixes } from './layerFixes.ts';
import { targetsAt } from './ranges.ts';

export function checkShares(context: CheckContext): readonly Problem[] {
  return [...noShares(context), ...unmixedLabels(context)];
}

/** Fields of numbers as the target: by their shape alone they might be probabilities. */
function noShares(context: CheckContext): readonly Problem[] {
  return context.lossNodes.flatMap((node): readonly Problem[] => {
    const { definition, inputs } = context.nodes.get(node) ?? {};
    const port = portOf(definition, 'target');
    if (!definition?.takesProbabilities || port === undefined) return [];
    if (own(inputs, port)?.dtype !== 'f32' || context.broken.has(node)) return [];
    const source = sourceOf(context, { node, port });
    if (context.nodes.get(source?.node ?? '')?.definition?.role !== 'data') return [];
    const targets = targetsAt(context, { node, port });
    if (targets && targets.range[0] >= 0 && targets.range[1] <= 1) return [];
    const { ofNumbers } = definition.takesProbabilities;
    const fixes = toFixes(context, node, [{ kind: 'replace', type: ofNumbers }]);
    return [
      {
        ...{ code: 'loss.needs-labels', severity: 'error', node, port },
        message: `${definition.type} compares with class labels or their probabilities but gets numbers.`,
        explanation: targets
          ? `Those of the data ${targets.text}, and probabilities lie between 0 and 1. For numbers as the target, use ${ofNumbers}.`
          : `For numbers as the target, use ${ofNumbers}.`,
        ...(fixes.length > 0 && { fixes }),
      },
    ];
  });
}

function unmixedLabels(context: CheckContext): readonly Problem[] {
  return context.dataNodes.flatMap((id): readonly Problem[] => {
    const node = context.nodes.get(id);
    const steps = (node?.attrs['augment'] ?? []) as readonly Step[];
    const step = steps.find(({ step: name, off }) => {
      const found = augmentSteps.get(name);
      return off !== true && found !== undefined && 'mix' in found;
    });
    if (!node || !step) return [];
    const label = augmentSteps.get(step.step)?.label ?? step.step;
    const taker = fieldsOf(node)
      .filter(({ role }) => role !== 'input')
      .flatMap((field) => takersOf(context, id, field))
      .at(0);
    if (!taker) return [];
    return [
      {
        ...{ code: 'data.unmixed-labels', severity: 'error', node: id, path: 'attrs.augment' },
        message: `${label} mixes pictures and their classes, but ${taker.node} takes ${taker.field} as it is.`,
        explanation:
          'Shares of classes are for CrossEntropyLoss, with a score for each class. Switch the step off, or use that loss.',
      },
    ];
  });
}

/** Who would be given shares of the field and cannot tell. */
function takersOf(context: CheckContext, id: string, { name, classes }: DataField) {
  const wires = (from: string, port: string | undefined): readonly Wire[] =>
    (context.index.from.get(from) ?? []).filter(
      (wire) => port === undefined || wire.from.port === port,
    );
  const seen = new Set<string>();
  const taken: { readonly node: string; readonly field: string }[] = [];
  const open = [...wires(id, name)];
  for (let wire = open.pop(); wire; wire = open.pop()) {
    const node = context.nodes.get(wire.to.node);
    if (!node || !context.live.has(node.id) || seen.has(`${node.id}.${wire.to.port}`)) continue;
    seen.add(`${node.id}.${wire.to.port}`);
    if (node.bypassed) open.push(...wires(node.id, undefined));
    else if (
      classes === undefined ||
      !node.definition?.takesProbabilities ||
      portOf(node.definition, 'target') !== wire.to.port
    ) {
      taken.push({ node: node.id, field: name });
    }
  }
  return taken;
}
