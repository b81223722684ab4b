/**
 * Rule: a layout survives being saved, windows of other sizes and versions with other panels; one that was
 * damaged is no layout.
 */
import { describe, expect, it } from 'vitest';
import { panels } from '#renderer/app/panels.ts';
import { defaultLayout, dockHeight, renewedDock } from '#renderer/docking/defaultLayout.ts';
import { fromDockview, toDockview } from '#renderer/docking/dockviewJson.ts';
import {
  CANVAS,
  TRAINING,
  fitLayout,
  groupOf,
  groupsIn,
  heightOf,
  isSplit,
  panelsOf,
  sidesOf,
  type Layout,
  type LayoutNode,
} from '#renderer/docking/layout.ts';
import { readLayout } from '#renderer/docking/savedLayout.ts';

const WINDOW = { width: 1440, height: 836, windowHeight: 900 };
const BAR = 84;
const standard = defaultLayout(panels, WINDOW);
const known = new Set(panels.map(({ id }) => id));
const json = (layout: unknown): unknown => JSON.parse(JSON.stringify(layout));

/** Every child's size, and what they add up to, by direction. */
function expectWhole(node: LayoutNode, along: number, across: number): void {
  if (!isSplit(node)) return;
  const total = node.children.reduce((sum, { size }) => sum + size, 0);
  expect(total).toBe(along);
  for (const child of node.children) expectWhole(child, across, child.size);
}

describe('the layout as it is first seen', () => {
  it('has every panel once, at the place that its definition names', () => {
    const ids = panelsOf(standard);
    expect(ids.toSorted()).toEqual([...known, CANVAS, TRAINING].toSorted());
    const sides = sidesOf(standard);
    for (const { id, place } of panels) {
      const side = place === 'left' || place === 'right' ? place : 'bottom';
      expect([id, sides.get(id)]).toEqual([id, side]);
    }
    expect(sides.get(CANVAS)).toBe('centre');
    expect(sides.get(TRAINING)).toBe('centre');
  });

  it('takes a panel of a new file without being told', () => {
    const more = [...panels, { id: 'sample', place: 'left' } as const];
    expect(groupOf(defaultLayout(more, WINDOW), 'sample')?.panels).toEqual([
      'layers',
      'outline',
      'sample',
    ]);
  });

  it('has no group where no panel belongs', () => {
    const few = panels.filter(({ place }) => place === 'bottomLeft');
    const { width, height } = WINDOW;
    const layout = fitLayout(defaultLayout(few, WINDOW), width, height, BAR);
    expect(groupsIn(layout.root).every((group) => group.panels.length > 0)).toBe(true);
    expectWhole(layout.root, width, height);
  });
});

describe('a window of another size', () => {
  it.each([
    [1920, 1016],
    [1280, 736],
    [1024, 704],
  ])('is filled, by the canvas: %i x %i', (width, height) => {
    const layout = fitLayout(standard, width, height, BAR);
    expectWhole(layout.root, width, height);
    expect(groupOf(layout, 'inspector')).toMatchObject({ size: 272 });
    expect(groupOf(layout, 'layers')).toMatchObject({ size: 168 });
    expect(groupOf(layout, TRAINING)).toMatchObject({ size: BAR });
    // Groups beside one another share as before.
    const share = (of: Layout): number => {
      const [curves, samples] = ['curves', 'samples'].map((id) => groupOf(of, id)!);
      return 'size' in curves! && 'size' in samples! ? curves.size / samples.size : Number.NaN;
    };
    expect(share(layout)).toBeCloseTo(share(standard), 1);
  });

  it('has a dock as high as it would first be seen there, unless it was dragged', () => {
    const [small, large] = [800, 1080];
    const made = defaultLayout(panels, { width: 1280, height: small - 64, windowHeight: small });
    const grow = renewedDock(heightOf(made) + 64, large);
    const dockOf = (layout: Layout): number => {
      const [column] = layout.root.children;
      if (!column || !isSplit(column)) throw new Error('no column');
      return column.children.at(-1)!.size;
    };
    const layout = fitLayout(made, 1920, large - 64, BAR, grow);
    expectWhole(layout.root, 1920, large - 64);
    expect(dockOf(made)).toBe(dockHeight(small));
    expect(dockOf(layout)).toBe(dockHeight(large));
    expect(groupOf(layout, 'layers')).toMatchObject({ size: 168 });
    // And back, as it was.
    const back = fitLayout(layout, 1280, small - 64, BAR, renewedDock(large, small));
    expect(dockOf(back)).toBe(dockHeight(small));
    expect(grow(dockHeight(small) + 60)).toBe(dockHeight(small) + 60);
    expect(renewedDock(small, small)(dockHeight(small) + 5)).toBe(dockHeight(small) + 5);
  });

  it('leaves the canvas some room, however little there is', () => {
    const layout = fitLayout(standard, 500, 300, BAR);
    const canvas = groupOf(layout, CANVAS);
    expect(canvas && 'size' in canvas && canvas.size).toBeGreaterThan(50);
    expectWhole(layout.root, 500, 300);
  });
});

describe('a saved layout', () => {
  it('comes back as it was, through the settings and through dockview', () => {
    const floating = [
      { panels: ['log'], front: 'log', left: 40, top: 30, width: 300, height: 200 },
    ];
    const saved: Layout = { ...standard, floating: [] };
    expect(readLayout(json(saved), known)).toEqual(saved);
    const size = { width: WINDOW.width, height: WINDOW.height, bar: BAR };
    const apart = { ...without(standard, 'log'), floating };
    expect(fromDockview(toDockview(apart, size, (id) => id))).toEqual(apart);
    expect(readLayout(json(apart), known)).toEqual(apart);
  });

  it('gives up panels that are not known any more, and what is empty without them', () => {
    const read = readLayout(json(standard), new Set(['curves', 'inspector']));
    expect(read && panelsOf(read).toSorted()).toEqual([CANVAS, 'curves', 'inspector', TRAINING]);
    expect(read && groupOf(read, 'curves')?.front).toBe('curves');
  });

  it.each([
    ['nothing', null],
    ['of another kind', { leftWidth: 168, dockShares: [1, 1, 1] }],
    ['a string', 'left'],
    ['sizes that are none', { ...standard, root: { ...standard.root, size: -1 } }],
    ['without a canvas', without(standard, CANVAS)],
    ['without the training bar', without(standard, TRAINING)],
    ['a panel twice', twice(standard, 'curves')],
    ['a panel in one group with the canvas', into(standard, CANVAS, 'log')],
    ['an empty row', { ...standard, root: { children: [], size: 10 } }],
  ])('that is damaged is none: %s', (_, value) => {
    expect(readLayout(json(value), known)).toBeNull();
  });
});

function mapGroups(
  layout: Layout,
  change: (panels: readonly string[]) => readonly string[],
): Layout {
  const visit = (node: LayoutNode): readonly LayoutNode[] => {
    if (isSplit(node)) return [{ ...node, children: node.children.flatMap(visit) }];
    const ids = change(node.panels);
    const [first] = ids;
    return first === undefined ? [] : [{ ...node, panels: ids, front: first }];
  };
  const [root] = visit(layout.root);
  if (!root || !isSplit(root)) throw new Error('nothing left');
  return { ...layout, root };
}
function without(layout: Layout, id: string): Layout {
  return mapGroups(layout, (ids) => ids.filter((other) => other !== id));
}
function into(layout: Layout, beside: string, id: string): Layout {
  return mapGroups(without(layout, id), (ids) => (ids.includes(beside) ? [...ids, id] : ids));
}
function twice(layout: Layout, id: string): Layout {
  return mapGroups(layout, (ids) => (ids.includes('inspector') ? [...ids, id] : ids));
}
