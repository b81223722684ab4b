/** The training settings the bar edits, as document edits. Of whichever document they are told. */
import type { JsonValue } from '#engine/ir/attrs.ts';
import type { NetworkDocument, Objective, TrainingSettings } from '#engine/ir/document.ts';
import { optimizers } from '#engine/optimizers/index.ts';
import type { DocumentStore } from '../state/document.ts';
import { numberSpec } from '../ui/attrControls.ts';
import type { ChangeKind, NumberSpec } from '../ui/NumberField.tsx';

/** A run of live changes (arrow keys) is one undo step. */
export function setTraining(
  documents: DocumentStore,
  training: Partial<TrainingSettings>,
  label: string,
  kind: ChangeKind = 'done',
): void {
  const gesture = `training ${label}`;
  documents.apply([{ kind: 'setTraining', training }], { label, undo: { gesture } });
  if (kind === 'done') documents.endGesture();
}

/** The bar edits the first objective where it is the only one. */
export function objectiveOf({ training }: NetworkDocument, index = 0): Objective | undefined {
  return training.objectives[index];
}

function withOptimizer(
  document: NetworkDocument,
  index: number,
  optimizer: Objective['optimizer'],
): Pick<TrainingSettings, 'objectives'> {
  return {
    objectives: document.training.objectives.map((objective, i) =>
      i === index ? { ...objective, optimizer } : objective,
    ),
  };
}

/** Keeps the settings that the other optimiser has as well: above all the learning rate. */
export function chooseOptimizer(documents: DocumentStore, type: string, index = 0): void {
  const { document } = documents.getState();
  const known = optimizers.get(type)?.attrs ?? {};
  const before = objectiveOf(document, index)?.optimizer.attrs ?? {};
  const attrs = Object.fromEntries(
    Object.entries(before).filter(([name]) => Object.hasOwn(known, name)),
  );
  setTraining(documents, withOptimizer(document, index, { type, attrs }), 'Set optimiser');
}

export function setLearningRate(
  documents: DocumentStore,
  lr: number,
  kind: ChangeKind,
  index = 0,
): void {
  const { document } = documents.getState();
  const optimizer = objectiveOf(document, index)?.optimizer;
  if (!optimizer) return;
  const attrs: Record<string, JsonValue> = { ...optimizer.attrs, lr };
  setTraining(
    documents,
    withOptimizer(document, index, { ...optimizer, attrs }),
    'Set learning rate',
    kind,
  );
}

/** The bounds of the rate, which every optimiser has. */
export function learningRateSpec(document: NetworkDocument, index = 0): NumberSpec {
  const attr = optimizers.get(objectiveOf(document, index)?.optimizer.type ?? '')?.attrs.lr;
  return attr?.kind === 'number' ? numberSpec(attr) : { integer: false, min: 0, logarithmic: true };
}

/** As set, else the optimiser's own default. */
export function learningRateOf(document: NetworkDocument, index = 0): number {
  const optimizer = objectiveOf(document, index)?.optimizer;
  const set = optimizer?.attrs.lr;
  if (typeof set === 'number') return set;
  const fallback = optimizer && optimizers.get(optimizer.type)?.attrs.lr?.default;
  return typeof fallback === 'number' ? fallback : 1e-3;
}
