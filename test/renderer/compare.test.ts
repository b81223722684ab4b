/** Rules of Compare: what is compared, how runs are called, what a section is. */
import { describe, expect, it } from 'vitest';
import type { RunRow } from '#engine/protocol/run.ts';
import { comparedOf } from '#renderer/compare/useCompared.ts';
import { defineSection, type SectionDefinition } from '#renderer/compare/defineSection.ts';
import { foundRuns } from '#renderer/compare/RunSide.tsx';
import { runLabels } from '#renderer/compare/runLabels.ts';
import { sections, sectionsOf } from '#renderer/compare/sections.ts';
import '#renderer/commands/allCommands.ts';
import { commands } from '#renderer/commands/registry.ts';
import {
  comparisonNotes,
  isChanged,
  settingTable,
} from '#renderer/compare/settings/settingRows.ts';
import { runSummary } from '#test/support/runFixtures.ts';

const row = (
  id: string,
  settings: RunRow['settings'] = {},
  more: Partial<RunRow> = {},
): RunRow => ({
  ...runSummary(id, 'finished', 100),
  settings,
  ...more,
});

describe('what is compared', () => {
  const rows = ['a', 'b', 'c'].map((id) => row(id));
  const byId = new Map(rows.map((each) => [each.id, each]));
  it('are the chosen runs in their order, without those that are gone', () => {
    const { runs, baseline } = comparedOf(byId, ['c', 'gone', 'a'], 'a');
    expect(runs.map(({ id }) => id)).toEqual(['c', 'a']);
    expect(baseline).toBe(byId.get('a'));
    expect(comparedOf(byId, ['c', 'a'], 'gone').baseline).toBeNull();
  });
  it('is found by name, project and tag', () => {
    const tagged = [...rows, row('d', {}, { name: 'Wide', tags: ['Ablation'] })];
    const ids = (text: string) => foundRuns(tagged, text).map(({ id }) => id);
    expect(ids(' ablat')).toEqual(['d']);
    expect(ids('wide')).toEqual(['d']);
    expect(ids('digits-mlp')).toEqual(['a', 'b', 'c', 'd']);
    expect(ids('')).toHaveLength(4);
  });
});

describe('short names', () => {
  it('leave out what all have in common, in whole words', () => {
    expect(runLabels(['denoise-z8', 'denoise-z16', 'denoise-z32'])).toEqual(['z8', 'z16', 'z32']);
    expect(runLabels(['digits 12', 'digits 13'])).toEqual(['run 12', 'run 13']);
    expect(runLabels(['p 0.25', 'p 0.5'])).toEqual(['0.25', '0.5']);
    expect(runLabels(['moons', 'moon'])).toEqual(['moons', 'moon']);
    expect(runLabels(['same', 'same'])).toEqual(['same', 'same']);
    expect(runLabels(['a-', 'a-b'])).toEqual(['a-', 'a-b']);
    expect(runLabels(['digits one'])).toEqual(['digits one']);
  });
});

describe('sections', () => {
  it('are found by file, in their order, each with a command', () => {
    expect(sections.map(({ id }) => id)).toEqual(expect.arrayContaining(['curves', 'settings']));
    for (const { id, label } of sections) {
      expect(commands().get(`compare.section.${id}`)?.title).toBe(`Compare: ${label}`);
    }
    const section = (id: string, order: number): SectionDefinition =>
      defineSection({
        ...{ id, order, label: id, icon: 'chart', columns: 6, height: 100 },
        Component: () => null,
      });
    const found = sectionsOf({
      '../b/second.section.tsx': { default: section('second', 2) },
      '../a/first.section.tsx': { default: section('first', 1) },
    });
    expect(found.map(({ id }) => id)).toEqual(['first', 'second']);
    expect(() => sectionsOf({ '../a/x.section.tsx': { default: section('y', 1) } })).toThrow(
      'its file must be y.section.tsx',
    );
  });
});

describe('settings side by side', () => {
  const runs = [
    row('a', { fc1: 'Linear', 'fc1.outFeatures': 8, 'training.optimizer.lr': 1e-3 }),
    row('b', { fc1: 'Linear', 'fc1.outFeatures': 16, 'training.optimizer.lr': 1e-3 }),
    row('c', { fc1: 'Linear', 'fc1.outFeatures': 16, 'training.optimizer.lr': 2e-3 }),
  ];
  const names = (rows: readonly { readonly name: string }[]) => rows.map(({ name }) => name);
  it('are what differs, the graph before training; all on demand', () => {
    const table = settingTable(runs, { ignored: [], differencesOnly: true });
    expect([names(table.graph), names(table.training)]).toEqual([['fc1.outFeatures'], ['lr']]);
    expect([table.different, table.count]).toEqual([2, 3]);
    const all = settingTable(runs, { ignored: ['lr'], differencesOnly: false });
    expect([names(all.graph), names(all.training)]).toEqual([['fc1', 'fc1.outFeatures'], []]);
    expect([all.different, all.count]).toEqual([1, 2]);
  });
  it('are marked where they are another than the baseline has', () => {
    const [width] = settingTable(runs, { ignored: [], differencesOnly: true }).graph;
    if (!width) throw new Error('no row');
    expect([0, 1, 2].map((column) => isChanged(width, column, 1))).toEqual([true, false, false]);
    expect([0, 1, 2].map((column) => isChanged(width, column, -1))).toEqual([false, false, false]);
  });
  it('say when a gain is not of one setting, is chance, or is of other data', () => {
    const [a, b, c] = runs as [RunRow, RunRow, RunRow];
    expect(comparisonNotes([a, b], ['a', 'b'], b)).toEqual([]);
    expect(comparisonNotes([a, c], ['a', 'c'], c)).toEqual([
      'a differs from the baseline in 2 settings, so what it gains or loses is not from one of them alone.',
    ]);
    expect(
      comparisonNotes([a, row('d', { ...a.settings, 'training.seed': 2 })], ['a', 'd'], a),
    ).toEqual(['d is set as the baseline but for its seed: what differs is chance.']);
    const other = { ...b, dataFingerprint: 'g' };
    expect(comparisonNotes([a, other], ['a', 'b'], null)).toEqual([
      expect.stringContaining('different data'),
    ]);
  });
});
