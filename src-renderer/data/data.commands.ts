/** What can be done with data, from the palette and by keys. */
import { defineCommand } from '../commands/defineCommand.ts';
import { documentStore } from '../state/document.ts';
import { showView } from '../state/frontView.ts';
import { chosenOf } from './chosenData.ts';
import { DATA_VIEW, dataViewStore } from './dataViewStore.ts';
import { pickFiles, pickFolder } from './droppedFiles.ts';
import { changeData } from './edits.ts';
import { exportPrepared } from './exportPrepared.ts';
import { profiles } from './services.ts';

const MOST_SEED = 1e6;

const chosen = () => chosenOf(documentStore.getState(), dataViewStore.getState().node);

export default [
  defineCommand({
    id: 'data.openFile',
    title: 'Data: choose a file…',
    group: 'File',
    icon: 'file',
    keywords: ['csv', 'table', 'parquet', 'excel', 'import', 'dataset'],
    run: () => {
      showView(DATA_VIEW);
      pickFiles();
    },
  }),
  defineCommand({
    id: 'data.openFolder',
    title: 'Data: choose a folder…',
    group: 'File',
    icon: 'folder',
    keywords: ['pictures', 'images', 'import', 'dataset'],
    run: () => {
      showView(DATA_VIEW);
      pickFolder();
    },
  }),
  defineCommand({
    id: 'data.find',
    title: 'Data: find a column',
    group: 'View',
    icon: 'search',
    view: DATA_VIEW,
    keys: ['/'],
    run: () => document.querySelector<HTMLInputElement>('#data-search')?.focus(),
  }),
  ...(['all', 'used', 'warned'] as const).map((filter) =>
    defineCommand({
      id: `data.show.${filter}`,
      title: `Data: show ${filter === 'all' ? 'all columns' : `${filter} columns only`}`,
      group: 'View',
      icon: 'columns',
      view: DATA_VIEW,
      run: () => dataViewStore.setState({ filter }),
    }),
  ),
  defineCommand({
    id: 'data.redraw',
    title: 'Data: draw the split again',
    group: 'Training',
    icon: 'dice',
    view: DATA_VIEW,
    keywords: ['seed', 'validation', 'test'],
    when: () => chosen() !== null,
    run: () => {
      const data = chosen();
      const seed = Math.floor(Math.random() * MOST_SEED);
      if (data) changeData(documentStore, data, { seed }, 'Draw the split again');
    },
  }),
  ...(['csv', 'npz'] as const).map((format) =>
    defineCommand({
      id: `data.export.${format}`,
      title: `Data: export prepared samples ${format === 'csv' ? 'as CSV' : 'for NumPy'}`,
      group: 'File',
      icon: 'export',
      view: DATA_VIEW,
      keywords: ['download', 'save', 'numpy', 'pandas'],
      when: () => chosen() !== null,
      run: () => {
        const data = chosen();
        if (data) void exportPrepared(data, format);
      },
    }),
  ),
  defineCommand({
    id: 'data.again',
    title: 'Data: read again',
    group: 'View',
    icon: 'undo',
    view: DATA_VIEW,
    keywords: ['reload', 'refresh', 'profile'],
    when: () => chosen() !== null,
    run: () => profiles.again(),
  }),
];
