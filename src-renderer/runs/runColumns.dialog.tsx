/** Which columns the table of runs has: of what a run is, its metrics in every way, its settings. */
import { useState } from 'react';
import { useStore } from 'zustand';
import { closeDialog } from '../app/appStore.ts';
import { defineDialog } from '../app/defineDialog.ts';
import { runList } from '../state/runList.ts';
import { toggleMember } from '../state/view.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Select } from '../ui/Select.tsx';
import { atEpochId, atEpochName } from './atEpoch.ts';
import { type Catalogue, columnMatches } from './catalogue.ts';
import { columnOf, NAME } from './columns.ts';
import { changeTable, useTable } from './tableState.ts';
import { catalogueOf, shownIds } from './useRuns.ts';
import './runColumns.dialog.css';

function RunColumnsDialog() {
  const rows = useStore(runList.store, (list) => list.rows);
  const chosen = useTable(({ columns }) => columns);
  const [words, setWords] = useState('');
  const catalogue = catalogueOf(rows);
  const shown = shownIds(chosen, catalogue.usual);
  const toggle = (id: string): void => changeTable({ columns: toggleMember(shown, id) });
  const groups = groupsOf(catalogue, shown);
  return (
    <Dialog
      open
      onClose={closeDialog}
      title="Columns"
      footer={
        <>
          <Button
            disabled={chosen === null}
            onClick={() => changeTable({ columns: null, widths: {} })}
          >
            As at first
          </Button>
          <Button onClick={closeDialog}>Done</Button>
        </>
      }
    >
      <input
        type="search"
        className="runs-columns-search"
        aria-label="Find a column"
        placeholder="A metric, a setting, a layer's attribute"
        value={words}
        onChange={({ target }) => setWords(target.value)}
      />
      <div className="runs-columns">
        {groups.map(({ title, ids }) => {
          const found = ids.filter((id) => id !== NAME && columnMatches(id, words.trim()));
          if (found.length === 0) return null;
          return (
            <fieldset key={title}>
              <legend>{title}</legend>
              {found.map((id) => (
                <label key={id} title={id}>
                  <input type="checkbox" checked={shown.includes(id)} onChange={() => toggle(id)} />
                  <span className="ellipsis">{columnOf(id).label}</span>
                </label>
              ))}
            </fieldset>
          );
        })}
      </div>
      <EpochColumn
        catalogue={catalogue}
        onAdd={(id) => changeTable({ columns: [...new Set([...shown, id])] })}
      />
    </Dialog>
  );
}

function groupsOf(
  catalogue: Catalogue,
  shown: readonly string[],
): readonly { readonly title: string; readonly ids: readonly string[] }[] {
  const { run, best, last, differing, alike } = catalogue;
  const known = new Set([...run, ...best, ...last, ...differing, ...alike]);
  const epochs = shown.filter((id) => atEpochName(id) !== null);
  return [
    { title: 'Run', ids: run },
    { title: 'Best', ids: best },
    { title: 'Last', ids: last },
    { title: 'At an epoch', ids: epochs },
    { title: 'Settings that differ', ids: differing },
    { title: 'Other settings', ids: alike },
    // Of runs that have gone.
    { title: 'No run has', ids: shown.filter((id) => !known.has(id) && !epochs.includes(id)) },
  ];
}

function EpochColumn(props: {
  readonly catalogue: Catalogue;
  readonly onAdd: (id: string) => void;
}) {
  const { metrics } = props.catalogue;
  const [metric, setMetric] = useState(metrics[0] ?? '');
  const [epoch, setEpoch] = useState('1');
  if (metrics.length === 0) return null;
  const number = Number(epoch);
  const isEpoch = epoch.trim() !== '' && Number.isFinite(number) && number >= 0;
  return (
    <form
      className="runs-columns-epoch"
      onSubmit={(event) => {
        event.preventDefault();
        if (isEpoch) props.onAdd(atEpochId(metric, number));
      }}
    >
      <Select
        label="Metric"
        value={metric}
        onChange={setMetric}
        options={metrics.map((name) => ({
          value: name,
          label: columnOf(`last(${name})`).label.replace('Last ', ''),
        }))}
      />
      <span>at epoch</span>
      <input
        type="text"
        inputMode="decimal"
        aria-label="Epoch"
        aria-invalid={!isEpoch}
        value={epoch}
        onChange={({ target }) => setEpoch(target.value)}
      />
      <Button disabled={!isEpoch} type="submit">
        Add
      </Button>
    </form>
  );
}

export default defineDialog({
  id: 'runColumns',
  command: {
    id: 'runs.columns',
    title: 'Choose the columns of the runs',
    group: 'Runs',
    view: 'runs',
    icon: 'columns',
    keywords: ['table', 'metric', 'setting', 'epoch'],
  },
  Component: RunColumnsDialog,
});
