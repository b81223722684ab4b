/** Rule: the picture of two graphs says of each node what all compared runs have, where they differ. */
import { describe, expect, test } from 'vitest';
import type { DocumentNode, NetworkDocument } from '#engine/ir/document.ts';
import { settingsOf } from '#engine/runs/index.ts';
import { valuesOfAll } from '#renderer/compare/graph/valuesOfAll.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { runRow } from '#test/support/runRows.ts';

const MOONS = pointsDocument('moons', 2);
const NODE = (id: string): DocumentNode => {
  const found = MOONS.nodes.find((node) => node.id === id);
  if (!found) throw new Error(`no node ${id}`);
  return found;
};
const wide = (outFeatures: number): NetworkDocument => ({
  ...MOONS,
  nodes: MOONS.nodes.map((node) =>
    node.id === 'fc1' ? { ...node, attrs: { ...node.attrs, outFeatures } } : node,
  ),
});
const rowsOf = (...documents: readonly NetworkDocument[]) =>
  documents.map((document, i) => ({ ...runRow(`run${i}`), settings: settingsOf(document) }));

describe('of three runs', () => {
  const ofAll = valuesOfAll(rowsOf(wide(8), wide(32), wide(8)));

  test('each value is told once, with the runs that have it', () => {
    expect(
      ofAll(NODE('fc1')).map(({ key, values }) => ({
        key,
        values: values.map(({ text, runs }) => [text, runs.map(({ id }) => id)]),
      })),
    ).toEqual([
      {
        key: 'outFeatures',
        values: [
          ['8', ['run0', 'run2']],
          ['32', ['run1']],
        ],
      },
    ]);
  });

  test('nothing is told of a node that is the same in all, nor of one whose name begins alike', () => {
    expect(ofAll(NODE('relu1'))).toEqual([]);
    expect(ofAll({ ...NODE('fc1'), id: 'fc' })).toEqual([]);
  });
});

test('a run without the node has no value of it', () => {
  const without: NetworkDocument = {
    ...MOONS,
    nodes: MOONS.nodes.filter(({ id }) => id !== 'fc1'),
  };
  const [width] = valuesOfAll(rowsOf(wide(8), wide(32), without))(NODE('fc1')).filter(
    ({ key }) => key === 'outFeatures',
  );
  expect(width?.values.flatMap(({ runs }) => runs.map(({ id }) => id))).toEqual(['run0', 'run1']);
});
