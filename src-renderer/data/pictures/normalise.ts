/** How the Data node scales pictures: its attribute `normalise`, with what Automatic means for them. */
import { useDocument, useDocuments } from '#renderer/state/documentSession.ts';

export type NormaliseMode = 'none' | 'unit' | 'standardise';

export const NORMALISE_LABELS: readonly {
  readonly value: NormaliseMode;
  readonly label: string;
}[] = [
  { value: 'none', label: 'None' },
  { value: 'unit', label: '0 to 1' },
  { value: 'standardise', label: 'Per channel' },
];

const isMode = (value: unknown): value is NormaliseMode =>
  NORMALISE_LABELS.some((each) => each.value === value);

/** Automatic takes 0..1 for pictures. */
export function useNormalise(node: string) {
  const documents = useDocuments();
  const value = useDocument(
    (state) => state.document.nodes.find(({ id }) => id === node)?.attrs['normalise'],
  );
  return {
    mode: isMode(value) ? value : ('unit' as const),
    set: (normalise: NormaliseMode) =>
      documents.apply([{ kind: 'setAttrs', id: node, attrs: { normalise } }], {
        label: 'Set normalisation',
      }),
  };
}
