/** What all programs of a run are made from, and the passes that every one of them goes through. */
import type { Analysis } from '../check/analysis.ts';
import type { NetworkDocument } from '../ir/document.ts';
import type { GraphBuilder } from '../ops/builder.ts';
import type { DataBinding } from './binding.ts';
import { foldEpilogues } from './epilogues.ts';
import type { Layout } from './layout.ts';
import { plan } from './plan.ts';
import type { CanStoreAsFloat16, Program } from './program.ts';
import { prune } from './prune.ts';
import { dropUnsaved } from './unsaved.ts';
import { verifyGraph, verifyProgram } from './verify.ts';

export interface ProgramContext {
  readonly document: NetworkDocument;
  readonly analysis: Analysis;
  readonly binding: DataBinding;
  readonly layout: Layout;
  /** Verify after every pass (tests, NN_CHECK=1). */
  readonly verify: boolean;
  /** Training keeps 16-bit floats where the executor can, and scales its loss. */
  readonly canStoreAsFloat16?: CanStoreAsFloat16;
}

/** From a graph to a program. */
export function finish(
  { verify, layout }: ProgramContext,
  name: string,
  builder: GraphBuilder,
  canStoreAsFloat16?: CanStoreAsFloat16,
): Program {
  const graph = builder.finish();
  if (verify) verifyGraph(name, graph);
  const folded = foldEpilogues(dropUnsaved(prune(graph)));
  if (verify) verifyGraph(`${name} after folding`, folded);
  const program = plan(name, folded, layout, canStoreAsFloat16);
  if (verify) verifyProgram(program);
  return program;
}
