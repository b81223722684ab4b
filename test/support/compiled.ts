/** Examples compiled as for a run, every pass verified, and what their programs do with work memory. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyse } from '#engine/check/analyse.ts';
import { type CompiledRun, compileRun } from '#engine/compile/index.ts';
import type { LiveRange } from '#engine/compile/pack.ts';
import type { BufferRef, KernelCall, Program } from '#engine/compile/program.ts';
import type { DataField } from '#engine/ir/attrs.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { restoreDocumentText } from '#engine/ir/restoreDocument.ts';
import { sizeBytes } from '#engine/ir/tensor.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'resources', 'examples');

export const exampleNames: readonly string[] = readdirSync(FOLDER);

export function compileExample(file: string): CompiledRun {
  const restored = restoreDocumentText(readFileSync(join(FOLDER, file), 'utf8'));
  if (!restored.ok) throw new Error(JSON.stringify(restored.problems));
  return compileDocument(restored.document);
}

export function compileDocument(document: NetworkDocument): CompiledRun {
  const analysis = analyse(document);
  const fields = analysis.dataNodes.flatMap(
    (id) => (analysis.nodes.get(id)?.attrs['fields'] ?? []) as readonly DataField[],
  );
  const binding = new Map(
    fields.map((field) => [
      field.name,
      { field, storedDtype: field.dtype, rows: 1000, normalisation: null },
    ]),
  );
  return compileRun({
    document,
    analysis,
    binding,
    trainBatches: [document.training.batchSize, 7],
    evaluateBatches: [256],
    samples: 24,
    predictions: 16,
    probe: true,
    verify: true,
  });
}

export function programsOf(compiled: CompiledRun): readonly Program[] {
  const { train, evaluate, probe, samples, predict } = compiled;
  return [
    ...train.values(),
    ...evaluate.values(),
    probe?.copyWeights,
    probe?.inspect,
    samples,
    predict,
  ].filter((program) => program !== undefined);
}

export const writesOf = (call: KernelCall): readonly BufferRef[] =>
  call.kind === 'op' ? [call.output] : call.outputs.map(({ ref }) => ref);

/**
 * Stretches of work memory with the calls that need them, read off the finished program: from a write to
 * the last read before other bytes are written there. A result written over its own input goes on.
 */
export function livesIn(program: Program): readonly LiveRange[] {
  const open = new Map<string, { first: number; last: number; bytes: number }>();
  const lives: LiveRange[] = [];
  const key = (ref: BufferRef) => `${ref.offsetBytes}:${sizeBytes(ref.type)}`;
  program.calls.forEach((call, index) => {
    const read = call.inputs.filter(({ arena }) => arena === 'work');
    for (const ref of read) {
      const life = open.get(key(ref));
      if (life) life.last = index;
    }
    for (const ref of writesOf(call)) {
      if (ref.arena !== 'work') continue;
      const before = open.get(key(ref));
      const inPlace = read.some((input) => key(input) === key(ref));
      if (before && inPlace) continue;
      if (before) lives.push(before);
      open.set(key(ref), { first: index, last: index, bytes: sizeBytes(ref.type) });
    }
  });
  return [...lives, ...open.values()];
}
