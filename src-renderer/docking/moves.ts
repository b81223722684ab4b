/** What can be done with a panel: shown, closed, brought back, moved to a side, split off, maximised. */
import type { DockviewGroupPanel, IDockviewPanel } from 'dockview-react';
import type { Analysis } from '#engine/check/analysis.ts';
import { own } from '#engine/ir/record.ts';
import type { PanelDefinition } from '../app/definePanel.ts';
import { DOCK_PLACES, WIDTHS, dockHeight } from './defaultLayout.ts';
import {
  definitionOf,
  dockApi,
  dockStore,
  groupAt,
  groupWith,
  isOpen,
  putAway,
  setOpen,
  sideOf,
  whenAttached,
} from './dock.ts';
import { PANEL_COMPONENT } from './dockviewJson.ts';
import { DESIGN, isInFront, showView } from '../state/frontView.ts';
import { CANVAS, TRAINING } from './layout.ts';

/** A panel moved to a side that has none yet. */
const NEW_WIDTH = 272;
const FLOATING = { width: 460, height: 300 } as const;

/** Brings a panel to the front, wherever it is; one that was closed comes back. From another view it goes there. */
export function showPanel(id: string): void {
  if (isInFront(DESIGN)) return openPanel(id);
  whenAttached(() => openPanel(id));
  showView(DESIGN);
}

function openPanel(id: string): void {
  const api = dockApi();
  const definition = definitionOf(id);
  if (!api || !definition) return;
  if (!api.getPanel(id)) bringBack(definition, true);
  const panel = api.getPanel(id);
  if (!panel) return;
  const side = sideOf(id);
  const { maximised } = dockStore.getState();
  if (maximised !== null && maximised !== panel.group.id) dockStore.setState({ maximised: null });
  if ((side === 'left' || side === 'right' || side === 'bottom') && !isOpen(side)) {
    setOpen(side, true);
  }
  panel.api.setActive();
}

/** To the front of its group, if it is there; nothing is opened for it. */
export function bringForward(id: string): void {
  dockApi()?.getPanel(id)?.api.setActive();
}

/** Shows or hides what is on a side; where all of it was closed, what belongs there comes back. */
export function toggleSide(side: 'left' | 'right' | 'bottom'): void {
  if (groupAt(side)) {
    setOpen(side, !isOpen(side));
    return;
  }
  setOpen(side, true);
  const { away } = dockStore.getState();
  for (const [id, { closed }] of Object.entries(away)) {
    const definition = definitionOf(id);
    if (!closed || !definition) continue;
    const { place } = definition;
    if ((place === 'left' || place === 'right' ? place : 'bottom') === side) showPanel(id);
  }
}

export function closePanel(id: string): void {
  const panel = dockApi()?.getPanel(id);
  if (!panel) return;
  putAway(id, true);
  panel.api.close();
}

/** Takes out what this network has nothing for, puts back what it has; never what the person closed. */
export function applyTo(
  analysis: Analysis,
  applies: (panel: PanelDefinition, analysis: Analysis) => boolean,
  panels: readonly PanelDefinition[],
): void {
  const api = dockApi();
  if (!api) return;
  for (const panel of panels) {
    const here = api.getPanel(panel.id);
    const gone = own(dockStore.getState().away, panel.id);
    if (here && !applies(panel, analysis)) {
      putAway(panel.id, false);
      here.api.close();
    } else if (!here && applies(panel, analysis) && gone?.closed !== true) {
      bringBack(panel, gone?.front ?? false);
    }
  }
}

/** Where it was; else with others of its place; else to a new group there. */
function bringBack(definition: PanelDefinition, front: boolean): void {
  const api = dockApi();
  if (!api) return;
  const { id, title, place } = definition;
  const gone = own(dockStore.getState().away, id);
  const beside = gone?.beside.flatMap((other) => groupWith(other) ?? [])[0];
  const alike = api.panels.find((panel) => definitionOf(panel.id)?.place === place)?.group;
  const group = beside ?? alike ?? groupFor(place);
  const before = group.panels.filter(
    (other) => (definitionOf(other.id)?.order ?? 0) < definition.order,
  ).length;
  const index = Math.min(beside && gone ? gone.index : before, group.panels.length);
  dockStore.setState(({ away }) => ({
    away: Object.fromEntries(Object.entries(away).filter(([key]) => key !== id)),
  }));
  api.addPanel({
    id,
    title,
    component: PANEL_COMPONENT,
    inactive: !front,
    position: { referenceGroup: group, direction: 'within', index },
  });
}

/** A group of its own at the place where its panels are at first. */
function groupFor(place: PanelDefinition['place']): DockviewGroupPanel {
  const api = dockApi();
  const canvas = groupWith(CANVAS);
  if (!api || !canvas) throw new Error('The dock is not there yet.');
  if (place === 'left' || place === 'right') return groupOnSide(place);
  const dock = groupAt('bottom');
  if (!dock) return groupOnSide('bottom');
  const direction = place === DOCK_PLACES[0] ? 'left' : 'right';
  return api.addGroup({ referenceGroup: dock, direction });
}

function groupOnSide(side: 'left' | 'right' | 'bottom'): DockviewGroupPanel {
  const api = dockApi();
  const there = groupAt(side);
  if (there) return there;
  const canvas = groupWith(CANVAS);
  const bar = groupWith(TRAINING);
  if (!api || !canvas || !bar) throw new Error('The dock is not there yet.');
  if (side === 'bottom') {
    const group = api.addGroup({ referenceGroup: bar, direction: 'below' });
    group.api.setSize({ height: dockHeight(window.innerHeight) });
    return group;
  }
  const group =
    side === 'left'
      ? api.addGroup({ referenceGroup: canvas, direction: 'left' })
      : api.addGroup({ direction: 'right' });
  group.api.setSize({ width: side === 'left' ? WIDTHS.left : NEW_WIDTH });
  return group;
}

export function moveToSide(id: string, side: 'left' | 'right' | 'bottom'): void {
  const panel = dockApi()?.getPanel(id);
  if (!panel || sideOf(id) === side) return;
  setOpen(side, true);
  panel.api.moveTo({ group: groupOnSide(side), position: 'center' });
  panel.api.setActive();
}

/** Out of its group into one of its own beside it. */
export function splitOff(id: string, position: 'right' | 'bottom'): void {
  const panel = dockApi()?.getPanel(id);
  if (!panel || panel.group.panels.length < 2) return;
  panel.api.moveTo({ group: panel.group, position });
}

/** Above the others, to be dragged anywhere; and back to the side it is at by default. */
export function toggleFloating(id: string): void {
  const api = dockApi();
  const panel = api?.getPanel(id);
  if (!api || !panel) return;
  dockStore.setState({ maximised: null });
  if (sideOf(id) === 'floating') {
    const place = definitionOf(id)?.place ?? 'right';
    moveToSide(id, place === 'left' || place === 'right' ? place : 'bottom');
    return;
  }
  const x = Math.max(0, Math.round((api.width - FLOATING.width) / 2));
  const y = Math.max(0, Math.round((api.height - FLOATING.height) / 3));
  api.addFloatingGroup(panel, { x, y, ...FLOATING });
}

/** All the room for the group of a panel, or as it was. */
export function toggleMaximised(id: string): void {
  const group = groupWith(id);
  if (!group || group.api.location.type !== 'grid') return;
  dockStore.setState(({ maximised }) => ({ maximised: maximised === group.id ? null : group.id }));
}

/** The panel that commands are about: the one with the focus, else the one last in hand. */
export function currentPanel(): IDockviewPanel | undefined {
  const { current } = dockStore.getState();
  return current === null ? undefined : dockApi()?.getPanel(current);
}

/** The keyboard goes to the tabs of the next group that can be seen, or the one before. */
export function focusGroup(step: 1 | -1): void {
  const groups = (dockApi()?.groups ?? []).filter(
    (group) => group.api.isVisible && group.panels.length > 0,
  );
  const places = groups.map(({ element }) => element);
  const at = places.findIndex((element) => element.contains(document.activeElement));
  for (let turn = 1; turn <= groups.length; turn++) {
    const index = (((at + step * turn) % groups.length) + groups.length) % groups.length;
    const element = places[index];
    // The canvas and the bar have no tabs, but what can be focused.
    const tab = element?.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]');
    const inside = element?.querySelector<HTMLElement>('[role="application"], button');
    const target = tab?.offsetParent ? tab : inside;
    if (!target) continue;
    target.focus();
    return;
  }
}
