/** Building: add, connect, bypass, lay out. */
import { canvasStore, lastPointer } from '../canvas/canvasStore.ts';
import { bypassSelected, layOut } from '../canvas/gestures.ts';
import { openAdd, openAddAt, openConnect, wireEndsOfSelection } from '../canvas/openPopover.ts';
import { documentStore } from '../state/document.ts';
import { defineCommand } from './defineCommand.ts';

export default [
  defineCommand({
    id: 'graph.add',
    title: 'Add a layer',
    group: 'Graph',
    keys: ['/'],
    icon: 'plus',
    keywords: ['node', 'insert', 'search'],
    run: () => openAdd(documentStore),
  }),
  defineCommand({
    id: 'graph.addHere',
    title: 'Add a layer at the pointer',
    group: 'Graph',
    icon: 'plus',
    keywords: ['node', 'insert', 'search', 'unwired'],
    run: () => openAddAt(documentStore, canvasStore.getState().menuPoint ?? lastPointer()),
  }),
  defineCommand({
    id: 'graph.connect',
    title: 'Wire to',
    group: 'Graph',
    keys: ['c'],
    icon: 'wire',
    keywords: ['connect', 'wire', 'link'],
    when: () => wireEndsOfSelection(documentStore).length > 0,
    run: () => openConnect(documentStore),
  }),
  defineCommand({
    id: 'graph.bypass',
    title: 'Bypass',
    group: 'Graph',
    keys: ['b'],
    icon: 'bypass',
    keywords: ['mute', 'disable', 'skip'],
    when: () => documentStore.getState().selection.nodes.size > 0,
    run: () => bypassSelected(documentStore),
  }),
  defineCommand({
    id: 'graph.layout',
    title: 'Lay out the graph',
    group: 'Graph',
    keys: ['l'],
    icon: 'layout',
    keywords: ['arrange', 'tidy', 'order'],
    when: () => documentStore.getState().document.nodes.length > 1,
    run: () => layOut(documentStore),
  }),
];
