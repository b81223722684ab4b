/** A command for each panel, to show it, closed or not; none for a panel that this network has not. */
import { defineCommand } from '../commands/defineCommand.ts';
import { documentStore } from '../state/document.ts';
import { showPanel } from '../docking/moves.ts';
import { panelApplies, panels } from './panels.ts';

export default panels.map((panel) =>
  defineCommand({
    id: `panel.${panel.id}`,
    title: `Show ${panel.title}`,
    group: 'View',
    keywords: ['panel', 'tab', 'dock'],
    when: () => panelApplies(panel, documentStore.getState().analysis),
    run: () => showPanel(panel.id),
  }),
);
