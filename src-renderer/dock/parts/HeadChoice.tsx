/**
 * Which head of a network a panel shows, where there are several: known by its loss, and the same one in every
 * panel that has it, so that they agree. A panel that does not have it shows its first.
 */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { Select } from '#renderer/ui/Select.tsx';

/** Of a head; what is made from nothing, and what older records have, is no head's. */
interface OfHead {
  readonly loss?: string;
}

const chosenStore = createStore<{ readonly loss: string | null }>(() => ({ loss: null }));

/** Undefined where there is none at all. */
export function useChosenHead<T extends OfHead>(all: readonly T[]): T | undefined {
  return headOf(
    all,
    useStore(chosenStore, (state) => state.loss),
  );
}

/** As it is now, for what is no component. */
export const chosenHead = <T extends OfHead>(all: readonly T[]): T | undefined =>
  headOf(all, chosenStore.getState().loss);

const headOf = <T extends OfHead>(all: readonly T[], chosen: string | null): T | undefined =>
  all.find(({ loss = '' }) => loss === chosen) ?? all[0];

/** Nothing where there is no choice. */
export function HeadChoice(props: {
  readonly label: string;
  readonly all: readonly OfHead[];
  readonly shown: OfHead;
}) {
  const { label, all, shown } = props;
  if (all.length < 2) return null;
  return (
    <Select
      small
      label={label}
      value={shown.loss ?? ''}
      options={all.map(({ loss = '' }) => ({ value: loss, label: loss || 'generated' }))}
      onChange={(loss) => chosenStore.setState({ loss })}
    />
  );
}
