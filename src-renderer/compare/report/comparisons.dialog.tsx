/** The comparisons that were kept: the one on show gets a name here, others are opened or forgotten. */
import { useStore } from 'zustand';
import { closeDialog } from '#renderer/app/appStore.ts';
import { defineDialog } from '#renderer/app/defineDialog.ts';
import { viewStore } from '#renderer/state/view.ts';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { formatCount } from '#renderer/ui/format.ts';
import { NamedChoices } from '#renderer/ui/NamedChoices.tsx';
import {
  forgetComparison,
  keepComparison,
  MOST_CHARACTERS,
  nameOfChosen,
  openComparison,
} from './named.ts';

function Comparisons() {
  const comparisons = useStore(viewStore, (view) => view.comparisons);
  const chosen = useStore(viewStore, (view) => view.chosenRuns);
  return (
    <Dialog open onClose={closeDialog} title="Comparisons">
      <NamedChoices
        kept={comparisons.map(({ name, runs }) => ({
          name,
          aside: formatCount(runs.length, 'run'),
        }))}
        label="Kept comparisons"
        fieldLabel="Name of this comparison"
        placeholder={`Name of this comparison of ${chosen.length} runs`}
        mostCharacters={MOST_CHARACTERS}
        current={nameOfChosen() ?? ''}
        refusal={
          chosen.length > 1 ? null : 'Choose two runs or more in Compare to keep their comparison.'
        }
        onKeep={(name) => {
          keepComparison(name);
          closeDialog();
        }}
        onOpen={(name) => {
          const kept = comparisons.find((each) => each.name === name);
          if (kept) openComparison(kept);
          closeDialog();
        }}
        onForget={forgetComparison}
      />
    </Dialog>
  );
}

export default defineDialog({
  id: 'comparisons',
  command: {
    id: 'compare.keep',
    title: 'Keep or open a comparison…',
    group: 'View',
    icon: 'save',
    keywords: ['save', 'named', 'comparison', 'runs'],
  },
  Component: Comparisons,
});
