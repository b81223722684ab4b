/**
 * Packs tensors with lifetimes into one stretch of memory: largest first, each at the lowest offset where
 * no tensor alive at the same time is in the way. Reference: Pisarchyk and Lee, "Efficient Memory
 * Management for Deep Neural Net Inference", https://arxiv.org/abs/2001.03288 (greedy by size).
 */
import { firstWhere } from './firstWhere.ts';
import { aligned } from './layout.ts';

export interface LiveRange {
  /** First and last position, both included. */
  readonly first: number;
  readonly last: number;
  readonly bytes: number;
}

export function packIntervals<K>(ranges: ReadonlyMap<K, LiveRange>): {
  readonly offsets: ReadonlyMap<K, number>;
  readonly totalBytes: number;
} {
  /** By start. */
  const placed: Placed[] = [];
  const offsets = new Map<K, number>();
  let totalBytes = 0;
  const bySize = [...ranges].sort(([, a], [, b]) => b.bytes - a.bytes || a.first - b.first);
  for (const [key, { first, last, bytes }] of bySize) {
    const size = aligned(bytes);
    let start = 0;
    for (const other of placed) {
      // Those that follow start no lower.
      if (start + size <= other.start) break;
      if (other.first <= last && first <= other.last) start = Math.max(start, other.end);
    }
    const at = firstWhere(placed, (other) => other.start > start);
    placed.splice(at, 0, { first, last, start, end: start + size });
    offsets.set(key, start);
    totalBytes = Math.max(totalBytes, start + size);
  }
  return { offsets, totalBytes };
}

interface Placed {
  readonly first: number;
  readonly last: number;
  readonly start: number;
  readonly end: number;
}

/** The least any packing can reach: the most bytes alive at one position. */
export function largestLiveSet(ranges: Iterable<LiveRange>): number {
  const changes = new Map<number, number>();
  const change = (at: number, bytes: number) => changes.set(at, (changes.get(at) ?? 0) + bytes);
  for (const { first, last, bytes } of ranges) {
    change(first, aligned(bytes));
    change(last + 1, -aligned(bytes));
  }
  let alive = 0;
  let most = 0;
  for (const [, bytes] of [...changes].sort(([a], [b]) => a - b)) {
    alive += bytes;
    most = Math.max(most, alive);
  }
  return most;
}
