/** What a loss judges: classes or numbers. Known of a document without compiling it. */
import type { Analysis } from './analysis.ts';
import { own } from '../ir/record.ts';

export interface Head {
  readonly loss: string;
  /** Its target is a class. Pixels against probabilities, by the same loss, are not. */
  readonly classifies: boolean;
}

function headsOf({ lossNodes, nodes }: Analysis): readonly Head[] {
  return lossNodes.map((loss) => {
    const node = nodes.get(loss);
    const judgesLabels = Object.values(node?.inputs ?? {}).some(({ dtype }) => dtype === 'i32');
    return { loss, classifies: node?.definition?.classify !== undefined && judgesLabels };
  });
}

/** The loss whose predictions are shown: the first that classifies, else the first. */
export function mainHead(analysis: Analysis): Head | null {
  const heads = headsOf(analysis);
  return heads.find((head) => head.classifies) ?? heads[0] ?? null;
}

/**
 * False where no class can be told right or wrong, however long it trains. A network that is still being
 * wired may yet: without a loss, or with one for classes whose target is open.
 */
export function mayClassify(analysis: Analysis): boolean {
  const { lossNodes, nodes } = analysis;
  if (lossNodes.length === 0 || mainHead(analysis)?.classifies === true) return true;
  return lossNodes.some((loss) => {
    const node = nodes.get(loss);
    const open = node?.ports.in.some((port) => own(node.inputs, port) === undefined);
    return node?.definition?.classify !== undefined && open === true;
  });
}
