/**
 * Where every panel stands, as plain data: rows and columns of groups of tabs, sizes in px. What is saved
 * in the settings and what dockview is given are both made from it (savedLayout.ts, dockviewJson.ts), so
 * neither has to know the other. Pure; dock.ts is the one that acts.
 */

/** The canvas and what stands under it are in the same tree, without tabs: panels stand around them. */
export const CANVAS = 'canvas';
export const TRAINING = 'training';

export type Direction = 'row' | 'column';

export interface Group {
  /** In the order of their tabs; never empty. */
  readonly panels: readonly string[];
  readonly front: string;
  /** Along the row or column that it is in. */
  readonly size: number;
}
/** A row or a column, in turns: which, follows from the depth. */
export interface Split {
  readonly children: readonly LayoutNode[];
  readonly size: number;
}
export type LayoutNode = Group | Split;

/** Over the others, within the window. */
export interface Floating {
  readonly panels: readonly string[];
  readonly front: string;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  readonly direction: Direction;
  readonly root: Split;
  readonly floating: readonly Floating[];
}

/** Of a panel that is not there: where it comes back to. */
export interface Away {
  /** By the person; else because the network has nothing for it. */
  readonly closed: boolean;
  readonly front: boolean;
  readonly index: number;
  /** What shared its group, nearest first. */
  readonly beside: readonly string[];
}

/** Where a panel is, seen from the canvas. */
export type Side = 'left' | 'right' | 'bottom' | 'centre' | 'floating';

export const turned = (direction: Direction): Direction => (direction === 'row' ? 'column' : 'row');

export const isSplit = (node: LayoutNode): node is Split => 'children' in node;

/** Of the groups in the tree, from left to right and from top to bottom. */
export function groupsIn(node: LayoutNode): readonly Group[] {
  return isSplit(node) ? node.children.flatMap(groupsIn) : [node];
}

export function panelsIn(node: LayoutNode): readonly string[] {
  return groupsIn(node).flatMap(({ panels }) => panels);
}

export function panelsOf(layout: Layout): readonly string[] {
  return [...panelsIn(layout.root), ...layout.floating.flatMap(({ panels }) => panels)];
}

/** The group of a panel, floating or not. */
export function groupOf(layout: Layout, panel: string): Group | Floating | undefined {
  const groups = [...groupsIn(layout.root), ...layout.floating];
  return groups.find(({ panels }) => panels.includes(panel));
}

/** On which side of the canvas each panel is. Above counts as the dock, which is what hides with it. */
export function sidesOf(layout: Layout): ReadonlyMap<string, Side> {
  const sides = new Map<string, Side>();
  const note = (node: LayoutNode, side: Side): void => {
    for (const panel of panelsIn(node)) sides.set(panel, side);
  };
  const visit = (node: LayoutNode, direction: Direction): void => {
    if (!isSplit(node)) return note(node, 'centre');
    const at = node.children.findIndex((child) => panelsIn(child).includes(CANVAS));
    for (const [index, child] of node.children.entries()) {
      if (index === at) visit(child, turned(direction));
      else note(child, direction === 'column' ? 'bottom' : index < at ? 'left' : 'right');
    }
  };
  visit(layout.root, layout.direction);
  for (const { panels } of layout.floating)
    for (const panel of panels) sides.set(panel, 'floating');
  sides.set(TRAINING, 'centre');
  return sides;
}

/** Less than this the canvas cannot show anything. */
export const CANVAS_MIN = { row: 240, column: 160 } as const;

/** Height of what is below the canvas: what it is to be in a window of another height. */
type Renewed = (height: number) => number;

/**
 * For a window of another size: what holds the canvas takes the difference, the bar under it keeps its
 * height, panels beside one another share what they have as before.
 */
export function fitLayout(
  layout: Layout,
  width: number,
  height: number,
  bar: number,
  renewed: Renewed = (same) => same,
): Layout {
  const { root, direction } = layout;
  const [along, across] = direction === 'row' ? [width, height] : [height, width];
  return { ...layout, root: fitSplit(root, direction, along, across, { bar, renewed }) };
}

/** Of the window in which the layout was made. */
export function heightOf({ direction, root }: Layout): number {
  if (direction === 'row') return root.size;
  return root.children.reduce((sum, { size }) => sum + size, 0);
}

function fitSplit(
  split: Split,
  direction: Direction,
  along: number,
  across: number,
  fit: { readonly bar: number; readonly renewed: Renewed },
): Split {
  const { bar, renewed } = fit;
  const { children } = split;
  const isBar = (node: LayoutNode): boolean => !isSplit(node) && node.panels.includes(TRAINING);
  const keeper = children.findIndex((child) => panelsIn(child).includes(CANVAS));
  const isBelow = (index: number): boolean =>
    direction === 'column' && keeper >= 0 && index > keeper;
  const wanted = children.map((child, index) => {
    if (isBar(child)) return bar;
    return isBelow(index) ? renewed(child.size) : child.size;
  });
  const total = (of: readonly number[]): number => of.reduce((sum, size) => sum + size, 0);
  const others = wanted.filter((_, index) => index !== keeper && !isBar(children[index]!));
  const fixed = children.filter(isBar).length * bar;
  // Less for the others before the canvas is squeezed away; all of it where there is no canvas to give way.
  const room = along - fixed - (keeper >= 0 ? Math.min(CANVAS_MIN[direction], along) : 0);
  const share = keeper >= 0 ? Math.min(1, room / Math.max(1, total(others))) : room / total(others);
  const sizes = wanted.map((size, index) =>
    isBar(children[index]!) ? bar : Math.max(0, Math.round(size * share)),
  );
  const last = keeper >= 0 ? keeper : children.length - 1;
  sizes[last] = 0;
  sizes[last] = Math.max(0, along - total(sizes));
  return {
    size: across,
    children: children.map((child, index) => {
      const size = sizes[index] ?? 0;
      return isSplit(child)
        ? { ...fitSplit(child, turned(direction), across, size, fit), size }
        : { ...child, size };
    }),
  };
}
