/** A command for each dock panel, to show it; none for a panel that this network has not. */
import { defineCommand } from '../commands/defineCommand.ts';
import { documentStore } from '../state/document.ts';
import { showPanel } from '../state/view.ts';
import { panelApplies, panels } from './panels.ts';

export default panels.map((panel) =>
  defineCommand({
    id: `panel.${panel.id}`,
    title: `Show ${panel.title}`,
    group: 'View',
    keywords: ['panel', 'tab', 'dock'],
    when: () => panelApplies(panel, documentStore.getState().analysis),
    run: () => showPanel(panel.group, panel.id),
  }),
);
