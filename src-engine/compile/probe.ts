/**
 * Telemetry as ops: statistics, histograms, norms and small pictures of what each node computes, added to
 * a training step (see resources/docs/decisions/0002). Results are outputs named `probe:...`.
 */
import type { Analysis } from '../check/analysis.ts';
import type { ValueId } from '../ir/graph.ts';
import { elementCount } from '../ir/tensor.ts';
import type { GraphBuilder, Value } from '../ops/builder.ts';
import { reshape, sub } from '../ops/nn.ts';
import type { Layout } from './layout.ts';
import { nodeOf, portKey, type Lowered } from './lower.ts';
import { norm } from './update.ts';

export const HISTOGRAM_BINS = 36;
/** Feature maps of the first sample that a picture may choose from. */
const PICTURE_CHANNELS = 8;
const PICTURE_UNITS = 64;
/** More filters than the inspector shows would only be copied. */
const FILTERS = 64;

export const probeName = {
  stats: (node: string) => `probe:${node}:stats`,
  histogram: (node: string) => `probe:${node}:histogram`,
  dead: (node: string) => `probe:${node}:dead`,
  gradient: (node: string) => `probe:${node}:gradient`,
  picture: (node: string) => `probe:${node}:picture`,
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
    return node.definition?.category !== 'Loss' && node.outputs[port ?? '']?.dtype === 'f32';
  });
}

export function probeActivations(
  builder: GraphBuilder,
  analysis: Analysis,
  lowered: Lowered,
  gradients: ReadonlyMap<ValueId, Value>,
): void {
  for (const id of probedNodes(analysis)) {
    const node = nodeOf(analysis, id);
    const [port = ''] = node.ports.out;
    const value = lowered.outputs.get(portKey({ node: id, port }));
    if (!value) continue;
    builder.within({ node: id, role: 'probe' }, () => {
      const stats = builder.emit('tensorStats', [value], {});
      builder.output(probeName.stats(id), stats);
      const histogram = builder.emit('histogram', [value, stats], { bins: HISTOGRAM_BINS });
      builder.output(probeName.histogram(id), histogram);
      if (node.definition?.category === 'Activation') {
        builder.output(probeName.dead(id), builder.emit('deadShare', [value], {}));
      }
      const gradient = gradients.get(value.id);
      if (gradient) builder.output(probeName.gradient(id), norm(builder, gradient));
      builder.output(probeName.picture(id), picture(builder, value));
    });
  }
}

/** The first sample: up to eight feature maps of an image, up to 64 units of anything else. */
function picture(builder: GraphBuilder, value: Value): Value {
  const first = builder.emit('slice', [value], { axis: 0, start: 0, length: 1 });
  const [, channels = 1] = value.type.shape;
  if (value.type.shape.length === 4) {
    const length = Math.min(channels, PICTURE_CHANNELS);
    return builder.emit('slice', [first], { axis: 1, start: 0, length });
  }
  const count = elementCount(first.type.shape);
  const flat = reshape(builder, first, [count]);
  return builder.emit('slice', [flat], {
    axis: 0,
    start: 0,
    length: Math.min(count, PICTURE_UNITS),
  });
}

/** Call before the update; the result is what `probeParameters` compares with. */
export function copyOf(builder: GraphBuilder, arena: Value): Value {
  return builder.within({ role: 'probe' }, () =>
    builder.emit('affine', [arena], { scale: 1, shift: 0 }),
  );
}

/** Call after the update. */
export function probeParameters(
  builder: GraphBuilder,
  layout: Layout,
  arenas: { readonly parameters: Value; readonly gradients: Value; readonly before: Value },
): void {
  const change = builder.within({ role: 'probe' }, () =>
    sub(builder, arenas.parameters, arenas.before),
  );
  for (const { name, node, ref } of layout.parameters.values()) {
    const start = ref.offsetBytes / 4;
    const length = elementCount(ref.type.shape);
    const part = (arena: Value): Value =>
      builder.emit('slice', [arena], { axis: 0, start, length });
    builder.within({ node, role: 'probe' }, () => {
      const weights = part(arenas.parameters);
      const stats = builder.emit('tensorStats', [weights], {});
      builder.output(probeName.parameterStats(name), stats);
      builder.output(
        probeName.parameterHistogram(name),
        builder.emit('histogram', [weights, stats], { bins: HISTOGRAM_BINS }),
      );
      builder.output(probeName.parameterNorm(name), norm(builder, part(arenas.before)));
      builder.output(probeName.parameterGradient(name), norm(builder, part(arenas.gradients)));
      builder.output(probeName.updateNorm(name), norm(builder, part(change)));
      const [count = 1, , ...kernel] = ref.type.shape;
      if (kernel.length === 2) {
        // The first input plane of each filter.
        const shaped = reshape(builder, weights, ref.type.shape);
        const planes = builder.emit('slice', [shaped], { axis: 1, start: 0, length: 1 });
        const shown = { axis: 0, start: 0, length: Math.min(count, FILTERS) };
        builder.output(probeName.filters(name), builder.emit('slice', [planes], shown));
      }
    });
  }
}
