/**
 * Programs as WebAssembly modules that leave this app: for one thread, with the vectors that every engine has, over
 * a memory of their own. Whoever runs one needs that memory, the module and nothing else. Not an executor.
 */
import {
  ARENAS,
  type Arena,
  type BufferRef,
  type MemoryLayout,
  type Program,
} from '#engine/compile/program.ts';
import { ADDRESSABLE_BYTES } from '#engine/ir/limits.ts';
import { inputError } from '#engine/ir/problem.ts';
import { roundUp } from '../rounding.ts';
import { compileProgram, type CompiledProgram, measure } from './compileProgram.ts';
import { CONTROL_BYTES, PAGE_BYTES } from './control.ts';
import { PORTABLE_TARGET } from './target.ts';

const ALIGNMENT = 128;

export interface StandaloneModules {
  /** Of the memory that all of them share; whole pages. */
  readonly memoryPages: number;
  /** In the order of the programs: each imports `env.memory` and exports `step(thread)`, called with 0. */
  readonly modules: readonly Uint8Array[];
  /** What has to lie in memory before the first step, beside the weights. */
  readonly tables: CompiledProgram['tables'];
  address(ref: BufferRef): number;
  /** Whether a program needs anything of its arena; else it has no address. */
  isUsed(ref: BufferRef): boolean;
}

/** They run one at a time, so one stretch of scratch memory serves all. */
export function compileStandalone(
  layout: MemoryLayout,
  programs: readonly Program[],
): StandaloneModules {
  const used = usedArenas(programs);
  let top = CONTROL_BYTES;
  const take = (bytes: number): number => {
    const address = top;
    top += roundUp(bytes, ALIGNMENT);
    return address;
  };
  const arenas = new Map(
    ARENAS.filter((arena) => used.has(arena)).map(
      (arena) => [arena, take(layout.sizeBytes[arena])] as const,
    ),
  );
  const address = ({ arena, offsetBytes }: BufferRef): number => {
    const start = arenas.get(arena);
    if (start === undefined) throw new Error(`no program uses the arena ${arena}`);
    return start + offsetBytes;
  };
  const needs = programs.map((program) => measure(program, PORTABLE_TARGET));
  const scratch = take(Math.max(0, ...needs.map(({ scratchBytes }) => scratchBytes)));
  const compiled = programs.map((program, i) => {
    const tables = take(needs[i]?.tableBytes ?? 0);
    const placement = { address, tables, scratch, isShared: false };
    return compileProgram(program, PORTABLE_TARGET, placement);
  });
  // Kernels read whole vectors, and so a little past the last tensor.
  const bytes = top + PAGE_BYTES;
  if (bytes > ADDRESSABLE_BYTES) {
    throw inputError('export.too-large', 'The model needs more memory than WebAssembly addresses.');
  }
  return {
    memoryPages: Math.ceil(bytes / PAGE_BYTES),
    modules: compiled.map((each) => each.bytes),
    tables: compiled.flatMap(({ tables }) => tables),
    address,
    isUsed: ({ arena }) => arenas.has(arena),
  };
}

function usedArenas(programs: readonly Program[]): ReadonlySet<Arena> {
  const refs = programs.flatMap(({ calls, outputs }) => [
    ...calls.flatMap((call) => [
      ...call.inputs,
      ...(call.kind === 'op' ? [call.output] : call.outputs.map(({ ref }) => ref)),
    ]),
    ...Object.values(outputs),
  ]);
  return new Set(refs.map(({ arena }) => arena));
}
