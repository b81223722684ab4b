/**
 * Rules of objectives on the canvas: a region is what an objective trains and what computes with that alone; its
 * gradient is shown as it is computed; an outline holds its cards and no others.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { wireKey } from '#engine/ir/document.ts';
import { restoreDocumentText } from '#engine/ir/restoreDocument.ts';
import { CARD, type Point } from '#engine/drawing/geometry.ts';
import { loopPath, outlineOf, type Outline } from '#renderer/canvas/regions.ts';
import { documentStore } from '#renderer/state/document.ts';
import { gradientText, objectiveFlows } from '#renderer/training/objectiveFlow.ts';
import { objectiveMarks } from '#renderer/training/objectives.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'resources', 'examples');

function flowsOf(name: string) {
  const restored = restoreDocumentText(readFileSync(join(FOLDER, `${name}.netloom.json`), 'utf8'));
  if (!restored.ok) throw new Error(name);
  documentStore.load(restored.document);
  const { document, analysis } = documentStore.getState();
  return { document, analysis, flows: objectiveFlows(document, analysis) };
}

describe('the objectives of a GAN', () => {
  const { document, analysis, flows } = flowsOf('digits-gan');
  const [discriminator, generator] = flows;
  const way = (index: number, from: string, to: string): string | undefined => {
    const wire = document.wires.find((each) => each.from.node === from && each.to.node === to);
    if (!wire) throw new Error(`no wire from ${from} to ${to}`);
    return flows[index]?.wires.get(wireKey(wire));
  };

  test('have their own parts of the network', () => {
    expect([...(generator?.region ?? [])]).toEqual([
      'g1',
      'g_bn1',
      'g_act1',
      'g2',
      'g_bn2',
      'g_act2',
      'g3',
      'fake',
    ]);
    expect(discriminator?.region).toContain('d1');
    expect(discriminator?.region).toContain('e_drop2');
    expect(discriminator?.region).toContain('loss_fake');
    // The other's loss, data and constants that only the other uses are in neither.
    for (const id of ['loss_fool', 'ones', 'z', 'data', 'flat']) {
      expect(flows.some(({ region }) => region.has(id))).toBe(false);
    }
  });

  test('the generator is taught through the discriminator', () => {
    expect(way(1, 'g1', 'g_bn1')).toBe('own');
    expect(way(1, 'fake', 'e1')).toBe('through');
    expect(way(1, 'e2', 'e_act2')).toBe('through');
    expect(way(1, 'e3', 'loss_fool')).toBe('through');
    expect(way(1, 'd1', 'd_act1')).toBeUndefined();
    expect(generator).toMatchObject({ passes: [0], stopsAt: [] });
  });

  test('the discriminator teaches itself alone', () => {
    expect(way(0, 'd1', 'd_act1')).toBe('own');
    expect(way(0, 'd3', 'loss_real')).toBe('own');
    expect(way(0, 'e3', 'loss_fake')).toBe('own');
    expect(way(0, 'fake', 'e1')).toBeUndefined();
    expect(discriminator).toMatchObject({ passes: [], stopsAt: ['fake'] });
  });

  test('a constant and data have no gradient', () => {
    expect(way(0, 'zeros', 'loss_fake')).toBeUndefined();
    expect(way(0, 'e3', 'zeros')).toBeUndefined();
    expect(way(0, 'flat', 'd1')).toBeUndefined();
  });

  test('are told in words', () => {
    const marks = objectiveMarks(analysis);
    expect(flows.map((flow) => gradientText(flow, marks))).toEqual([
      'stops at fake',
      'goes through Discriminator, which stays as it is',
    ]);
  });
});

/** By the even-odd rule, as it is drawn. */
function holds({ loops }: Outline, { x, y }: Point): boolean {
  let inside = false;
  for (const loop of loops) {
    for (const [i, a] of loop.entries()) {
      const b = loop[(i + 1) % loop.length] ?? a;
      const crosses = a.y > y !== b.y > y && x < a.x + ((y - a.y) * (b.x - a.x)) / (b.y - a.y);
      if (crosses) inside = !inside;
    }
  }
  return inside;
}
const corners = ({ x, y }: Point): Point[] => [
  { x: x + 1, y: y + 1 },
  { x: x + CARD.width - 1, y: y + 1 },
  { x: x + 1, y: y + CARD.height - 1 },
  { x: x + CARD.width - 1, y: y + CARD.height - 1 },
];

describe('an outline', () => {
  const grid = (...places: readonly (readonly [number, number])[]): Point[] =>
    places.map(([column, row]) => ({ x: column * 224, y: row * 192 }));

  test('of one card is a rectangle around it', () => {
    const outline = outlineOf(grid([0, 0]), []);
    expect(outline?.loops).toHaveLength(1);
    expect(outline?.loops[0]).toHaveLength(4);
    expect(outline?.head).toEqual({ x: -16, y: -30 });
  });

  test('joins neighbours, and cards a row apart with nothing between them', () => {
    expect(outlineOf(grid([0, 0], [1, 0], [2, 0]), [])?.loops).toHaveLength(1);
    expect(outlineOf(grid([0, 0], [0, 2]), [])?.loops).toHaveLength(1);
    expect(outlineOf(grid([0, 0], [6, 0]), [])?.loops).toHaveLength(2);
  });

  test('of none is none', () => {
    expect(outlineOf([], grid([0, 0]))).toBeNull();
  });

  test('holds its cards and no others, wherever they stand', () => {
    // Each half of a board of 36 cards that a number says, 300 of them.
    let seed = 12345;
    const random = (): number => (seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
    for (let trial = 0; trial < 300; trial++) {
      const [mine, others]: [Point[], Point[]] = [[], []];
      for (let i = 0; i < 36; i++) {
        const kind = random();
        const [place] = grid([i % 6, Math.floor(i / 6)]);
        if (place) (kind < 0.35 ? mine : kind < 0.7 ? others : []).push(place);
      }
      const outline = outlineOf(mine, others);
      if (!outline) continue;
      expect(mine.flatMap(corners).every((point) => holds(outline, point))).toBe(true);
      expect(others.flatMap(corners).some((point) => holds(outline, point))).toBe(false);
      for (const loop of outline.loops) {
        // Right angles only, and no corner that is none.
        for (const [i, a] of loop.entries()) {
          const b = loop[(i + 1) % loop.length] ?? a;
          const c = loop[(i + 2) % loop.length] ?? a;
          expect((a.x === b.x) !== (a.y === b.y)).toBe(true);
          expect((a.x === b.x) !== (b.x === c.x)).toBe(true);
        }
      }
    }
  });

  test('is drawn with round corners that fit between each other', () => {
    const path = loopPath(
      [
        [
          { x: 0, y: 0 },
          { x: 8, y: 0 },
          { x: 8, y: 40 },
          { x: 0, y: 40 },
        ],
      ],
      10,
    );
    expect(path).toBe('M0 10Q0 0 4 0L4 0Q8 0 8 10L8 30Q8 40 4 40L4 40Q0 40 0 30Z');
  });
});
