/** What is known of a project and its data before anything is trained: for `check`, and for `train`, which says the same. */
import { analyse } from '#engine/check/analyse.ts';
import type { Analysis } from '#engine/check/analysis.ts';
import { type DataFacts, wantsFacts } from '#engine/check/dataFacts.ts';
import { describeData, NO_FILES, type SourceOptions } from '#engine/datasets/index.ts';
import type { NetworkDocument } from '#engine/ir/index.ts';
import { dataFiles } from '#engine/platform/nodeFiles.ts';
import { memoryOf } from './memory.ts';

/** `described`: what was read of files, by node. */
export async function checked(
  document: NetworkDocument,
  described: ReadonlyMap<string, DataFacts>,
) {
  const facts = await knownFacts(analyse(document), described);
  const analysis = analyse(document, ({ id }) => facts.get(id));
  const memory = memoryOf(document, analysis, facts.get(analysis.dataNodes[0] ?? '') ?? null);
  return { analysis, memory };
}

/** What was read of files; of generated data, which takes longer, where a check depends on it. */
async function knownFacts(
  analysis: Analysis,
  described: ReadonlyMap<string, DataFacts>,
): Promise<ReadonlyMap<string, DataFacts>> {
  const facts = new Map(described);
  const [id = ''] = analysis.dataNodes;
  // Kinds as the layer declares them.
  const { source, options } = (analysis.nodes.get(id)?.attrs ?? {}) as {
    readonly source?: string;
    readonly options?: SourceOptions;
  };
  if (source !== undefined && !source.includes(':') && wantsFacts(analysis)) {
    facts.set(id, await describeData(source, options ?? {}, dataFiles(NO_FILES), 0));
  }
  return facts;
}
