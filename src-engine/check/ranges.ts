/**
 * What a final activation takes from a loss: numbers its targets have but the prediction cannot be, or raw
 * scores that the loss wants free. Follows from what layers and fields declare of their ranges, so a new
 * activation or loss needs nothing here.
 */
import { own } from '../ir/record.ts';
import type { PortRef } from '../ir/document.ts';
import type { DocumentEdit } from '../ir/edits.ts';
import type { Fix, Problem } from '../ir/problem.ts';
import type { Interval } from '../ir/attrs.ts';
import type { NodeAnalysis } from './analysis.ts';
import { fieldsOf } from './connections.ts';
import { type CheckContext, sourceOf, wireInto } from './context.ts';

export function checkRanges(context: CheckContext): readonly Problem[] {
  return context.lossNodes.flatMap((id) => {
    const loss = context.nodes.get(id);
    const [prediction, target] = loss?.ports.in ?? [];
    if (!loss || prediction === undefined || target === undefined) return [];
    const limits = limitsBefore(context, { node: id, port: prediction });
    const [last] = limits;
    const wanted = own(loss.definition?.portRanges(loss.attrs) ?? {}, prediction);
    if (wanted && sourceOf(context, { node: id, port: prediction })) {
      return meaningless(loss, prediction, wanted, last);
    }
    if (!last) return [];
    const found = loss.definition?.takesScores
      ? squashedScores(loss, last, limits)
      : unreachableTargets(last, limits, targetsAt(context, { node: id, port: target }));
    if (!found) return [];
    const { cause, ...problem } = found;
    const fix = removal(context, cause);
    return [
      {
        ...problem,
        severity: 'warning',
        node: id,
        port: prediction,
        ...(fix && { fixes: [fix] }),
      },
    ];
  });
}

/** A layer on the way to a loss whose numbers lie in a range. */
interface Limit {
  readonly node: NodeAnalysis;
  readonly inPort: string;
  readonly range: Interval;
  /** Where its output goes, on this way. */
  readonly to: PortRef;
}
interface Found extends Pick<Problem, 'code' | 'message' | 'explanation'> {
  /** Without these there is no problem. */
  readonly cause: readonly Limit[];
}

/** The nearest first, up to a layer that gives any number; through those that pass numbers on. */
function limitsBefore(context: CheckContext, to: PortRef): readonly Limit[] {
  const found: Limit[] = [];
  let at = to;
  for (let steps = 0; steps <= context.nodes.size; steps++) {
    const node = context.nodes.get(sourceOf(context, at)?.node ?? '');
    const range = node?.definition?.range(node.attrs);
    const [inPort] = node?.ports.in ?? [];
    // In a cycle it would come round again.
    const isFoundAgain = found.some((limit) => limit.node === node);
    if (!node || range === undefined || inPort === undefined || isFoundAgain) break;
    if (range !== 'input') found.push({ node, inPort, range, to: at });
    at = { node: node.id, port: inPort };
  }
  return found;
}

/** A prediction that may leave the bounds within which the loss has a meaning. */
function meaningless(
  loss: NodeAnalysis,
  port: string,
  wanted: Interval,
  last: Limit | undefined,
): readonly Problem[] {
  const [low, high] = last?.range ?? [-Infinity, Infinity];
  if (low >= wanted[0] && high <= wanted[1]) return [];
  return [
    {
      code: 'loss.out-of-bounds',
      severity: 'warning',
      node: loss.id,
      port,
      message: `${loss.type} takes numbers ${rangeText(wanted)} alone, and others may come.`,
      explanation: 'Put an activation before it that gives only such numbers.',
    },
  ];
}

function squashedScores(loss: NodeAnalysis, last: Limit, cause: readonly Limit[]): Found {
  const { type } = last.node;
  const applied = loss.definition?.takesScores ?? '';
  return type.toLowerCase() === applied
    ? {
        code: `loss.double-${applied}`,
        message: `${loss.type} applies ${applied} itself; this ${type} flattens the gradient.`,
        explanation:
          'Applied twice, the scores can no longer become certain, and learning slows down.',
        cause,
      }
    : {
        code: 'loss.squashed-scores',
        message: `${loss.type} takes raw scores, but ${type} gives only numbers ${rangeText(last.range)}.`,
        explanation: 'To be certain, scores must be free to grow both above and below zero.',
        cause,
      };
}

export interface Targets {
  readonly range: Interval;
  readonly text: string;
}

/** Targets may stick out by this share of their own range: noise, or one odd sample. */
const TOLERANCE = 0.01;

function unreachableTargets(
  last: Limit,
  limits: readonly Limit[],
  targets: Targets | null,
): Found | null {
  if (!targets) return null;
  const [low, high] = targets.range;
  const slack = TOLERANCE * (high - low);
  const reaches = ({ range }: Limit) => low >= range[0] - slack && high <= range[1] + slack;
  if (reaches(last)) return null;
  const fitting = limits.findIndex(reaches);
  return {
    code: 'loss.unreachable-targets',
    message: `${last.node.type} gives only numbers ${rangeText(last.range)}, but the targets ${targets.text}.`,
    explanation: 'The prediction cannot reach them, however long it trains.',
    cause: fitting < 0 ? limits : limits.slice(0, fitting),
  };
}

function rangeText([low, high]: Interval): string {
  return high === Infinity ? `from ${low} on` : `from ${low} to ${high}`;
}

/** As far as the data description tells. */
export function targetsAt(context: CheckContext, to: PortRef): Targets | null {
  let source = sourceOf(context, to);
  for (let steps = 0; source && steps <= context.nodes.size; steps++) {
    const node = context.nodes.get(source.node);
    if (node?.definition?.role === 'data') return fieldTargets(node, source.port);
    const [inPort] = node?.ports.in ?? [];
    if (!node || node.definition?.range(node.attrs) !== 'input' || inPort === undefined) break;
    source = sourceOf(context, { node: node.id, port: inPort });
  }
  return null;
}

function fieldTargets(node: NodeAnalysis, port: string): Targets | null {
  const field = fieldsOf(node).find(({ name }) => name === port);
  if (!field || field.dtype !== 'f32') return null;
  const within = (range: Interval): Targets => ({ range, text: `go ${rangeText(range)}` });
  if (field.role !== 'input') return field.range ? within(field.range) : null;
  const isImage = field.shape.length === 3;
  switch (node.attrs['normalise']) {
    case 'unit':
      return within([0, 1]);
    case 'auto':
      return isImage ? within([0, 1]) : STANDARDISED;
    case 'standardise':
      return STANDARDISED;
    default:
      return null;
  }
}

/** Values on both sides of zero, and some as far from it as one. */
const STANDARDISED: Targets = { range: [-1, 1], text: 'are scaled to mean 0 and deviation 1' };

/** Takes the layers out; one whose output others use as well is passed by. */
function removal(context: CheckContext, limits: readonly Limit[]): Fix | null {
  const isShared = ({ node }: Limit) => (context.index.from.get(node.id) ?? []).length > 1;
  if (!limits.some(isShared)) {
    const types = limits.map(({ node }) => node.type).reverse();
    const edits = limits.map(({ node }): DocumentEdit => ({
      kind: 'removeNode',
      id: node.id,
      heal: true,
    }));
    return { label: `Remove ${types.join(' and ')}`, edits };
  }
  const first = limits.at(-1);
  const [last] = limits;
  const wire = first && wireInto(context, { node: first.node.id, port: first.inPort });
  // What lies between them (a Flatten) would be passed by too, so only neighbours are.
  if (!wire || !last || limits.length > 1) return null;
  // In a cycle the layer comes round again, through whatever is wired to it.
  const before = limitsBefore(context, { node: first.node.id, port: first.inPort });
  if (before.some(({ node }) => node === first.node)) return null;
  return {
    label: `Wire ${last.to.node} to ${wire.from.node} instead`,
    edits: [{ kind: 'addWire', wire: { from: wire.from, to: last.to } }],
  };
}
