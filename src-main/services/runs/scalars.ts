/**
 * The numbers of a telemetry frame by node and parameter, without histograms and pictures: so little that
 * every frame's are kept. What the gradient strip needs of them is read from here too.
 */
import { decodeValue, encodeValue } from '#engine/protocol/codec.ts';
import type { GradientTrack, TelemetryFrame } from '#engine/protocol/index.ts';
import { packChannels, type PackedChannels } from './channelSizes.ts';

export interface FrameScalars {
  readonly epoch: number;
  readonly timeMs: number;
  readonly nodes: readonly string[];
  /** mean, standardDeviation, zeroShare, nonFiniteShare, gradientNorm of each; NaN where it has none. */
  readonly ofNodes: Float32Array;
  readonly parameters: readonly string[];
  /** Which of the nodes each is of, by its place. */
  readonly owners: readonly number[];
  /** mean, standardDeviation, gradientNorm, updateRatio of each. */
  readonly ofParameters: Float32Array;
  /** Absent in records of before. */
  readonly channels?: PackedChannels | undefined;
}

const NODE_NUMBERS = 5;
const PARAMETER_NUMBERS = 4;

export function packScalars({ epoch, timeMs, nodes, parameters }: TelemetryFrame): Uint8Array {
  const ids = nodes.map(({ node }) => node);
  const scalars: FrameScalars = {
    epoch,
    timeMs,
    nodes: ids,
    ofNodes: Float32Array.from(
      nodes.flatMap((each) => [
        ...[each.mean, each.standardDeviation, each.zeroShare, each.nonFiniteShare],
        each.gradientNorm ?? NaN,
      ]),
    ),
    parameters: parameters.map(({ name }) => name),
    owners: parameters.map(({ node }) => ids.indexOf(node)),
    ofParameters: Float32Array.from(
      parameters.flatMap(({ mean, standardDeviation, gradientNorm, updateRatio }) => [
        ...[mean, standardDeviation, gradientNorm, updateRatio],
      ]),
    ),
    channels: packChannels(nodes),
  };
  return encodeValue(scalars);
}

/** Throws on bytes that were not packed here. */
export function unpackScalars(bytes: Uint8Array): FrameScalars {
  return decodeValue(bytes) as FrameScalars;
}

/** Of the newest network alone: one that was changed has other columns. */
export function gradientTrack(
  rows: readonly { readonly step: number; readonly scalars: FrameScalars }[],
): GradientTrack {
  const last = rows.at(-1)?.scalars;
  if (!last) return { nodes: [], steps: new Float64Array(), norms: [], updateRatios: [] };
  const same = rows.filter(({ scalars }) => scalars.nodes.join() === last.nodes.join());
  const columns = last.nodes.flatMap((_, i) =>
    Number.isNaN(last.ofNodes[i * NODE_NUMBERS + 4] ?? NaN) ? [] : [i],
  );
  return {
    nodes: columns.map((i) => last.nodes[i] ?? ''),
    steps: Float64Array.from(same, ({ step }) => step),
    norms: same.map(({ scalars }) =>
      Float32Array.from(columns, (i) => scalars.ofNodes[i * NODE_NUMBERS + 4] ?? NaN),
    ),
    updateRatios: same.map(({ scalars: { owners, ofParameters } }) =>
      Float32Array.from(columns, (i) => {
        // The first parameter of a node is its weight.
        const first = owners.indexOf(i);
        return first < 0 ? NaN : (ofParameters[first * PARAMETER_NUMBERS + 3] ?? NaN);
      }),
    ),
  };
}
