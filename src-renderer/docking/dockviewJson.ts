/** Between our layout and what dockview reads and writes. Types only: no part of dockview is loaded here. */
import type { SerializedDockview } from 'dockview-react';
import {
  CANVAS,
  TRAINING,
  groupsIn,
  isSplit,
  type Direction,
  type Floating,
  type Layout,
  type LayoutNode,
} from './layout.ts';

type GridNode = SerializedDockview['grid']['root'];
type Grid = SerializedDockview['grid'];
type GroupState = Exclude<GridNode['data'], readonly unknown[]>;

/** Also the names of the components that DockviewReact is given. */
export const PANEL_COMPONENT = 'panel';
export const CORE_COMPONENT = 'core';

const isCore = (id: string): boolean => id === CANVAS || id === TRAINING;

export function toDockview(
  layout: Layout,
  { width, height, bar }: Record<'width' | 'height' | 'bar', number>,
  title: (panel: string) => string,
): SerializedDockview {
  let groups = 0;
  const state = ({ panels, front }: Pick<Floating, 'panels' | 'front'>): GroupState => ({
    id: `group-${(groups += 1)}`,
    views: [...panels],
    activeView: front,
    // Beside the canvas there is room, in it there is none; around the bar there is neither.
    ...(panels.includes(CANVAS) ? { hideHeader: true, locked: true } : {}),
    ...(panels.includes(TRAINING) ? { hideHeader: true, locked: 'no-drop-target' } : {}),
  });
  const node = (of: LayoutNode): GridNode =>
    isSplit(of)
      ? { type: 'branch', data: of.children.map(node), size: of.size }
      : { type: 'leaf', data: state(of), size: of.size };
  const root = node(layout.root);
  const floatingGroups = layout.floating.map((each) => ({
    data: state(each),
    position: { left: each.left, top: each.top, width: each.width, height: each.height },
  }));
  const ids = [...groupsIn(layout.root), ...layout.floating].flatMap(({ panels }) => panels);
  return {
    grid: { root, width, height, orientation: orientation(layout.direction) },
    panels: Object.fromEntries(
      ids.map((id) => [
        id,
        {
          id,
          title: title(id),
          contentComponent: isCore(id) ? CORE_COMPONENT : PANEL_COMPONENT,
          // Else it would be taken for as high as others must be, and the dock be the less high for it.
          ...(id === TRAINING ? { minimumHeight: bar, maximumHeight: bar } : {}),
        },
      ]),
    ),
    floatingGroups,
  };
}

/** Dockview's enumeration is of these words; its values would load the whole of it. */
function orientation(direction: Direction): Grid['orientation'] {
  return (direction === 'row' ? 'HORIZONTAL' : 'VERTICAL') as Grid['orientation'];
}

/** Hidden groups have the size that they come back to. */
export function fromDockview(json: SerializedDockview): Layout {
  const node = (of: GridNode): readonly LayoutNode[] => {
    const size = of.size ?? 0;
    if (Array.isArray(of.data)) {
      const children = of.data.flatMap(node);
      return children.length > 0 ? [{ children, size }] : [];
    }
    const { views, activeView } = of.data;
    const [first] = views;
    return first === undefined ? [] : [{ panels: views, front: activeView ?? first, size }];
  };
  const [root] = node(json.grid.root);
  if (!root || !isSplit(root)) throw new Error('dockview: a layout without a root');
  const [width, height] = [json.grid.width, json.grid.height];
  return {
    direction: String(json.grid.orientation) === 'HORIZONTAL' ? 'row' : 'column',
    root,
    floating: (json.floatingGroups ?? []).flatMap(({ data, position }) => {
      const first = data?.views[0];
      if (!data || first === undefined) return [];
      const left = 'left' in position ? position.left : width - position.right - position.width;
      const top = 'top' in position ? position.top : height - position.bottom - position.height;
      const size = { left, top, width: position.width, height: position.height };
      return [{ panels: data.views, front: data.activeView ?? first, ...size }];
    }),
  };
}
