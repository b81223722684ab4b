/**
 * The layout as the settings keep it, read with suspicion: they may be of another version, or have been
 * edited by hand. What cannot be read is no layout, and the default takes its place.
 */
import { z } from 'zod';
import { CANVAS, TRAINING, isSplit, panelsOf, type Layout, type LayoutNode } from './layout.ts';

const size = z.number().min(0).max(20_000);
const group = z.object({ panels: z.array(z.string()).min(1), front: z.string(), size });
const node: z.ZodType<LayoutNode> = z.union([
  group,
  z.object({ children: z.lazy(() => z.array(node).min(1)), size }),
]);
const layoutSchema = z.object({
  direction: z.enum(['row', 'column']),
  root: z.object({ children: z.array(node).min(1), size }),
  floating: z.array(
    z.object({
      panels: z.array(z.string()).min(1),
      front: z.string(),
      left: z.number(),
      top: z.number(),
      width: size,
      height: size,
    }),
  ),
});

export const awaySchema = z.record(
  z.string(),
  z.object({
    closed: z.boolean(),
    front: z.boolean(),
    index: z.number().int().min(0),
    beside: z.array(z.string()),
  }),
);

/** Without panels that are no longer known and what is empty without them; null for what is none. */
export function readLayout(value: unknown, known: ReadonlySet<string>): Layout | null {
  const parsed = layoutSchema.safeParse(value);
  if (!parsed.success) return null;
  const ids = panelsOf(parsed.data);
  const once = (id: string): boolean => ids.filter((other) => other === id).length === 1;
  if (!once(CANVAS) || !once(TRAINING) || new Set(ids).size < ids.length) return null;
  const isKnown = (id: string): boolean => known.has(id) || id === CANVAS || id === TRAINING;
  const root = prune(parsed.data.root, isKnown);
  if (!root || !isSplit(root)) return null;
  const floating = parsed.data.floating.flatMap((each) => {
    const panels = each.panels.filter(isKnown);
    return panels[0] === undefined ? [] : [{ ...each, panels, front: inFront(panels, each.front) }];
  });
  // Bars float no more than the canvas does.
  const afloat = floating.flatMap(({ panels }) => panels);
  if (afloat.includes(CANVAS) || afloat.includes(TRAINING)) return null;
  return standAlone(root) ? { ...parsed.data, root, floating } : null;
}

function prune(of: LayoutNode, isKnown: (id: string) => boolean): LayoutNode | null {
  if (!isSplit(of)) {
    const panels = of.panels.filter(isKnown);
    return panels.length > 0 ? { ...of, panels, front: inFront(panels, of.front) } : null;
  }
  const children = of.children.flatMap((child) => prune(child, isKnown) ?? []);
  return children.length > 0 ? { ...of, children } : null;
}

const inFront = (panels: readonly string[], front: string): string =>
  panels.includes(front) ? front : (panels[0] ?? front);

/** A panel in one group with the canvas would be a tab that is not there to be pressed. */
function standAlone(of: LayoutNode): boolean {
  if (isSplit(of)) return of.children.every(standAlone);
  const core = of.panels.includes(CANVAS) || of.panels.includes(TRAINING);
  return !core || of.panels.length === 1;
}
