/**
 * How many threads a run is worth: as many as its step can keep busy. A small network trains as fast with one
 * as with all, or faster, since the threads of a step wait for each other longer than they compute; several of
 * those side by side fill a machine that one of them cannot. Says what a run takes, not who gets it (lanes.ts).
 */
import { analyse } from '#engine/check/analyse.ts';
import type { NetworkDocument } from '#engine/ir/index.ts';

/** What a run that waits is trained with when its turn comes; what is absent is as if it were started by hand. */
export interface Share {
  readonly threads?: number;
  readonly backend?: 'wasm';
}

/**
 * Of the forward pass of a step. Measured on two cores: a step of 14 million (the digits MLP) takes 1.4 ms with
 * one thread and 2.5 ms with two, one of 55 million (LeNet) 24 ms and 19 ms.
 */
export const FLOPS_PER_THREAD = 32_000_000;

/** All cores where it is to train alone: on a GPU, or where nobody knows before whether on one. */
export function threadsOf(document: NetworkDocument, cores: number): number {
  const { device, threads, batchSize } = document.training;
  if (device === 'webgpu') return cores;
  if (threads > 0) return Math.min(threads, cores);
  const worth = Math.ceil((analyse(document).flopsPerSample * batchSize) / FLOPS_PER_THREAD);
  // Only where a step costs less than the way to a GPU and back is it known to go to the CPU.
  if (device === 'auto' && worth > 1) return cores;
  return Math.max(1, Math.min(worth, cores));
}

/** For a run worth so many threads; one that is worth all of them chooses for itself. */
export const shareOf = (threads: number, cores: number): Share =>
  threads < cores ? { threads, backend: 'wasm' } : {};
