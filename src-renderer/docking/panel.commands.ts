/** What can be done with the panel in hand: the one with the focus, else the one last touched. */
import { defineCommand, type Command } from '../commands/defineCommand.ts';
import { definitionOf, dockStore, sideOf } from './dock.ts';
import {
  closePanel,
  currentPanel,
  focusGroup,
  moveToSide,
  splitOff,
  toggleFloating,
  toggleMaximised,
} from './moves.ts';

const KEYWORDS = ['panel', 'tab', 'dock', 'layout'];

/** Of the current panel, named in the title. */
function ofPanel(
  id: string,
  title: (panel: string) => string,
  run: (panel: string) => void,
  more: Partial<Pick<Command, 'keys'>> & { readonly may?: (panel: string) => boolean } = {},
): Command {
  const { may = () => true, ...rest } = more;
  return defineCommand({
    id: `dock.${id}`,
    title: title('the panel'),
    titleNow: () => {
      const panel = currentPanel();
      return title(panel ? (definitionOf(panel.id)?.title ?? panel.id) : 'the panel');
    },
    group: 'View',
    keywords: KEYWORDS,
    when: () => {
      const panel = currentPanel();
      return panel !== undefined && may(panel.id);
    },
    run: () => {
      const panel = currentPanel();
      if (panel) run(panel.id);
    },
    ...rest,
  });
}

const isAlone = (id: string): boolean => {
  const panel = currentPanel();
  return panel?.id === id && panel.group.panels.length < 2;
};
const isFloating = (id: string): boolean => sideOf(id) === 'floating';
const maySplit = (id: string): boolean => !isAlone(id) && !isFloating(id);

export default [
  ofPanel(
    'maximise',
    (panel) =>
      dockStore.getState().maximised === null ? `Maximise ${panel}` : 'Restore the panels',
    toggleMaximised,
    { may: (id) => !isFloating(id) },
  ),
  ofPanel('close', (panel) => `Close ${panel}`, closePanel),
  ofPanel(
    'left',
    (panel) => `Move ${panel} to the left side`,
    (id) => moveToSide(id, 'left'),
    {
      may: (id) => sideOf(id) !== 'left',
    },
  ),
  ofPanel(
    'right',
    (panel) => `Move ${panel} to the right side`,
    (id) => moveToSide(id, 'right'),
    {
      may: (id) => sideOf(id) !== 'right',
    },
  ),
  ofPanel(
    'bottom',
    (panel) => `Move ${panel} to the dock`,
    (id) => moveToSide(id, 'bottom'),
    {
      may: (id) => sideOf(id) !== 'bottom',
    },
  ),
  ofPanel(
    'splitRight',
    (panel) => `Split ${panel} to the right`,
    (id) => splitOff(id, 'right'),
    {
      may: maySplit,
    },
  ),
  ofPanel(
    'splitBelow',
    (panel) => `Split ${panel} below`,
    (id) => splitOff(id, 'bottom'),
    {
      may: maySplit,
    },
  ),
  ofPanel('float', (panel) => `Float or dock ${panel}`, toggleFloating),
  defineCommand({
    id: 'dock.next',
    title: 'Go to the next panel',
    group: 'View',
    keys: ['F6'],
    keywords: KEYWORDS,
    run: () => focusGroup(1),
  }),
  defineCommand({
    id: 'dock.previous',
    title: 'Go to the previous panel',
    group: 'View',
    keys: ['Shift+F6'],
    keywords: KEYWORDS,
    run: () => focusGroup(-1),
  }),
];
