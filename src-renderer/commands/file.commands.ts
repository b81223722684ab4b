/** Projects as files. */
import { openDialog } from '../app/appStore.ts';
import { files } from '../app/services.ts';
import { defineCommand } from './defineCommand.ts';

export default [
  defineCommand({
    id: 'project.new',
    title: 'New project',
    group: 'File',
    icon: 'file',
    keys: ['$mod+Alt+n'],
    run: () => files.createNew(),
  }),
  defineCommand({
    id: 'project.open',
    title: 'Open',
    group: 'File',
    keys: ['$mod+o'],
    inText: true,
    icon: 'folder',
    keywords: ['project', 'file', 'recent'],
    run: async () => {
      if (!(await files.openWithDialog())) openDialog('open');
    },
  }),
  defineCommand({
    id: 'project.save',
    title: 'Save',
    group: 'File',
    keys: ['$mod+s'],
    inText: true,
    icon: 'save',
    run: async () => {
      if (!(await files.save())) openDialog('saveAs');
    },
  }),
  defineCommand({
    id: 'project.saveAs',
    title: 'Save as',
    group: 'File',
    keys: ['$mod+Shift+s'],
    inText: true,
    run: async () => {
      if (!(await files.saveWithDialog())) openDialog('saveAs');
    },
  }),
];
