/** What the Data view changes: always the document, one undo step each. The profile follows from it. */
import type { JsonValue } from '#engine/ir/attrs.ts';
import type { TrainingSettings } from '#engine/ir/document.ts';
import type { DocumentEdit } from '#engine/ir/edits.ts';
import type { DocumentStore } from '../state/document.ts';
import type { ChosenData } from './chosenData.ts';

type Options = ChosenData['options'];

export interface DataChange {
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
  if (change.options) {
    const options: Record<string, JsonValue> = { ...data.options, ...change.options };
    edits.push({ kind: 'setAttrs', id: data.node, attrs: { options } });
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
