/** The canvas by keyboard. The canvas is one stop of Tab; these keys move within it. */
import { defineCommand } from '../commands/defineCommand.ts';
import { documentStore } from '../state/document.ts';
import { focusInspector } from '../inspector/focusInspector.ts';
import { canvas, canvasStore } from './canvasStore.ts';
import { selectNextWire, walkInOrder, walkTo, walkToEnd } from './walk.ts';

const state = () => documentStore.getState();
const anyNode = (): boolean => state().document.nodes.length > 0;
const anySelected = (): boolean => state().selection.nodes.size + state().selection.wires.size > 0;

const HEADINGS = [
  ['right', 'ArrowRight', 'Go along the wire', 'Select along the wire as well'],
  ['left', 'ArrowLeft', 'Go back along the wire', 'Select back along the wire as well'],
  ['up', 'ArrowUp', 'Go to the branch or card above', 'Select the branch or card above as well'],
  [
    'down',
    'ArrowDown',
    'Go to the branch or card below',
    'Select the branch or card below as well',
  ],
] as const;

export default [
  defineCommand({
    id: 'graph.focus',
    title: 'Go to the canvas',
    group: 'Graph',
    keywords: ['focus', 'keyboard', 'graph'],
    run: () => {
      canvasStore.setState({ byKeyboard: true });
      canvas()?.element()?.focus({ preventScroll: true });
    },
  }),
  ...HEADINGS.flatMap(([heading, key, title, extended]) => [
    defineCommand({
      id: `graph.walk.${heading}`,
      title,
      group: 'Graph',
      keys: [key],
      keywords: ['walk', 'upstream', 'downstream', 'branch'],
      on: 'canvas',
      when: anyNode,
      run: () => walkTo(heading),
    }),
    defineCommand({
      id: `graph.extend.${heading}`,
      title: extended,
      group: 'Graph',
      keys: [`Shift+${key}`],
      keywords: ['walk', 'extend', 'selection'],
      on: 'canvas',
      when: anyNode,
      run: () => walkTo(heading, true),
    }),
  ]),
  defineCommand({
    id: 'graph.nextLayer',
    title: 'Go to the next layer in order',
    group: 'Graph',
    keys: [']'],
    when: anyNode,
    run: () => walkInOrder(1),
  }),
  defineCommand({
    id: 'graph.previousLayer',
    title: 'Go to the previous layer in order',
    group: 'Graph',
    keys: ['['],
    when: anyNode,
    run: () => walkInOrder(-1),
  }),
  defineCommand({
    id: 'graph.first',
    title: 'Go to the first layer',
    group: 'Graph',
    keys: ['Home'],
    on: 'canvas',
    when: anyNode,
    run: () => walkToEnd('first'),
  }),
  defineCommand({
    id: 'graph.last',
    title: 'Go to the last layer',
    group: 'Graph',
    keys: ['End'],
    on: 'canvas',
    when: anyNode,
    run: () => walkToEnd('last'),
  }),
  defineCommand({
    id: 'graph.selectWire',
    title: 'Take up a wire of the node, then the next',
    group: 'Graph',
    keys: ['w'],
    keywords: ['edge', 'connection', 'select', 'disconnect'],
    when: anySelected,
    run: selectNextWire,
  }),
  defineCommand({
    id: 'graph.inspect',
    title: 'Edit in the inspector',
    group: 'Graph',
    keys: ['Enter'],
    icon: 'panelRight',
    keywords: ['settings', 'attributes', 'open'],
    on: 'canvas',
    when: anySelected,
    run: focusInspector,
  }),
];
