/**
 * Snapshots as the record keeps them: counts of histograms and values of pictures in 8 bits, each list with
 * its own range, and the whole compressed. What is said in numbers (means, norms, probabilities) is kept as it
 * is, to float32. The eye sees no difference; a frame takes a tenth.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { decodeValue, encodeValue } from '#engine/protocol/codec.ts';
import type {
  BoundaryFrame,
  BoundaryMap,
  Histogram,
  SnapshotKind,
  SnapshotMap,
  TelemetryFrame,
} from '#engine/protocol/index.ts';

/** The fastest that still finds the many equal names. */
const LEVEL = 1;
/** A snapshot that unfolds to more was not written by us. */
const MOST_BYTES = 64_000_000;

/** Values between two ends in so many steps; the last code is for what is no number. */
const STEPS = 254;
const NO_NUMBER = 255;

interface Levels {
  readonly low: number;
  readonly high: number;
  readonly codes: Uint8Array;
}

/**
 * Problems stay as they are: they hold edits, whose values nest without end. Channels are kept of every frame,
 * with its numbers (channelSizes.ts).
 */
type Packed<T> = T extends Float32Array
  ? Levels
  : T extends Uint8Array
    ? T
    : T extends object
      ? {
          readonly [K in keyof T]: K extends 'problems'
            ? T[K]
            : K extends 'channels'
              ? never
              : Packed<T[K]>;
        }
      : T;

export function packSnapshot<K extends SnapshotKind>(kind: K, body: SnapshotMap[K]): Uint8Array {
  return deflateRawSync(encodeValue(PACK[kind](body)), { level: LEVEL });
}

/** Throws on bytes that were not packed here. */
export function unpackSnapshot<K extends SnapshotKind>(kind: K, bytes: Uint8Array): SnapshotMap[K] {
  const { buffer, byteOffset, length } = inflateRawSync(bytes, { maxOutputLength: MOST_BYTES });
  const packed = decodeValue(new Uint8Array(buffer, byteOffset, length));
  return UNPACK[kind](packed as never) as SnapshotMap[K];
}

type PackRules = { readonly [K in SnapshotKind]: (body: SnapshotMap[K]) => unknown };
const asItIs = <T>(body: T): T => body;

const PACK: PackRules = {
  telemetry: (frame) => ({
    ...frame,
    nodes: frame.nodes.map(({ activation, picture, channels: _channels, ...node }) => ({
      ...node,
      activation: packHistogram(activation),
      ...(picture && { picture: { ...picture, values: toLevels(picture.values) } }),
    })),
    parameters: frame.parameters.map(({ weights, filters, ...parameter }) => ({
      ...parameter,
      weights: packHistogram(weights),
      ...(filters && { filters: { ...filters, values: toLevels(filters.values) } }),
    })),
  }),
  samples: asItIs,
  boundary: ({ others, ...first }) => ({
    ...packBoundary(first),
    ...(others && { others: others.map(packBoundary) }),
  }),
  confusion: asItIs,
  latents: asItIs,
};

type PackedTelemetry = Packed<TelemetryFrame>;
const UNPACK = {
  telemetry: (frame: PackedTelemetry): TelemetryFrame => ({
    ...frame,
    nodes: frame.nodes.map(({ activation, picture, ...node }) => ({
      ...node,
      activation: unpackHistogram(activation),
      ...(picture && {
        picture: { ...picture, values: fromLevels(picture.values) },
      }),
    })),
    parameters: frame.parameters.map(({ weights, filters, ...parameter }) => ({
      ...parameter,
      weights: unpackHistogram(weights),
      ...(filters && { filters: { ...filters, values: fromLevels(filters.values) } }),
    })),
    // What was left is what was there.
  }),
  samples: asItIs,
  boundary: ({ others, ...first }: Packed<BoundaryFrame>) => ({
    ...unpackBoundary(first),
    ...(others && { others: others.map(unpackBoundary) }),
  }),
  confusion: asItIs,
  latents: asItIs,
} satisfies Record<SnapshotKind, unknown>;

const packBoundary = (map: BoundaryMap) => ({
  ...map,
  confidence: toLevels(map.confidence),
});
const unpackBoundary = (map: Packed<BoundaryMap>) => ({
  ...map,
  confidence: fromLevels(map.confidence),
});
const packHistogram = ({ min, max, counts }: Histogram): Packed<Histogram> => ({
  ...{ min, max, counts: toLevels(counts) },
});
const unpackHistogram = ({ min, max, counts }: Packed<Histogram>): Histogram => ({
  ...{ min, max, counts: fromLevels(counts) },
});

function toLevels(values: Float32Array): Levels {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) [low, high] = [0, 0];
  const scale = high > low ? STEPS / (high - low) : 0;
  const codes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN;
    codes[i] = Number.isFinite(value) ? Math.round((value - low) * scale) : NO_NUMBER;
  }
  return { low, high, codes };
}

function fromLevels({ low, high, codes }: Levels): Float32Array {
  const step = (high - low) / STEPS;
  return Float32Array.from(codes, (code) => {
    if (code === NO_NUMBER) return NaN;
    // The ends exactly: what a picture is scaled by.
    return code === STEPS && step > 0 ? high : low + code * step;
  });
}
