/**
 * What an edit costs the page before anything is drawn: the check of 200 nodes after one attribute changed
 * (target 10 ms), and the routes of all wires of a deep network with residual connections (target 100 ms).
 * Prints, asserts nothing: a busy machine is slow, whatever the code.
 *
 *   npx vitest run --config test/bench/vitest.config.ts editing
 */
import { describe, it } from 'vitest';
import { analyse } from '#engine/check/analyse.ts';
import { applyEdits } from '#engine/ir/applyEdits.ts';
import { CARD, PITCH } from '#engine/drawing/geometry.ts';
import { routeWires, type WireEnds } from '#engine/drawing/routing.ts';
import { chain, features, LABEL, type NodeText } from '../support/network.ts';

function timed(what: string, times: number, run: (i: number) => () => unknown): void {
  const ms = Array.from({ length: times }, (_, i) => {
    const measured = run(i);
    const start = performance.now();
    measured();
    return performance.now() - start;
  }).toSorted((a, b) => a - b);
  const at = (share: number): string => (ms[Math.floor(share * (times - 1))] ?? NaN).toFixed(1);
  console.log(`${what}: least ${at(0)} ms, median ${at(0.5)} ms, most ${at(1)} ms`);
}

describe('an edit', () => {
  it('is checked', () => {
    const hidden = Array.from({ length: 98 }, (_, i): NodeText[] => [
      [`fc${i}`, 'Linear', { outFeatures: 64 }],
      [`relu${i}`, 'ReLU'],
    ]).flat();
    let document = chain(
      [...hidden, ['out', 'Linear', { outFeatures: 10 }], ['loss', 'CrossEntropyLoss']],
      { input: 'features', fields: [features(8), LABEL] },
    );
    analyse(document);
    timed(`check of ${document.nodes.length} nodes`, 40, (i) => {
      const attrs = { outFeatures: 32 + i };
      document = applyEdits(document, [{ kind: 'setAttrs', id: 'fc1', attrs }]);
      return () => analyse(document);
    });
  });

  it('is routed', () => {
    const cards = Array.from({ length: 150 }, (_, i) => ({
      id: `m${i}`,
      x: (i % 10) * PITCH.x,
      y: Math.floor(i / 10) * PITCH.y,
    }));
    const between = (from: number, to: number): WireEnds[] => {
      const [a, b] = [cards[from], cards[to]];
      if (!a || !b) return [];
      return [
        {
          key: `${a.id}>${b.id}`,
          net: `${a.id}.y`,
          source: { x: a.x + CARD.width, y: a.y + 64, node: a.id },
          target: { x: b.x, y: b.y + 64, node: b.id },
          minor: false,
          labelWidth: 40,
        },
      ];
    };
    const wires = cards.flatMap((_, i) => [
      ...(i > 0 ? between(i - 1, i) : []),
      ...(i >= 3 && i % 3 === 0 ? between(i - 3, i) : []),
    ]);
    timed(`routes of ${wires.length} wires`, 10, () => () => routeWires(cards, wires));
  });
});
