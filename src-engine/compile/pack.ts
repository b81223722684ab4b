/**
 * Packs tensors with lifetimes into one stretch of memory: largest first, each at the lowest offset where
 * no tensor alive at the same time is in the way. Reference: Pisarchyk and Lee, "Efficient Memory
 * Management for Deep Neural Net Inference", https://arxiv.org/abs/2001.03288 (greedy by size).
 */
import { aligned } from './layout.ts';

export interface Life {
  /** First and last position, both included. */
  readonly first: number;
  readonly last: number;
  readonly bytes: number;
}

export function packIntervals<K>(lives: ReadonlyMap<K, Life>): {
  readonly offsets: ReadonlyMap<K, number>;
  readonly totalBytes: number;
} {
  const placed: { readonly life: Life; readonly start: number; readonly end: number }[] = [];
  const offsets = new Map<K, number>();
  let totalBytes = 0;
  const bySize = [...lives].sort(([, a], [, b]) => b.bytes - a.bytes || a.first - b.first);
  for (const [key, life] of bySize) {
    const size = aligned(life.bytes);
    const neighbours = placed
      .filter((other) => other.life.first <= life.last && life.first <= other.life.last)
      .sort((a, b) => a.start - b.start);
    let start = 0;
    for (const other of neighbours) {
      if (start + size <= other.start) break;
      start = Math.max(start, other.end);
    }
    placed.push({ life, start, end: start + size });
    offsets.set(key, start);
    totalBytes = Math.max(totalBytes, start + size);
  }
  return { offsets, totalBytes };
}

/** The least any packing can reach: the most bytes alive at one position. */
export function largestLiveSet(lives: Iterable<Life>): number {
  const changes = new Map<number, number>();
  const change = (at: number, bytes: number) => changes.set(at, (changes.get(at) ?? 0) + bytes);
  for (const { first, last, bytes } of lives) {
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
