/** Rule: runs compare by what their nodes are, whatever these are called, and know when they are wired otherwise. */
import { describe, expect, test } from 'vitest';
import type { DocumentNode, NetworkDocument } from '#engine/ir/document.ts';
import type { RunRow } from '#engine/protocol/index.ts';
import {
  alignNodesOf,
  alignRuns,
  groupRuns,
  outcomeOf,
  settingDifferences,
  settingsOf,
} from '#engine/runs/index.ts';
import { comparisonReport, reportHtml, reportJson, valuesCsv } from '#engine/runs/report/index.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { runRow } from '#test/support/runRows.ts';

const MOONS = pointsDocument('moons', 2);

/** As a person renames nodes, or makes them anew: wires, shared weights and training go along. */
function renamed(
  document: NetworkDocument,
  names: Readonly<Record<string, string>>,
): NetworkDocument {
  const text = JSON.stringify(document);
  const told = Object.entries(names).reduce(
    (all, [old, name]) => all.replaceAll(`"${old}"`, `"${name}"`),
    text,
  );
  return JSON.parse(told) as NetworkDocument;
}
const withNode = (document: NetworkDocument, id: string, change: Partial<DocumentNode>) => ({
  ...document,
  nodes: document.nodes.map((node) => (node.id === id ? { ...node, ...change } : node)),
});
/** Both activations from the second layer: the same nodes, other wires. */
const rewired = (document: NetworkDocument): NetworkDocument => ({
  ...document,
  wires: document.wires.map((wire) =>
    wire.to.node === 'fc2' ? { ...wire, from: { node: 'fc1', port: 'y' } } : wire,
  ),
});
let made = 0;
const rowOf = (document: NetworkDocument, more: Partial<RunRow> = {}): RunRow => ({
  ...runRow(`r${made++}`, { accuracy: 0.9 }),
  settings: settingsOf(document),
  ...more,
});
const aligned = (...documents: readonly NetworkDocument[]) =>
  alignRuns(
    documents.map((document) => rowOf(document)),
    alignNodesOf(documents),
  );

describe('a node that another run calls otherwise', () => {
  const other = withNode(renamed(MOONS, { fc1: 'hidden', relu1: 'act' }), 'hidden', {
    attrs: { outFeatures: 64 },
  });

  test('is one row, by the name of the first, and nothing that is the same is told', () => {
    const runs = aligned(MOONS, other);
    expect(settingDifferences(runs)).toEqual([
      { name: 'fc1.outFeatures', path: 'fc1.outFeatures', values: [16, 64] },
    ]);
    expect(runs[1]?.called).toEqual({ fc1: 'hidden', relu1: 'act' });
    expect(outcomeOf(runs[0]!, runs[1]!).text).toMatch(/^fc1\.outFeatures 16 -> 64: /);
  });

  test('only renamed is no difference: one group, nothing changed', () => {
    const runs = aligned(MOONS, renamed(MOONS, { fc1: 'hidden' }));
    expect(settingDifferences(runs)).toEqual([]);
    expect(groupRuns(runs)).toHaveLength(1);
    expect(outcomeOf(runs[0]!, runs[1]!).text).toMatch(/^Nothing was changed/);
  });

  test('a loss that is called otherwise is the same one where training names it', () => {
    const loss = MOONS.nodes.find(({ type }) => type.endsWith('Loss'))!.id;
    expect(settingDifferences(aligned(MOONS, renamed(MOONS, { [loss]: 'objective' })))).toEqual([]);
  });

  test('what only later runs have is one node among these', () => {
    const more = (id: string): NetworkDocument => ({
      ...MOONS,
      nodes: MOONS.nodes.flatMap((node) =>
        node.id === 'relu1'
          ? [node, { id, type: 'Dropout', attrs: { p: 0.3 }, position: { x: 0, y: 0 } }]
          : [node],
      ),
      wires: MOONS.wires.flatMap((wire) =>
        wire.to.node === 'fc2'
          ? [
              { from: wire.from, to: { node: id, port: 'x' } },
              { from: { node: id, port: 'y' }, to: wire.to },
            ]
          : [wire],
      ),
    });
    const runs = aligned(MOONS, more('drop'), more('dropout7'));
    expect(settingDifferences(runs).map(({ path, values }) => [path, values])).toEqual([
      ['drop', [null, 'Dropout', 'Dropout']],
      ['drop.p', [null, 0.3, 0.3]],
    ]);
    expect(groupRuns(runs).map((group) => group.runs.length)).toEqual([1, 2]);
  });

  test('runs that are called the same stay the objects that they are', () => {
    const rows = [rowOf(MOONS), rowOf(MOONS)];
    const alignment = alignNodesOf([MOONS, structuredClone(MOONS)]);
    expect(alignRuns(rows, alignment).every((row, i) => row === rows[i])).toBe(true);
    expect(alignRuns(rows, alignNodesOf([MOONS, null])).every((row, i) => row === rows[i])).toBe(
      true,
    );
  });

  test('names of the one that the others are measured by', () => {
    const documents = [other, MOONS];
    const runs = alignRuns(
      documents.map((document) => rowOf(document)),
      alignNodesOf(documents, 1),
    );
    expect(settingDifferences(runs).map(({ path }) => path)).toEqual(['fc1.outFeatures']);
  });
});

describe('wiring', () => {
  test('is a setting where it alone differs; runs of two wirings are two groups', () => {
    const runs = aligned(MOONS, rewired(MOONS), MOONS);
    expect(settingDifferences(runs)).toEqual([
      { name: 'wires', path: 'wires', values: ['A', 'B', 'A'] },
    ]);
    expect(groupRuns(runs).map(({ label, runs: of }) => [label, of.length])).toEqual([
      ['wires A', 2],
      ['wires B', 1],
    ]);
    expect(outcomeOf(runs[0]!, runs[1]!).text).toMatch(/^The wiring was changed: /);
  });

  test('in another order it is the same, and so is that of a node that came or went', () => {
    const turned = { ...MOONS, wires: [...MOONS.wires].reverse() };
    expect(settingDifferences(aligned(MOONS, turned))).toEqual([]);
    const fewer = {
      ...MOONS,
      nodes: MOONS.nodes.filter(({ id }) => id !== 'relu1'),
      wires: MOONS.wires.flatMap((wire) => {
        if (wire.to.node === 'relu1') return [];
        return [wire.from.node === 'relu1' ? { ...wire, from: { node: 'fc1', port: 'y' } } : wire];
      }),
    };
    const paths = settingDifferences(aligned(MOONS, fewer)).map(({ path }) => path);
    expect(paths).toContain('relu1');
    expect(paths).not.toContain('wires');
  });
});

test('a report compares them the same way, and keeps what each run was set to', () => {
  const documents = [MOONS, renamed(MOONS, { fc1: 'hidden' }), rewired(MOONS)];
  const report = comparisonReport(
    documents.map((document) => ({ row: rowOf(document), document, curves: {} })),
    { title: 'Three', madeAt: 'today' },
  );
  expect(report.differences.map(({ path }) => path)).toEqual(['wires']);
  expect(report.groups.map(({ group }) => group.runs.length)).toEqual([2, 1]);
  expect(reportJson(report).runs[1]?.settings).toHaveProperty(['hidden.outFeatures'], 16);
  const html = reportHtml(report);
  expect(html).toContain('wires');
  // The difference of the graphs, against the first.
  expect(html).toContain('<li>↔ hidden, was fc1</li>');
  expect(html).toContain('<li>+ wire fc1.y to fc2.x</li>');
  expect(reportJson(report).graphs.map(({ differences }) => differences.length)).toEqual([0, 1, 2]);
});

test('values stand side by side in a table, a row for each', () => {
  const runs = [MOONS, MOONS].map((document) => ({ row: rowOf(document), document, curves: {} }));
  const report = comparisonReport(runs, { title: 'Two', madeAt: 'today' });
  const lines = valuesCsv(report).split('\r\n');
  expect(lines[0]).toMatch(/^value,r\d+.*,r\d+/);
  expect(lines).toContain('best(validation.accuracy),0.9,0.9');
  expect(lines.some((line) => line.startsWith('parameters,'))).toBe(true);
});
