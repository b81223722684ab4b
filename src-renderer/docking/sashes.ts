/**
 * The lines between panels, for the keyboard and for who cannot see them: dockview drags them by pointer
 * only. Arrow keys move one, a double-click gives the sides the sizes they had at first.
 */
import type { DockviewApi, DockviewGroupPanel } from 'dockview-react';
import { WIDTHS, dockHeight } from './defaultLayout.ts';
import { definitionOf, sideOf } from './dock.ts';
import { CANVAS, TRAINING } from './layout.ts';

const KEY_STEP = 16;
const SASH = '.dv-sash';

interface Line {
  /** The one beside it that a size is set of, and how moving right or down changes it. */
  readonly group: DockviewGroupPanel;
  readonly sign: 1 | -1;
  readonly axis: 'width' | 'height';
}

/** What is before and after it in its row or column. */
function viewsAt(sash: Element): readonly (Element | undefined)[] {
  const views = sash.parentElement?.parentElement?.querySelector(':scope > .dv-view-container');
  const at = sash.parentElement ? [...sash.parentElement.children].indexOf(sash) : -1;
  return [views?.children[at], views?.children[at + 1]];
}

function holds(view: Element, panel: string, api: DockviewApi): boolean {
  return view.contains(api.getPanel(panel)?.group.element ?? null);
}

/** What a line is between: neither the canvas, which takes what is left, nor the bar, which is as it is. */
function lineOf(sash: Element, api: DockviewApi): Line | null {
  const split = sash.parentElement?.parentElement;
  const [before, after] = viewsAt(sash);
  if (!split || !before || !after) return null;
  const groupIn = (view: Element): DockviewGroupPanel | undefined =>
    api.groups.find(({ element, api: { isVisible } }) => isVisible && view.contains(element));
  const gives = (view: Element): boolean => holds(view, CANVAS, api) || holds(view, TRAINING, api);
  const axis = split.classList.contains('dv-horizontal') ? 'width' : 'height';
  const first = groupIn(before);
  const second = groupIn(after);
  if (!first || !second) return null;
  if (!gives(before)) return { group: first, sign: 1, axis };
  return gives(after) ? null : { group: second, sign: -1, axis };
}

function nameOf({ group, axis }: Line): string {
  const titles = group.panels.map(({ id }) => definitionOf(id)?.title ?? id).join(', ');
  return `${axis === 'width' ? 'Width' : 'Height'} of ${titles}`;
}

export function watchSashes(root: HTMLElement, api: DockviewApi): () => void {
  const stop = new AbortController();
  const describe = (): void => {
    for (const sash of root.querySelectorAll<HTMLElement>(SASH)) {
      const line = lineOf(sash, api);
      // Above the bar there is no other size than that of the dock below it.
      if (!line || sash.classList.contains('dv-disabled')) {
        sash.removeAttribute('role');
        sash.removeAttribute('tabindex');
        continue;
      }
      // The bar has a line below it, dock or none.
      const [before] = viewsAt(sash);
      sash.toggleAttribute('data-under-bar', before !== undefined && holds(before, TRAINING, api));
      sash.tabIndex = 0;
      sash.setAttribute('role', 'separator');
      sash.setAttribute('aria-label', nameOf(line));
      sash.setAttribute('aria-orientation', line.axis === 'width' ? 'vertical' : 'horizontal');
      sash.setAttribute('aria-valuenow', String(Math.round(line.group[line.axis])));
    }
  };
  const sashAt = (target: EventTarget | null): Line | null => {
    const sash = target instanceof Element ? target.closest(SASH) : null;
    return sash && lineOf(sash, api);
  };
  root.addEventListener(
    'keydown',
    (event) => {
      const line = sashAt(event.target);
      if (!line || event.altKey || event.ctrlKey || event.metaKey) return;
      const [back, forth] =
        line.axis === 'width' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
      if (event.key !== back && event.key !== forth) return;
      event.preventDefault();
      const step = (event.key === forth ? 1 : -1) * line.sign * KEY_STEP;
      line.group.api.setSize({ [line.axis]: line.group[line.axis] + step });
    },
    { signal: stop.signal },
  );
  root.addEventListener(
    'dblclick',
    (event) => {
      const line = sashAt(event.target);
      const side = line && sideOf(line.group.panels[0]?.id ?? '');
      if (!line || !side) return;
      if (side === 'bottom' && line.axis === 'height') {
        line.group.api.setSize({ height: dockHeight(window.innerHeight) });
      }
      if ((side === 'left' || side === 'right') && line.axis === 'width') {
        line.group.api.setSize({ width: WIDTHS[side] });
      }
    },
    { signal: stop.signal },
  );
  const changes = api.onDidLayoutChange(describe);
  describe();
  return () => {
    stop.abort();
    changes.dispose();
  };
}
