/** Undo, clipboard, selection. */
import { wireKey } from '#engine/ir/document.ts';
import { indexWires, reachable } from '#engine/ir/topology.ts';
import {
  copySelected,
  duplicateSelected,
  lastCopied,
  nudge,
  pasteText,
  removeSelected,
} from '../canvas/gestures.ts';
import { documentStore } from '../state/document.ts';
import { DESIGN } from '../state/frontView.ts';
import { defineCommand } from './defineCommand.ts';

const state = () => documentStore.getState();
const anyNodes = (): boolean => state().selection.nodes.size > 0;
const anything = (): boolean => anyNodes() || state().selection.wires.size > 0;

/** What is edited in each of them is the document. */
const EDITORS = [DESIGN, 'data'];

/** The system's clipboard where it may be read, else what was last copied here. */
async function paste(keepIncoming: boolean): Promise<void> {
  const text = await navigator.clipboard.readText().catch(() => null);
  if (text !== null && pasteText(documentStore, text, { keepIncoming })) return;
  const own = lastCopied();
  if (own !== null) pasteText(documentStore, own, { keepIncoming });
}

async function copy(): Promise<boolean> {
  const text = copySelected(documentStore);
  if (text === null) return false;
  // Refused outside a secure context: the copy kept here still pastes.
  await navigator.clipboard?.writeText(text).catch(() => undefined);
  return true;
}

function selectReach(direction: 'upstream' | 'downstream'): void {
  const { document, selection } = state();
  documentStore.select({
    nodes: reachable(selection.nodes, indexWires(document), direction),
    wires: new Set(),
  });
}

const MOVES = [
  ['Left', 'ArrowLeft', -1, 0],
  ['Right', 'ArrowRight', 1, 0],
  ['Up', 'ArrowUp', 0, -1],
  ['Down', 'ArrowDown', 0, 1],
] as const;
const BIG_STEP = 4;

export default [
  defineCommand({
    id: 'edit.undo',
    view: EDITORS,
    title: 'Undo',
    titleNow: () => `Undo ${state().past.at(-1)?.label ?? ''}`.trim(),
    group: 'Edit',
    keys: ['$mod+z'],
    icon: 'undo',
    when: () => state().past.length > 0,
    run: () => documentStore.undo(),
  }),
  defineCommand({
    id: 'edit.redo',
    view: EDITORS,
    title: 'Redo',
    titleNow: () => `Redo ${state().future.at(-1)?.label ?? ''}`.trim(),
    group: 'Edit',
    keys: ['$mod+Shift+z', '$mod+y'],
    icon: 'redo',
    when: () => state().future.length > 0,
    run: () => documentStore.redo(),
  }),
  defineCommand({
    id: 'edit.cut',
    title: 'Cut',
    group: 'Edit',
    keys: ['$mod+x'],
    nativeKeys: true,
    when: anyNodes,
    run: async () => {
      if (await copy()) removeSelected(documentStore, true);
    },
  }),
  defineCommand({
    id: 'edit.copy',
    title: 'Copy',
    group: 'Edit',
    keys: ['$mod+c'],
    nativeKeys: true,
    icon: 'copy',
    when: anyNodes,
    run: async () => void (await copy()),
  }),
  defineCommand({
    id: 'edit.paste',
    title: 'Paste',
    group: 'Edit',
    keys: ['$mod+v'],
    nativeKeys: true,
    run: () => paste(false),
  }),
  defineCommand({
    id: 'edit.pasteWired',
    title: 'Paste with incoming wires',
    group: 'Edit',
    keys: ['$mod+Shift+v'],
    nativeKeys: true,
    run: () => paste(true),
  }),
  defineCommand({
    id: 'edit.duplicate',
    title: 'Duplicate',
    group: 'Edit',
    keys: ['$mod+d'],
    when: anyNodes,
    run: () => duplicateSelected(documentStore),
  }),
  defineCommand({
    id: 'edit.delete',
    title: 'Delete and join what was around',
    group: 'Edit',
    keys: ['Delete', 'Backspace'],
    icon: 'trash',
    keywords: ['remove', 'heal'],
    when: anything,
    run: () => removeSelected(documentStore, true),
  }),
  defineCommand({
    id: 'edit.deleteCut',
    title: 'Delete with its wires',
    group: 'Edit',
    keys: ['Shift+Delete', 'Shift+Backspace'],
    keywords: ['remove'],
    when: anything,
    run: () => removeSelected(documentStore, false),
  }),
  defineCommand({
    id: 'edit.selectAll',
    title: 'Select all',
    group: 'Edit',
    keys: ['$mod+a'],
    when: () => state().document.nodes.length > 0,
    run: () =>
      documentStore.select({
        nodes: new Set(state().document.nodes.map((node) => node.id)),
        wires: new Set(state().document.wires.map(wireKey)),
      }),
  }),
  defineCommand({
    id: 'edit.selectNone',
    title: 'Select nothing',
    group: 'Edit',
    keys: ['Escape'],
    when: anything,
    run: () => documentStore.select({ nodes: new Set(), wires: new Set() }),
  }),
  defineCommand({
    id: 'edit.selectUpstream',
    title: 'Select everything upstream',
    group: 'Edit',
    keys: ['{'],
    when: anyNodes,
    run: () => selectReach('upstream'),
  }),
  defineCommand({
    id: 'edit.selectDownstream',
    title: 'Select everything downstream',
    group: 'Edit',
    keys: ['}'],
    when: anyNodes,
    run: () => selectReach('downstream'),
  }),
  ...MOVES.flatMap(([name, key, dx, dy]) => [
    defineCommand({
      id: `edit.move${name}`,
      title: `Move the selection ${name.toLowerCase()}`,
      group: 'Edit',
      keys: [`$mod+${key}`],
      keywords: ['nudge', 'position'],
      on: 'canvas',
      when: anyNodes,
      run: () => nudge(documentStore, dx, dy),
    }),
    defineCommand({
      id: `edit.move${name}Far`,
      title: `Move the selection ${name.toLowerCase()} by four steps`,
      group: 'Edit',
      keys: [`$mod+Shift+${key}`],
      keywords: ['nudge', 'position'],
      on: 'canvas',
      when: anyNodes,
      run: () => nudge(documentStore, dx * BIG_STEP, dy * BIG_STEP),
    }),
  ]),
];
