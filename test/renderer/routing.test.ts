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

describe('labels', () => {
  /** As wide and high as the text is. */
  const boxOf = ({ x, y }: Point, width: number) => ({
    ...{ left: x - width / 2, right: x + width / 2, top: y - 7, bottom: y + 1 },
  });
  const boxes = (wires: readonly WireEnds[], cards: readonly Card[]) => {
    const routes = routeWires(cards, wires);
    return wires.flatMap(({ key, net, labelWidth }) => {
      const label = routes.get(key)?.label;
      return label ? [{ key, net, box: boxOf(label, labelWidth) }] : [];
    });
  };
  type Box = ReturnType<typeof boxOf>;
  const meet = (a: Box, b: Box): boolean =>
    a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  /** Wires of other outputs that run through a text. */
  const struck = (wires: readonly WireEnds[], cards: readonly Card[]): string[] => {
    const routes = routeWires(cards, wires);
    return boxes(wires, cards).flatMap(({ key, net, box }) =>
      wires.flatMap((other) => {
        const { points } = routes.get(other.key) ?? { points: [] };
        const runsThrough = points.slice(1).some((b, i) => {
          const a = points[i] ?? b;
          return meet(box, {
            ...{ left: Math.min(a.x, b.x) - 0.1, right: Math.max(a.x, b.x) + 0.1 },
            ...{ top: Math.min(a.y, b.y) - 0.1, bottom: Math.max(a.y, b.y) + 0.1 },
          });
        });
        return other.net !== net && runsThrough ? [`${other.key} through ${key}`] : [];
      }),
    );
  };

  it('meet neither each other nor other wires where two run side by side between two rows', () => {
    const cards = Array.from({ length: 10 }, (_, i) => card(`n${i}`, i % 5, Math.floor(i / 5)));
    const [first, , , , end] = cards;
    const [below, last] = [cards[5], cards[9]];
    if (!first || !end || !below || !last) throw new Error('no cards');
    const chain = cards.slice(1).map((to, i) => wire(cards[i] ?? to, to, { labelWidth: 51 }));
    const long = wire(first, last, {
      ...{ labelWidth: 51, port: 1, net: 'n0.other' },
      source: { x: first.x + CARD.width, y: first.y + 96, node: 'n0' },
    });
    const wires = [...chain, long];
    expect(boxes(wires, cards)).toHaveLength(wires.length);
    expect(struck(wires, cards)).toEqual([]);
    const all = boxes(wires, cards);
    all.forEach(({ box }, i) => {
      for (const other of all.slice(i + 1)) expect(meet(box, other.box)).toBe(false);
    });
  });

  it('step aside from a wire that goes down through a short stretch', () => {
    const cards = [card('a', 0, 0), card('b', 1, 0), card('c', 0, 1)];
    const [a, b, c] = cards;
    if (!a || !b || !c) throw new Error('no cards');
    const down = wire(c, b, { port: 1, minor: true, labelWidth: 20 });
    const wires = [wire(a, b, { labelWidth: 51 }), down];
    expect(struck(wires, cards)).toEqual([]);
  });

  it('stand on no card', () => {
    const cards = Array.from({ length: 40 }, (_, i) => card(`m${i}`, i % 8, Math.floor(i / 8)));
    const wires = cards.slice(1).map((to, i) => wire(cards[i] ?? to, to));
    const skips = cards
      .slice(9)
      .map((to, i) =>
        wire(cards[i] ?? to, to, { key: `s${i}`, net: `m${i}.s`, port: 1, labelWidth: 46 }),
      );
    for (const { box } of boxes([...wires, ...skips], cards)) {
      const on = cards.filter(({ x, y }) =>
        meet(box, { left: x, right: x + CARD.width, top: y, bottom: y + CARD.height }),
      );
      expect(on).toEqual([]);
    }
  });
});
