/** Documents as tabs. Browsers keep Ctrl+W, Ctrl+Tab and Ctrl+PageDown to themselves; the desktop does not. */
import { appStore } from '../app/appStore.ts';
import { files, openDocuments } from '../app/services.ts';
import { defineCommand } from '../commands/defineCommand.ts';
import { askToClose, canClose, closeOthers } from './closing.ts';

const front = () => openDocuments.store.getState().front;
const noDialog = (): boolean => appStore.getState().dialog === null;
const several = (): boolean => openDocuments.store.getState().sessions.length > 1 && noDialog();
const moveBy = (by: number) => (): void => {
  const { sessions } = openDocuments.store.getState();
  openDocuments.move(front(), sessions.indexOf(front()) + by);
};

export default [
  defineCommand({
    id: 'project.duplicate',
    title: 'Duplicate the project',
    group: 'File',
    icon: 'copy',
    keywords: ['copy', 'tab', 'branch'],
    run: () => files.duplicate(),
  }),
  defineCommand({
    id: 'project.close',
    title: 'Close',
    titleNow: () => `Close ${front().documents.getState().document.name}`,
    group: 'File',
    keys: ['Alt+w', '$mod+w'],
    inText: true,
    icon: 'close',
    keywords: ['tab', 'project', 'document'],
    when: () => noDialog() && canClose(front()),
    run: () => askToClose(front()),
  }),
  defineCommand({
    id: 'project.closeOthers',
    title: 'Close all other projects without unsaved changes',
    group: 'File',
    keywords: ['tab', 'document'],
    when: several,
    run: () => closeOthers(front()),
  }),
  defineCommand({
    id: 'project.reopen',
    title: 'Reopen what was closed',
    group: 'File',
    keys: ['Alt+Shift+t', '$mod+Shift+t'],
    keywords: ['tab', 'undo', 'project', 'document'],
    when: () => files.store.getState().closed.length > 0 && noDialog(),
    run: () => files.reopen(),
  }),
  defineCommand({
    id: 'view.nextDocument',
    title: 'Next project',
    group: 'View',
    keys: ['Alt+PageDown', '$mod+PageDown', 'Control+Tab'],
    inText: true,
    keywords: ['tab', 'document', 'switch'],
    when: several,
    run: () => openDocuments.step(1),
  }),
  defineCommand({
    id: 'view.previousDocument',
    title: 'Previous project',
    group: 'View',
    keys: ['Alt+PageUp', '$mod+PageUp', 'Control+Shift+Tab'],
    inText: true,
    keywords: ['tab', 'document', 'switch'],
    when: several,
    run: () => openDocuments.step(-1),
  }),
  defineCommand({
    id: 'view.moveDocumentRight',
    title: 'Move this tab to the right',
    group: 'View',
    keys: ['Alt+Shift+PageDown'],
    keywords: ['project', 'document', 'order'],
    when: several,
    run: moveBy(1),
  }),
  defineCommand({
    id: 'view.moveDocumentLeft',
    title: 'Move this tab to the left',
    group: 'View',
    keys: ['Alt+Shift+PageUp'],
    keywords: ['project', 'document', 'order'],
    when: several,
    run: moveBy(-1),
  }),
];
