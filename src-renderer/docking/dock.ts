/**
 * What stands between the page and dockview: loads the layout and keeps it in the settings, shows and
 * hides the sides, maximises, holds widths when the window changes. Which panels there are it is told;
 * what a person does with one is in moves.ts.
 */
import type { DockviewApi, DockviewGroupPanel, IDockviewPanel } from 'dockview-react';
import { createStore } from 'zustand/vanilla';
import { own } from '#engine/ir/record.ts';
import type { PanelDefinition } from '../app/definePanel.ts';
import { viewStore, type View } from '../state/view.ts';
import { defaultLayout, renewedDock } from './defaultLayout.ts';
import { fromDockview, toDockview } from './dockviewJson.ts';
import {
  CANVAS,
  CANVAS_MIN,
  TRAINING,
  fitLayout,
  groupOf,
  heightOf,
  panelsOf,
  sidesOf,
  type Away,
  type Layout,
  type Side,
} from './layout.ts';
import { awaySchema, readLayout } from './savedLayout.ts';

/** Narrower than this the left side gives way to the canvas, until it is asked for. */
const NARROW = 1100;

interface Live {
  readonly api: DockviewApi;
  readonly panels: readonly PanelDefinition[];
  /** What we wrote into the settings ourselves, or have loaded from there. */
  settled: View['layout'];
  /** The layout as we made it ourselves: nothing to be saved. */
  made: string;
  /** In the middle of it. */
  making: boolean;
  narrow: boolean;
}
let live: Live | null = null;
/** Of training bar and run clock; known before dockview is. */
let barHeight = 44;

export interface DockState {
  /** The group that has all the room. */
  readonly maximised: string | null;
  /** The left side gave way to a narrow window. */
  readonly squeezed: boolean;
  /** By the panel's id. */
  readonly away: Readonly<Record<string, Away>>;
  /** The panel that was last in hand, for commands. */
  readonly current: string | null;
}
export const dockStore = createStore<DockState>(() => ({
  maximised: null,
  squeezed: false,
  away: {},
  current: null,
}));

const emptyLayout: Layout = { direction: 'row', root: { children: [], size: 0 }, floating: [] };
/** As it was after the last change. */
export const layoutStore = createStore<{ readonly layout: Layout }>(() => ({
  layout: emptyLayout,
}));

export const isCore = (id: string): boolean => id === CANVAS || id === TRAINING;

export function dockApi(): DockviewApi | null {
  return live?.api ?? null;
}
export function definitionOf(id: string): PanelDefinition | undefined {
  return live?.panels.find((panel) => panel.id === id);
}
export function sideOf(panel: string): Side | undefined {
  return sidesOf(layoutStore.getState().layout).get(panel);
}
export function groupWith(panel: string): DockviewGroupPanel | undefined {
  return live?.api.getPanel(panel)?.group;
}
/** That a group of this side has; floating ones have none. */
export function groupAt(side: Side): DockviewGroupPanel | undefined {
  return live?.api.groups.find((group) => sideOfGroup(group) === side);
}

const waiting: (() => void)[] = [];
/** Runs it the next time that the dock is drawn. */
export function whenAttached(run: () => void): void {
  waiting.push(run);
}

/** Dockview is there: the layout comes from the settings. Returns the way to stop. */
export function attach(api: DockviewApi, panels: readonly PanelDefinition[]): () => void {
  const narrow = window.innerWidth < NARROW;
  dockStore.setState({ squeezed: narrow, maximised: null });
  layoutStore.setState({ layout: emptyLayout });
  live = { api, panels, settled: null, made: '', making: false, narrow };
  load();
  for (const run of waiting.splice(0)) run();
  const changes = api.onDidLayoutChange(noteChange);
  const active = api.onDidActivePanelChange(({ panel }) => noteCurrent(panel));
  const stopView = viewStore.subscribe((view) => {
    if (live && view.layout !== live.settled) load();
    showSides();
  });
  const stopDock = dockStore.subscribe(showSides);
  return () => {
    live = null;
    changes.dispose();
    active.dispose();
    stopView();
    stopDock();
  };
}

export function noteCurrent(panel: IDockviewPanel | undefined): void {
  if (panel && !isCore(panel.id)) dockStore.setState({ current: panel.id });
}

/** What changes the layout without a person having done it: the window, the bar, a side that hides. */
function make(change: () => void, { after = noteChange } = {}): void {
  if (!live || live.making) return change();
  // What a person did just before is told later, and would be taken for this.
  after();
  live.making = true;
  try {
    change();
  } finally {
    live.making = false;
    const layout = fromDockview(live.api.toJSON());
    layoutStore.setState({ layout });
    live.made = JSON.stringify(layout);
  }
}

/** What the settings hold, or the default where they hold none that can be read. */
function load(): void {
  make(() => live && loadInto(live), { after: () => {} });
  // Sides are seen from where the canvas is by now.
  showSides();
}

function loadInto(live: Live): void {
  const { api, panels } = live;
  const { layout: saved, panelsAway } = viewStore.getState();
  const known = new Set(panels.map(({ id }) => id));
  const size = { width: api.width, height: api.height };
  const standard = (): Layout =>
    // A panel that may not apply is taken out afterwards, so that it has a place to come back to.
    defaultLayout(panels, { ...size, windowHeight: window.innerHeight });
  const given = readLayout(saved, known);
  live.settled = saved;
  const away = awaySchema.safeParse(panelsAway);
  dockStore.setState({ maximised: null, away: given && away.success ? away.data : {} });
  const put = (layout: Layout): void => {
    const renewed = dockFrom(heightOf(layout), size.height);
    const fitting = fitLayout(layout, size.width, size.height, barHeight, renewed);
    api.fromJSON(
      toDockview(fitting, { ...size, bar: barHeight }, (id) => definitionOf(id)?.title ?? id),
      { reuseExistingPanels: true },
    );
  };
  try {
    put(given ?? standard());
  } catch {
    // Dockview has put nothing in its place.
    put(standard());
  }
  constrain();
}

/** How high the dock is to be; what is around the panels, title and status, is as high in every window. */
function dockFrom(before: number, now: number): (height: number) => number {
  return renewedDock(window.innerHeight + before - now, window.innerHeight);
}

/** Nothing of what the settings hold: the layout as the window was first seen. */
export function resetLayout(): void {
  if (!live) return;
  live.settled = null;
  viewStore.setState({
    layout: null,
    panelsAway: {},
    leftOpen: true,
    rightOpen: true,
    dockOpen: true,
  });
  load();
}

/** The canvas takes what others leave; the bar under it is as high as it is. */
function constrain(): void {
  const canvas = groupWith(CANVAS);
  if (!canvas) return;
  // Dockview's own wish for a view, of which its groups have no public setter.
  Object.defineProperty(canvas, 'priority', { value: 'high', configurable: true });
  canvas.api.setConstraints({ minimumWidth: CANVAS_MIN.row, minimumHeight: CANVAS_MIN.column });
  setBarHeight(barHeight);
}

export function setBarHeight(height: number): void {
  barHeight = height;
  make(() => {
    const group = groupWith(TRAINING);
    group?.api.setConstraints({ minimumHeight: height, maximumHeight: height });
    group?.api.setSize({ height });
  });
}

/** After whatever changed the layout, by hand or by command. */
function noteChange(): void {
  if (!live || live.making) return;
  const { layout: before } = layoutStore.getState();
  const layout = fromDockview(live.api.toJSON());
  const made = JSON.stringify(layout);
  if (!panelsOf(layout).includes(CANVAS) || made === live.made) return;
  live.made = made;
  layoutStore.setState({ layout });
  noteClosed(before, layout);
  showSides();
  // While one has all the room, the sizes are not those to come back to.
  if (dockStore.getState().maximised !== null) return;
  const settled = plain(layout);
  live.settled = settled;
  viewStore.setState({ layout: settled, panelsAway: plain(dockStore.getState().away) });
}

/** As the settings take it: JSON has no word for `readonly`. */
function plain(data: Layout | DockState['away']): View['layout'] {
  return JSON.parse(JSON.stringify(data)) as View['layout'];
}

/** Panels that were there and no longer are: closed, unless it is known why. */
function noteClosed(before: Layout, after: Layout): void {
  const here = new Set(panelsOf(after));
  const { away } = dockStore.getState();
  for (const id of panelsOf(before)) {
    if (!here.has(id) && own(away, id) === undefined && definitionOf(id))
      putAway(id, true, { layout: before });
  }
}

/** Remembers where a panel stood. */
export function putAway(id: string, closed: boolean, { layout } = layoutStore.getState()): void {
  const group = groupOf(layout, id);
  if (!group) return;
  const index = group.panels.indexOf(id);
  const distance = (other: string): number => Math.abs(group.panels.indexOf(other) - index);
  const beside = group.panels
    .filter((other) => other !== id)
    .toSorted((a, b) => distance(a) - distance(b));
  const entry: Away = { closed, front: group.front === id, index, beside };
  dockStore.setState(({ away }) => ({ away: { ...away, [id]: entry } }));
}

function sideOfGroup(group: DockviewGroupPanel): Side | undefined {
  const [first] = group.panels;
  return first && sideOf(first.id);
}

export function isOpen(side: 'left' | 'right' | 'bottom'): boolean {
  const { leftOpen, rightOpen, dockOpen } = viewStore.getState();
  if (side === 'left') return leftOpen && !dockStore.getState().squeezed;
  return side === 'right' ? rightOpen : dockOpen;
}

export function setOpen(side: 'left' | 'right' | 'bottom', open: boolean): void {
  dockStore.setState(({ squeezed }) => ({
    maximised: null,
    squeezed: side === 'left' ? false : squeezed,
  }));
  const field = { left: 'leftOpen', right: 'rightOpen', bottom: 'dockOpen' } as const;
  viewStore.setState({ [field[side]]: open });
}

/** Every group is there or not, as the sides are open and one is maximised. */
function showSides(): void {
  if (!live) return;
  const { maximised } = dockStore.getState();
  const whole = live.api.groups.find(({ id }) => id === maximised);
  if (maximised !== null && !whole) {
    dockStore.setState({ maximised: null });
    return;
  }
  const wanted = (group: DockviewGroupPanel): boolean => {
    const side = sideOfGroup(group);
    if (whole) {
      // The bar stays over what is in the dock; beside a panel of the sides it would stand alone.
      const isBar = group.panels.some(({ id }) => id === TRAINING);
      return group === whole || (isBar && sideOfGroup(whole) === 'bottom');
    }
    return side === 'left' || side === 'right' || side === 'bottom' ? isOpen(side) : true;
  };
  const groups = live.api.groups.filter(({ api }) => api.location.type === 'grid');
  // What comes first: dockview asks whether anything of a row is left.
  const turns = [true, false].flatMap((show) =>
    groups.filter((group) => wanted(group) === show && group.api.isVisible !== show),
  );
  if (turns.length === 0) return;
  make(() => {
    for (const group of turns) group.api.setVisible(!group.api.isVisible);
  });
}

interface Held {
  readonly group: DockviewGroupPanel;
  readonly size: { readonly width?: number; readonly height?: number };
}

function depth({ element }: DockviewGroupPanel): number {
  let around = 0;
  for (let at = element.parentElement; at; at = at.parentElement) around += 1;
  return around;
}

/** The window has another size: panels beside the canvas keep theirs, those below it where they were dragged. */
export function resize(width: number, height: number): void {
  if (!live || width === 0 || height === 0) return;
  const { api } = live;
  const holds = dockStore.getState().maximised === null;
  const renewed = dockFrom(api.height, height);
  const held = api.groups.flatMap((group): readonly Held[] => {
    const side = sideOfGroup(group);
    if (!holds || !group.api.isVisible || group.api.location.type !== 'grid') return [];
    if (side === 'left' || side === 'right') return [{ group, size: { width: group.width } }];
    return side === 'bottom' ? [{ group, size: { height: renewed(group.height) } }] : [];
  });
  make(() => {
    api.layout(width, height);
    // From the outside in: what is inside shares in the size of what is around it.
    for (const { group, size } of held.toSorted((a, b) => depth(a.group) - depth(b.group))) {
      group.api.setSize(size);
    }
  });
  const narrow = window.innerWidth < NARROW;
  if (narrow === live.narrow) return;
  live.narrow = narrow;
  dockStore.setState({ squeezed: narrow });
}
