/** What is done to training pictures: the attribute `augment` of the Data node, as written and with what it implies. */
import { useMemo } from 'react';
import type { Step, StepsAttr } from '#engine/ir/attrs.ts';
import { readAttrs } from '#engine/ir/readAttrs.ts';
import { layer } from '#engine/layers/index.ts';
import { documentNode } from '#renderer/state/selectors.ts';
import { useDocument, useDocuments } from '#renderer/state/documentSession.ts';
import type { ChangeKind } from '#renderer/ui/NumberField.tsx';

const NAME = 'augment';

export interface Augmentation {
  readonly attr: StepsAttr;
  /** With all attributes of every step. */
  readonly steps: readonly Step[];
  /** As written: what is changed. */
  readonly stored: readonly Step[];
  readonly set: (steps: readonly Step[], kind?: ChangeKind) => void;
}

/** Null where the node has no such attribute. The steps are the same array as long as nobody changes them. */
export function useAugment(id: string): Augmentation | null {
  const documents = useDocuments();
  const node = useDocument((state) => documentNode(state.document, id));
  const attr = node && layer(node.type).attrs[NAME];
  const written = node?.attrs[NAME];
  const steps = useMemo((): readonly Step[] => {
    if (attr?.kind !== 'steps') return [];
    const read = readAttrs({ [NAME]: attr }, written === undefined ? {} : { [NAME]: written });
    return read.attrs[NAME] ?? [];
  }, [attr, written]);
  if (attr?.kind !== 'steps') return null;
  const label = 'Set augmentation';
  return {
    ...{ attr, steps },
    // Of the same steps where it could be read.
    stored: steps.length > 0 ? (written as unknown as readonly Step[]) : [],
    set(next, kind = 'done') {
      documents.apply([{ kind: 'setAttrs', id, attrs: { [NAME]: next } }], {
        ...{ label, undo: { gesture: `${id}.${NAME}` } },
      });
      if (kind === 'done') documents.endGesture();
    },
  };
}
