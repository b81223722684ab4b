/**
 * The count of silent units as a program: forward over a batch as in training, and of each unit the largest
 * size of its answer, kept over as many batches as the host runs it for. A unit that is still at zero then
 * has not answered once. Changes nothing of the model.
 */
import type { Analysis } from '../check/analysis.ts';
import type { ConcreteShape } from '../ir/tensor.ts';
import type { GraphBuilder, Value } from '../ops/builder.ts';
import { nodeOf, portKey, type Lowered } from './lower.ts';

/** So many samples say with 99 % that a unit called silent answers to less than 1 of 200. */
const SAMPLES_MOST = 1024;
/** Fewer where a forward pass is dear, to about so many FLOP, but no fewer than this. */
const FLOP_MOST = 2e9;
const SAMPLES_LEAST = 128;
/** Samples of one run. */
const BATCH_MOST = 64;
const BATCH_LEAST = 8;

/** Largest size of each unit's answer since it was cleared; `$`: of the run, not of the model. */
export const loudestName = (node: string): string => `$silence.${node}`;

/** Nodes whose layer may fall silent for good. */
export function silenceNodes(analysis: Analysis): readonly string[] {
  return analysis.live.filter((id) => {
    const { definition, bypassed } = nodeOf(analysis, id);
    return definition?.whenSilent !== undefined && !bypassed;
  });
}

/** Samples that one count takes, and of how many one run is. */
export function silenceSamples(
  { flopsPerSample }: Analysis,
  trainBatch: number,
): { readonly samples: number; readonly batch: number } {
  const affordable = Math.floor(FLOP_MOST / Math.max(1, flopsPerSample));
  return {
    samples: Math.min(SAMPLES_MOST, Math.max(SAMPLES_LEAST, affordable)),
    batch: Math.min(BATCH_MOST, Math.max(BATCH_LEAST, trainBatch)),
  };
}

export function probeSilence({ builder, outputs }: Lowered, analysis: Analysis): void {
  for (const id of silenceNodes(analysis)) {
    const [port = ''] = nodeOf(analysis, id).ports.out;
    const value = outputs.get(portKey({ node: id, port }));
    if (value) builder.within({ node: id, role: 'probe' }, () => keepLoudest(builder, id, value));
  }
}

function keepLoudest(builder: GraphBuilder, node: string, value: Value): void {
  const { shape } = value.type;
  const size = builder.emit('abs', [value], {});
  const axes = shape.map((_, axis) => axis).filter((axis) => axis !== unitAxis(shape));
  const loudest = builder.emit('max', [size], { axes, keepDims: false });
  const kept = builder.leaf(
    { kind: 'buffer', name: loudestName(node), init: { kind: 'constant', value: 0 } },
    loudest.type,
  );
  builder.emit('assign', [kept, builder.emit('maximum', [kept, loudest], {})], {});
}

/** A unit of an image is a whole feature map: its places share their weights, and so their fate. */
export function unitAxis(shape: ConcreteShape): number {
  return shape.length === 4 ? 1 : shape.length - 1;
}
