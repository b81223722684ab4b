/**
 * What crosses between a run loop and an executor in another process: programs once, then for each step
 * one message with what to write, run and read, in order. Over the same typed calls as everything else.
 */
import type { BufferRef, MemoryLayout, Program } from '#engine/compile/program.ts';
import type { TensorData } from '#engine/backends/backend.ts';

export type Order =
  | { readonly kind: 'write'; readonly ref: BufferRef; readonly data: TensorData }
  | { readonly kind: 'run'; readonly program: number }
  | { readonly kind: 'read'; readonly ref: BufferRef };

export interface ExecutorCalls {
  /** Takes the device; once. */
  acquire(input: { readonly allowSoftware: boolean }): { readonly description: string };
  open(input: { readonly layout: MemoryLayout }): { readonly session: number };
  load(input: { readonly session: number; readonly program: Program }): {
    readonly program: number;
  };
  /** Answers when the device has room for more and everything asked for is read, in order. */
  play(input: { readonly session: number; readonly orders: readonly Order[] }): {
    readonly reads: readonly TensorData[];
  };
  settled(input: { readonly session: number }): null;
  closeSession(input: { readonly session: number }): null;
  close(input: null): null;
}

export interface ExecutorEvents {
  lost: { readonly reason: string };
}
