/** The layout as the window is first seen: each panel at the place that its definition names. */
import type { PanelDefinition, PanelPlace } from '../app/definePanel.ts';
import {
  CANVAS,
  TRAINING,
  type Group,
  type Layout,
  type LayoutNode,
  type Split,
} from './layout.ts';

/** Widths of the panels beside the canvas, in px. */
export const WIDTHS = { left: 168, right: 272 } as const;
/**
 * The dock with the training bar: so much of the window's height beyond what title, status and a canvas want.
 * In a low window it gives way first: three rows of cards with their figures come before taller charts.
 */
const DOCK = { share: 0.41, without: 264, min: 200, max: 336 } as const;
const TRAINING_BAR = 44;
/** Of the dock's width, for the groups side by side in it. */
export const DOCK_SHARES = { bottomLeft: 1.2, bottomMiddle: 1.11, bottomRight: 1.05 } as const;
export const DOCK_PLACES = ['bottomLeft', 'bottomMiddle', 'bottomRight'] as const;

export function dockHeight(windowHeight: number): number {
  const { share, without, min, max } = DOCK;
  const wanted = (windowHeight - without) * share;
  return Math.round(Math.min(max, Math.max(min, wanted))) - TRAINING_BAR;
}

/** The tabs of documents come and go, and what was first seen with them is a little lower. */
const TABS_MAKE = 12;

/** In a window of another height a dock that nobody has dragged is as high as it would first be seen there. */
export function renewedDock(windowBefore: number, windowNow: number): (height: number) => number {
  const [before, now] = [dockHeight(windowBefore), dockHeight(windowNow)];
  return (height) =>
    windowBefore !== windowNow && Math.abs(height - before) <= TABS_MAKE ? now : height;
}

/** `windowHeight` is more than `height`, which is without title and status. */
export function defaultLayout(
  panels: readonly Pick<PanelDefinition, 'id' | 'place'>[],
  { width, height, windowHeight }: Record<'width' | 'height' | 'windowHeight', number>,
): Layout {
  const group = (place: PanelPlace, size: number): readonly Group[] => {
    const ids = panels.filter((panel) => panel.place === place).map(({ id }) => id);
    return ids[0] === undefined ? [] : [{ panels: ids, front: ids[0], size }];
  };
  const core = (id: string, size: number): Group => ({ panels: [id], front: id, size });
  const right = group('right', WIDTHS.right);
  const left = group('left', WIDTHS.left);
  const middle = width - (right.length > 0 ? WIDTHS.right : 0);
  const total = DOCK_PLACES.reduce((sum, place) => sum + DOCK_SHARES[place], 0);
  const dock = DOCK_PLACES.flatMap((place) =>
    group(place, Math.round((middle * DOCK_SHARES[place]) / total)),
  );
  const bottom = dock.length > 0 ? dockHeight(windowHeight) : 0;
  const above: Split = {
    children: [...left, core(CANVAS, middle - (left.length > 0 ? WIDTHS.left : 0))],
    size: height - bottom - TRAINING_BAR,
  };
  const column: LayoutNode[] = [above, core(TRAINING, TRAINING_BAR)];
  if (dock.length > 0) column.push({ children: dock, size: bottom });
  return {
    direction: 'row',
    root: { children: [{ children: column, size: middle }, ...right], size: height },
    floating: [],
  };
}
