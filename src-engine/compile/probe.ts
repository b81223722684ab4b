/**
 * Telemetry as ops: statistics, histograms, norms and small pictures of what each node computes, for a few
 * samples of the batch, and of the weights a step has changed (see decision 5). Results
 * are outputs named `probe:...`. Nothing here changes the model.
 */
import type { Analysis } from '../check/analysis.ts';
import type { ArenaKind, ValueId } from '../ir/graph.ts';
import { own } from '../ir/record.ts';
import { type ConcreteShape, elementCount } from '../ir/tensor.ts';
import type { GraphBuilder, Value } from '../ops/builder.ts';
import { reshape, scale, sub } from '../ops/nn.ts';
import type { ArenaRange, Layout, ParameterSlot } from './layout.ts';
import { nodeOf, portKey, type Lowered } from './lower.ts';
import { unitAxis } from './silence.ts';
import { norm } from './update.ts';

export const HISTOGRAM_BINS = 36;
/** Numbers that make a smooth histogram of so many bins. */
const HISTOGRAM_NUMBERS = 65_536;
/** Feature maps of the first sample that a picture may choose from. */
const PICTURE_CHANNELS = 8;
const PICTURE_UNITS = 64;
/** More filters than the inspector shows would only be copied. */
const FILTERS = 64;
/** Rows that a card has room for; of more units neighbours are taken together. */
export const CHANNEL_ROWS = 32;

export const probeName = {
  objectiveGradient: (index: number) => `probe:objective:${index}:gradient`,
  stats: (node: string) => `probe:${node}:stats`,
  histogram: (node: string) => `probe:${node}:histogram`,
  gradient: (node: string) => `probe:${node}:gradient`,
  picture: (node: string) => `probe:${node}:picture`,
  channels: (node: string) => `probe:${node}:channels`,
  parameterStats: (name: string) => `probe:${name}:weights`,
  parameterHistogram: (name: string) => `probe:${name}:weightHistogram`,
  parameterGradient: (name: string) => `probe:${name}:weightGradient`,
  parameterNorm: (name: string) => `probe:${name}:weightNorm`,
  updateNorm: (name: string) => `probe:${name}:update`,
  filters: (name: string) => `probe:${name}:filters`,
} as const;

/** Nodes whose activations are watched: everything that outputs numbers, losses aside. */
export function probedNodes(analysis: Analysis): readonly string[] {
  return analysis.live.filter((id) => {
    const node = nodeOf(analysis, id);
    const [port] = node.ports.out;
    return node.definition?.role !== 'loss' && own(node.outputs, port ?? '')?.dtype === 'f32';
  });
}

/** How many samples to watch: a forward pass of about so many FLOP, but enough for batch statistics. */
const WATCHED_FLOP = 1.25e8;
const WATCHED_LEAST = 8;
const WATCHED_MOST = 64;

/**
 * The first samples of a batch stand for all of it, at a fraction of the cost. Batch normalisation sees
 * their mean and variance instead of the whole batch's: noisier, but of the right size from eight samples on
 * (an image gives many values per channel).
 */
export function watchedSamples(analysis: Analysis, batch: number): number {
  const affordable = Math.floor(WATCHED_FLOP / Math.max(1, analysis.flopsPerSample));
  return Math.min(batch, WATCHED_MOST, Math.max(WATCHED_LEAST, affordable));
}

/**
 * `share`: what part of a batch the graph computes. Norms of gradients are given as those of a whole batch:
 * the mean over n samples has gradients of 1/n per sample, n of them, so their norm goes as 1 / sqrt(n).
 */
export function probeActivations(
  { builder, outputs }: Lowered,
  analysis: Analysis,
  gradients: ReadonlyMap<ValueId, Value>,
  share: number,
): void {
  for (const id of probedNodes(analysis)) {
    const node = nodeOf(analysis, id);
    const [port = ''] = node.ports.out;
    const value = outputs.get(portKey({ node: id, port }));
    if (!value) continue;
    builder.within({ node: id, role: 'probe' }, () => {
      const stats = builder.emit('tensorStats', [value], {});
      builder.output(probeName.stats(id), stats);
      const few = fewSamples(builder, value);
      const histogram = builder.emit('histogram', [few, stats], { bins: HISTOGRAM_BINS });
      builder.output(probeName.histogram(id), histogram);
      // What data holds is shown as it is.
      if (node.definition?.role !== 'data') {
        builder.output(probeName.channels(id), channelSizes(builder, few));
      }
      const gradient = gradients.get(value.id);
      if (gradient) {
        const whole = scale(builder, norm(builder, gradient), Math.sqrt(share));
        builder.output(probeName.gradient(id), whole);
      }
      builder.output(probeName.picture(id), picture(builder, value));
    });
  }
}

/** As many whole samples as a histogram needs; the rest of a large feature map would only cost time. */
function fewSamples(builder: GraphBuilder, value: Value): Value {
  const [batch = 1] = value.type.shape;
  const perSample = elementCount(value.type.shape) / batch;
  const length = Math.max(1, Math.floor(HISTOGRAM_NUMBERS / perSample));
  return length < batch ? builder.emit('slice', [value], { axis: 0, start: 0, length }) : value;
}

/**
 * How large the answers of each unit are: the mean of |y| over samples and places, in up to 32 rows. A unit
 * is what silence.ts takes for one; of more than 32 so many neighbours make a row that 32 are enough, and
 * the last one may have fewer.
 */
export function channelSizes(builder: GraphBuilder, value: Value): Value {
  const { shape } = value.type;
  const axis = unitAxis(shape);
  // One number per sample is one unit.
  const units = axis > 0 ? (shape[axis] ?? 1) : 1;
  const inner = elementCount(shape.slice(axis + 1));
  const outer = elementCount(shape) / (units * inner);
  const sizes = reshape(builder, builder.emit('abs', [value], {}), [outer, units, inner]);
  const all = builder.emit('groupMean', [sizes], {});
  const each = Math.ceil(units / CHANNEL_ROWS);
  if (each === 1) return all;
  const rows = (start: number, count: number, of: number): Value => {
    const part = builder.emit('slice', [all], { axis: 0, start, length: count * of });
    return builder.emit('groupMean', [reshape(builder, part, [1, count, of])], {});
  };
  const whole = Math.floor(units / each);
  const left = units - whole * each;
  const full = rows(0, whole, each);
  if (left === 0) return full;
  return builder.emit('concat', [full, rows(whole * each, 1, left)], { axis: 0 });
}

/** The first sample: up to eight feature maps of an image, up to 64 units of anything else, evenly spread. */
function picture(builder: GraphBuilder, value: Value): Value {
  const first = builder.emit('slice', [value], { axis: 0, start: 0, length: 1 });
  const [, channels = 1] = value.type.shape;
  if (value.type.shape.length === 4) {
    const length = Math.min(channels, PICTURE_CHANNELS);
    return builder.emit('slice', [first], { axis: 1, start: 0, length });
  }
  const count = elementCount(first.type.shape);
  const flat = reshape(builder, first, [count]);
  if (count <= PICTURE_UNITS) return flat;
  // The first units of a flattened image are its black edge.
  const stride = Math.floor(count / PICTURE_UNITS);
  const whole = builder.emit('slice', [flat], {
    axis: 0,
    start: 0,
    length: stride * PICTURE_UNITS,
  });
  const rows = reshape(builder, whole, [PICTURE_UNITS, stride]);
  const column = builder.emit('slice', [rows], { axis: 1, start: stride >> 1, length: 1 });
  return reshape(builder, column, [PICTURE_UNITS]);
}

/** Where the weights before a watched step are kept; `$`: of the run, not of the model. */
const beforeName = (parameter: string): string => `$probe.before.${parameter}`;

/** The leaf that holds a parameter as it was before the watched step. */
function before(builder: GraphBuilder, name: string, shape: ConcreteShape): Value {
  const init = { kind: 'constant', value: 0 } as const;
  return builder.leaf({ kind: 'buffer', name: beforeName(name), init }, { dtype: 'f32', shape });
}

function parameterLeaf(builder: GraphBuilder, { name, init, ref }: ParameterSlot): Value {
  return builder.leaf({ kind: 'parameter', name, init }, ref.type);
}

/** Keeps all weights as they are, for `probeParameters` to compare with. */
export function keepParameters(builder: GraphBuilder, layout: Layout): void {
  for (const slot of layout.parameters.values()) {
    builder.within({ node: slot.node, role: 'probe' }, () => {
      const target = before(builder, slot.name, slot.ref.type.shape);
      builder.emit('assign', [target, parameterLeaf(builder, slot)], {});
    });
  }
}

/** Weights and gradients as the step left them, and how far it moved the weights. */
export function probeParameters(
  builder: GraphBuilder,
  layout: Layout,
  { objectives }: Pick<Analysis, 'objectives'>,
): void {
  const total = (
    arena: ArenaKind,
    { offset, length }: ArenaRange = { offset: 0, length: layout.arenaLength },
  ): Value =>
    norm(
      builder,
      builder.leaf({ kind: 'arena', arena, offset }, { dtype: 'f32', shape: [length] }),
    );
  builder.within({ role: 'probe' }, () => {
    builder.output('gradientNorm', total('gradients'));
    builder.output('parameterNorm', total('parameters'));
    if (objectives.length < 2) return;
    for (const { index, groups } of objectives) {
      const nodes = groups.flatMap((group) => group.nodes);
      if (nodes.length === 0) continue;
      builder.output(probeName.objectiveGradient(index), total('gradients', layout.rangeOf(nodes)));
    }
  });
  for (const slot of layout.parameters.values()) {
    const { name, node, ref } = slot;
    builder.within({ node, role: 'probe' }, () => {
      const weights = parameterLeaf(builder, slot);
      const gradient = builder.leaf({ kind: 'gradient', name }, ref.type);
      const old = before(builder, name, ref.type.shape);
      const stats = builder.emit('tensorStats', [weights], {});
      builder.output(probeName.parameterStats(name), stats);
      builder.output(
        probeName.parameterHistogram(name),
        builder.emit('histogram', [weights, stats], { bins: HISTOGRAM_BINS }),
      );
      builder.output(probeName.parameterNorm(name), norm(builder, old));
      builder.output(probeName.parameterGradient(name), norm(builder, gradient));
      builder.output(probeName.updateNorm(name), norm(builder, sub(builder, weights, old)));
      const [count = 1, , ...kernel] = ref.type.shape;
      if (kernel.length === 2) {
        // The first input plane of each filter.
        const planes = builder.emit('slice', [weights], { axis: 1, start: 0, length: 1 });
        const shown = { axis: 0, start: 0, length: Math.min(count, FILTERS) };
        builder.output(probeName.filters(name), builder.emit('slice', [planes], shown));
      }
    });
  }
}
