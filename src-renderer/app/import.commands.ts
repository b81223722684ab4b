/** Whatever can be dropped on the window, by a dialog. */
import { defineCommand } from '../commands/defineCommand.ts';
import { chooseFiles } from './chooseFile.ts';
import { takeFiles } from './takeFiles.ts';

const ACCEPT = '.json,.safetensors,.svg,.png,.zip';

export default [
  defineCommand({
    id: 'project.import',
    title: 'Import…',
    group: 'File',
    icon: 'import',
    inText: true,
    keywords: ['open', 'model', 'weights', 'json', 'safetensors', 'picture', 'load', 'file'],
    run: () => chooseFiles(ACCEPT, (files) => void takeFiles(files)),
  }),
];
