/** What a row of tabs does that dockview does not: double-click maximises, combinations are commands' and not the tab's. */
import { dockApi, noteCurrent } from './dock.ts';
import { toggleMaximised } from './moves.ts';

const HEADER = '.dv-tabs-and-actions-container';

function groupOf(target: EventTarget | null) {
  if (!(target instanceof Element)) return undefined;
  return dockApi()?.groups.find(({ element }) => element.contains(target));
}

export function watchHeaders(root: HTMLElement): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  root.addEventListener(
    'dblclick',
    ({ target }) => {
      if (!(target instanceof Element) || !target.closest(HEADER)) return;
      if (target.closest('.dock-tools')) return;
      const panel = groupOf(target)?.activePanel;
      if (panel) toggleMaximised(panel.id);
    },
    { signal },
  );
  // Dockview notes where a person presses, not where Tab goes.
  root.addEventListener('focusin', ({ target }) => noteCurrent(groupOf(target)?.activePanel), {
    signal,
  });
  root.addEventListener(
    'keydown',
    (event) => {
      const isTab = event.target instanceof Element && event.target.matches('[role="tab"]');
      if (!isTab || !(event.altKey || event.ctrlKey || event.metaKey)) return;
      // Tabs take keys with Alt or Ctrl for the keys alone: past them, to whoever has a command for it.
      event.stopPropagation();
      const again = new KeyboardEvent('keydown', { ...keysOf(event), cancelable: true });
      if (!window.dispatchEvent(again)) event.preventDefault();
    },
    { signal, capture: true },
  );
  return () => stop.abort();
}

function keysOf({ key, code, altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent) {
  return { key, code, altKey, ctrlKey, metaKey, shiftKey };
}
