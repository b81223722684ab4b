/**
 * How large the answers of a frame's channels were, as the record keeps them of every frame: in 8 bits, from
 * zero to the largest of each node, so that a channel at zero stays at zero. Part of the numbers (scalars.ts).
 */
import type { ChannelTrack, NodeTelemetry } from '#engine/protocol/index.ts';

/** Of the nodes of a frame, in their order. */
export interface PackedChannels {
  /** How many each node has, 0 where none were told. */
  readonly counts: readonly number[];
  /** The largest finite one of each node. */
  readonly largest: Float32Array;
  /** Those of all nodes, one node after the other. */
  readonly codes: Uint8Array;
}

const STEPS = 254;
const NO_NUMBER = 255;

/** Undefined where none of the nodes has any. */
export function packChannels(nodes: readonly NodeTelemetry[]): PackedChannels | undefined {
  const all = nodes.map(({ channels }) => channels ?? new Float32Array());
  const counts = all.map(({ length }) => length);
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  const largest = Float32Array.from(all, (sizes) =>
    sizes.reduce((most, size) => (size > most && size < Infinity ? size : most), 0),
  );
  const codes = new Uint8Array(total);
  let at = 0;
  for (const [i, sizes] of all.entries()) {
    const top = largest[i] ?? 0;
    for (const size of sizes) {
      codes[at++] = !Number.isFinite(size) ? NO_NUMBER : top > 0 ? (size / top) * STEPS + 0.5 : 0;
    }
  }
  return { counts, largest, codes };
}

function unpackChannels({ counts, largest, codes }: PackedChannels): Float32Array {
  const sizes = new Float32Array(codes.length);
  let at = 0;
  for (const [i, count] of counts.entries()) {
    const unit = (largest[i] ?? 0) / STEPS;
    for (const end = at + count; at < end; at++) {
      const code = codes[at] ?? NO_NUMBER;
      sizes[at] = code === NO_NUMBER ? NaN : code * unit;
    }
  }
  return sizes;
}

interface RecordedRow {
  readonly step: number;
  readonly nodes: readonly string[];
  readonly channels?: PackedChannels | undefined;
}

/** Of the newest network alone: one that was changed has others. Records of before have none. */
export function channelTrack(rows: readonly RecordedRow[]): ChannelTrack {
  const last = rows.at(-1);
  const keyOf = ({ nodes, channels }: RecordedRow): string =>
    `${nodes.join()} ${channels?.counts.join()}`;
  if (!last?.channels) return { nodes: [], counts: [], steps: new Float64Array(), sizes: [] };
  const { counts } = last.channels;
  const key = keyOf(last);
  const same = rows.flatMap(({ step, nodes, channels }) =>
    channels && keyOf({ step, nodes, channels }) === key ? [{ step, channels }] : [],
  );
  return {
    nodes: last.nodes.filter((_, i) => (counts[i] ?? 0) > 0),
    counts: counts.filter((count) => count > 0),
    steps: Float64Array.from(same, ({ step }) => step),
    sizes: same.map(({ channels }) => unpackChannels(channels)),
  };
}
