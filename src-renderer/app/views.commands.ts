/** A command for each view, to go there; none while there is but one. */
import { defineCommand, type Command } from '../commands/defineCommand.ts';
import { documentStore } from '../state/document.ts';
import { runStore } from '../state/runs.ts';
import type { ViewDefinition } from './defineView.ts';
import { showView } from '../state/frontView.ts';
import { offeredViews, views } from './views.ts';

export function viewCommands(all: readonly ViewDefinition[]): readonly Command[] {
  const offered = (): readonly ViewDefinition[] =>
    offeredViews({ runs: runStore.getState(), document: documentStore.getState() }, all);
  return all.map((view) =>
    defineCommand({
      id: `view.goto.${view.id}`,
      title: `Go to ${view.label}`,
      group: 'View',
      icon: view.icon,
      keywords: ['view', 'switch', ...(view.keywords ?? [])],
      ...(view.shortcut === undefined ? {} : { keys: [view.shortcut] }),
      when: () => offered().length > 1 && offered().includes(view),
      run: () => showView(view.id),
    }),
  );
}

export default viewCommands(views);
