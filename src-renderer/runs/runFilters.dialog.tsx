/** Filters that were kept under names: the one in the field gets a name here, others are chosen or forgotten. */
import { closeDialog } from '../app/appStore.ts';
import { defineDialog } from '../app/defineDialog.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { NamedChoices } from '../ui/NamedChoices.tsx';
import { changeTable, forgetFilter, keepFilter, useTable } from './tableState.ts';

const MOST_CHARACTERS = 80;

function RunFilters() {
  const filter = useTable((table) => table.filter);
  const filters = useTable((table) => table.filters);
  return (
    <Dialog open onClose={closeDialog} title="Kept filters">
      <NamedChoices
        kept={filters.map((each) => ({ name: each.name, aside: each.filter }))}
        label="Kept filters"
        fieldLabel="Name of this filter"
        placeholder={`Name of the filter ${filter}`}
        mostCharacters={MOST_CHARACTERS}
        current={filters.find((each) => each.filter === filter)?.name ?? ''}
        refusal={filter === '' ? 'Filter the runs first: what is in the field is kept.' : null}
        onKeep={(name) => {
          keepFilter(name, filter);
          closeDialog();
        }}
        onOpen={(name) => {
          const kept = filters.find((each) => each.name === name);
          if (kept) changeTable({ filter: kept.filter });
          closeDialog();
        }}
        onForget={forgetFilter}
      />
    </Dialog>
  );
}

export default defineDialog({
  id: 'runFilters',
  command: {
    id: 'runs.filters',
    title: 'Keep or choose a filter of the runs…',
    group: 'Runs',
    view: 'runs',
    icon: 'save',
    keywords: ['named', 'saved', 'search', 'find'],
  },
  Component: RunFilters,
});
