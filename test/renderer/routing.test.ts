import { describe, expect, it } from 'vitest';
import { CARD, PITCH, type Point } from '#engine/drawing/geometry.ts';
import { routeWires, wirePath, type WireEnds } from '#engine/drawing/routing.ts';

const card = (id: string, column: number, row: number) => ({
  id,
  x: column * PITCH.x,
  y: row * PITCH.y,
});
type Card = ReturnType<typeof card>;

const wire = (
  from: Card,
  to: Card,
  options: Partial<WireEnds> & { port?: number } = {},
): WireEnds => ({
  key: `${from.id}>${to.id}.${options.port ?? 0}`,
  net: `${from.id}.y`,
  source: { x: from.x + CARD.width, y: from.y + 64, node: from.id },
  target: { x: to.x, y: to.y + 64 + 32 * (options.port ?? 0), node: to.id },
  minor: false,
  labelWidth: 40,
  ...options,
});

function cardsCrossed(points: readonly Point[], cards: readonly Card[]): string[] {
  const crossed: string[] = [];
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1], points[i]];
    if (!a || !b) continue;
    for (const { id, x, y } of cards) {
      const clear =
        Math.max(a.x, b.x) <= x ||
        Math.min(a.x, b.x) >= x + CARD.width ||
        Math.max(a.y, b.y) <= y ||
        Math.min(a.y, b.y) >= y + CARD.height;
      if (!clear) crossed.push(id);
    }
  }
  return crossed;
}

/** Stretches of two wires that lie on each other. */
function shared(a: readonly Point[], b: readonly Point[]): number {
  let length = 0;
  for (let i = 1; i < a.length; i++) {
    for (let k = 1; k < b.length; k++) {
      const [p, q, r, s] = [a[i - 1], a[i], b[k - 1], b[k]];
      if (!p || !q || !r || !s) continue;
      for (const [at, along] of [
        ['y', 'x'],
        ['x', 'y'],
      ] as const) {
        if (p[at] !== q[at] || r[at] !== s[at] || p[at] !== r[at]) continue;
        const low = Math.max(Math.min(p[along], q[along]), Math.min(r[along], s[along]));
        const high = Math.min(Math.max(p[along], q[along]), Math.max(r[along], s[along]));
        length += Math.max(0, high - low);
      }
    }
  }
  return length;
}

describe('routes', () => {
  const grid = Array.from({ length: 14 }, (_, i) => card(`n${i}`, i % 5, Math.floor(i / 5)));
  const first = grid[0] ?? card('none', 0, 0);
  const last = grid.at(-1) ?? first;
  const chain = grid.slice(1).map((to, i) => wire(grid[i] ?? to, to));
  const label = wire(first, last, {
    net: 'n0.label',
    key: 'label',
    minor: true,
    port: 1,
    source: { x: first.x + CARD.width, y: first.y + 96, node: 'n0' },
  });
  const routes = routeWires(grid, [...chain, label]);

  it('are straight between neighbours', () => {
    expect(routes.get('n0>n1.0')?.points).toHaveLength(2);
  });

  it('wrap from the end of a row to the beginning of the next between the rows', () => {
    const points = routes.get('n4>n5.0')?.points ?? [];
    expect(points).toHaveLength(6);
    const height = points[2]?.y ?? 0;
    expect(height).toBeGreaterThan(CARD.height);
    expect(height).toBeLessThan(PITCH.y);
  });

  it('cross no card and share no lane', () => {
    const all = [...routes.values()].map(({ points }) => points);
    for (const points of all) expect(cardsCrossed(points, grid)).toEqual([]);
    all.forEach((a, i) => {
      for (const b of all.slice(i + 1)) expect(shared(a, b)).toBe(0);
    });
  });

  it('leave to the right and enter from the left', () => {
    for (const { points } of routes.values()) {
      const [start, next] = points;
      const [before, end] = points.slice(-2);
      expect(next?.y).toBe(start?.y);
      expect(next?.x).toBeGreaterThan(start?.x ?? 0);
      expect(before?.y).toBe(end?.y);
      expect(before?.x).toBeLessThan(end?.x ?? 0);
    }
  });

  it('cut a gap where another wire crosses', () => {
    const gaps = [...routes.values()].flatMap((route) => [...route.gaps.values()].flat());
    expect(gaps.length).toBeGreaterThan(0);
    const route = [...routes.values()].find(({ gaps: own }) => own.size > 0);
    if (!route) throw new Error('no gap');
    expect(wirePath(route.points, 10, route.gaps).match(/M/g)?.length).toBeGreaterThan(1);
    expect(wirePath(route.points, 10).match(/M/g)).toHaveLength(1);
  });

  it('go around a card in the way', () => {
    const [a, b, c] = [card('a', 0, 0), card('b', 1, 0), card('c', 2, 0)];
    const points = routeWires([a, b, c], [wire(a, c)]).get('a>c.0')?.points ?? [];
    expect(cardsCrossed(points, [a, b, c])).toEqual([]);
    expect(points.length).toBeGreaterThan(2);
  });

  it('keep what they are told to keep, and route the rest around it', () => {
    const kept = new Map([...routes].filter(([key]) => key !== 'label'));
    const again = routeWires(grid, [...chain, label], kept);
    for (const [key, { points }] of kept) expect(again.get(key)?.points).toBe(points);
    for (const { points } of kept.values()) {
      expect(shared(points, again.get('label')?.points ?? [])).toBe(0);
    }
  });

  it('cross no card of a deep network with residual connections', () => {
    const many = Array.from({ length: 150 }, (_, i) => card(`m${i}`, i % 10, Math.floor(i / 10)));
    const wires = many.slice(1).map((to, i) => wire(many[i] ?? to, to));
    // A residual connection over every third card.
    const skips = many
      .filter((_, i) => i % 3 === 0 && i >= 3)
      .map((to, i) => wire(many[i * 3] ?? to, to, { key: `s${i}`, net: `m${i * 3}.y`, port: 1 }));
    const all = [...wires, ...skips];
    const found = routeWires(many, all);
    for (const { key } of all) expect(cardsCrossed(found.get(key)?.points ?? [], many)).toEqual([]);
    expect(found.size).toBe(all.length);
  });
});
