/** What the Data view changes: always the document, one undo step each. The profile follows from it. */
import type { JsonValue } from '#engine/ir/attrs.ts';
import type { TrainingSettings } from '#engine/ir/document.ts';
import type { DocumentEdit } from '#engine/ir/edits.ts';
import type { DocumentStore } from '../state/document.ts';
import type { ChosenData } from './chosenData.ts';

type Options = ChosenData['options'];

export interface DataChange {
  /** Another way to read the file: the options that are left are those it has. */
  readonly reading?: { readonly source: string; readonly kept: Options };
  readonly options?: Options;
  readonly split?: Partial<TrainingSettings['split']>;
  readonly seed?: number;
}

/** Options are added to those that are set. `gesture`: changes of one hand's move are one step. */
export function changeData(
  documents: DocumentStore,
  data: ChosenData,
  change: DataChange,
  label: string,
  isLive = false,
): void {
  const { training } = documents.getState().document;
  const edits: DocumentEdit[] = [];
  const { reading } = change;
  if (change.options || reading) {
    const before = reading ? reading.kept : data.options;
    const options: Record<string, JsonValue> = { ...before, ...change.options };
    const attrs = { options, ...(reading && { source: reading.source }) };
    edits.push({ kind: 'setAttrs', id: data.node, attrs });
  }
  if (change.split || change.seed !== undefined) {
    edits.push({
      kind: 'setTraining',
      training: {
        ...(change.split ? { split: { ...training.split, ...change.split } } : {}),
        ...(change.seed === undefined ? {} : { seed: change.seed }),
      },
    });
  }
  if (edits.length === 0) return;
  documents.apply(edits, { label, undo: { gesture: `data ${data.node} ${label}` } });
  if (!isLive) documents.endGesture();
}
