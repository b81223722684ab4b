/** Projects as files. */
import { appStore } from '../app/appStore.ts';
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
      if (!(await files.openWithDialog())) appStore.setState({ dialog: 'open' });
    },
  }),
  defineCommand({
    id: 'project.examples',
    title: 'Examples',
    group: 'File',
    icon: 'grid',
    keywords: ['templates', 'start', 'sample'],
    run: () => appStore.setState({ dialog: 'examples' }),
  }),
  defineCommand({
    id: 'project.save',
    title: 'Save',
    group: 'File',
    keys: ['$mod+s'],
    inText: true,
    icon: 'save',
    run: async () => {
      if (!(await files.save())) appStore.setState({ dialog: 'saveAs' });
    },
  }),
  defineCommand({
    id: 'project.saveAs',
    title: 'Save as',
    group: 'File',
    keys: ['$mod+Shift+s'],
    inText: true,
    run: async () => {
      if (!(await files.saveWithDialog())) appStore.setState({ dialog: 'saveAs' });
    },
  }),
  defineCommand({
    id: 'project.download',
    title: 'Download the project file',
    group: 'File',
    keywords: ['export', 'json'],
    run: () => files.download(),
  }),
];
