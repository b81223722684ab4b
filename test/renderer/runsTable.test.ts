/** Rules of the table of runs: which columns there are, in which order rows stand, how they are grouped and found. */
import { describe, expect, it } from 'vitest';
import { architectureText, dataText } from '#renderer/runs/architecture.ts';
import { trainedText } from '#renderer/runs/cellText.ts';
import { createCatalogue } from '#renderer/runs/catalogue.ts';
import { columnOf } from '#renderer/runs/columns.ts';
import { movedColumn } from '#renderer/runs/dragColumn.ts';
import { groupFigure, type Line, linesOf } from '#renderer/runs/grouping.ts';
import { search } from '#engine/runs/index.ts';
import { completions, filterNames } from '#renderer/runs/completions.ts';
import { sorted, withSort, type SortKey } from '#renderer/runs/sorting.ts';
import { standingOut, standOut } from '#renderer/runs/standOut.ts';
import { restoreTable } from '#renderer/runs/tableState.ts';
import { runRow } from '#test/support/runRows.ts';

const LR = 'training.optimizer.lr';
const SEED = 'training.seed';
const RUNS = [
  runRow('low', { accuracy: 0.5, settings: { [LR]: 0.1, [SEED]: 1 } }),
  runRow('high', { accuracy: 0.9, loss: 0.1, settings: { [LR]: 0.01, [SEED]: 2 }, tags: ['old'] }),
  runRow('lost', { state: 'failed', settings: { [LR]: 0.1, [SEED]: 2 } }),
  runRow('now', { state: 'running', accuracy: 0.7, settings: { [LR]: 0.01, [SEED]: 1 } }),
];
const ids = (runs: readonly { readonly id: string }[]) => runs.map(({ id }) => id);
const by = (...keys: readonly (readonly [string, boolean])[]): readonly SortKey[] =>
  keys.map(([column, descending]) => ({ column, descending }));

describe('columns', () => {
  it('are named as filters name what they show', () => {
    const [low] = RUNS;
    const text = (id: string) => (low ? columnOf(id).text(low) : '');
    expect(text('best(accuracy)')).toBe('50.00%');
    expect(text('last(accuracy)')).toBe('49.00%');
    expect(text('last(train.loss)')).toBe('0.300');
    expect(text(LR)).toBe('0.1');
    expect(text('best(test.accuracy)')).toBe('–');
    expect(columnOf('best(accuracy)').label).toBe('Best accuracy');
    expect(columnOf('last(train.loss)').label).toBe('Last training loss');
    expect(columnOf('best(f1)').label).toBe('Best F1');
    expect(columnOf('last(test.rocAuc)').label).toBe('Last test ROC AUC');
    expect(columnOf(LR).label).toBe('lr');
    expect(columnOf('at(accuracy, 5)').label).toBe('accuracy at epoch 5');
  });

  it('show a number of an epoch from whoever knows it', () => {
    const column = columnOf('at(test.accuracy, 2)', ({ key, split, epoch }, { id }) =>
      id === 'low' && key === 'accuracy' && split === 'test' && epoch === 2 ? 0.25 : undefined,
    );
    expect(RUNS.map(column.text)).toEqual(['25.00%', '–', '–', '–']);
  });

  it('say nothing of the time that a run took elsewhere', () => {
    const [here, there] = [runRow('here'), runRow('there', { state: 'imported' })];
    const known = (id: string) => [here, there].map((run) => columnOf(id).text(run));
    expect(known('duration')).toEqual([expect.stringMatching(/\d m?s$/), '–']);
    expect(known('samplesPerSecond')[1]).toBe('–');
    expect(known('steps')).toEqual(['10', '10']);
    expect(trainedText(here)).toMatch(/^10 steps, [\d.]+ m?s$/);
    expect(trainedText(there)).toBe('10 steps');
    // The sum over a group is that of the others.
    expect(columnOf('duration').value(there)).toBeUndefined();
  });

  it('tell the network and its data in a few words', () => {
    const { settings } = runRow('any', {
      settings: { fc1: 'Linear', 'fc1.outFeatures': 64, fc2: 'Linear', 'fc2.outFeatures': 3 },
    });
    expect(architectureText(settings)).toContain('Linear');
    expect(
      architectureText({
        conv: 'Conv2d',
        'conv.outChannels': 8,
        fc: 'Linear',
        'fc.outFeatures': 10,
      }),
    ).toBe('Conv2d 8 · Linear 10');
    expect(dataText(settings)).toBe('moons');
  });
});

describe('what columns there could be', () => {
  it('says which settings differ, those that people ask for first', () => {
    const { differing, alike, best, last, usual } = createCatalogue()(RUNS);
    expect(differing).toEqual([LR, SEED]);
    expect(alike).toContain('training.batchSize');
    expect(best).toEqual(['best(loss)', 'best(accuracy)']);
    expect(last).toContain('last(train.loss)');
    expect(usual).toContain('best(accuracy)');
  });

  it('counts what some runs have not as different', () => {
    const extra = runRow('extra', { settings: { 'drop.p': 0.5 } });
    expect(createCatalogue()([...RUNS, extra]).differing).toContain('drop.p');
  });

  it('is worked out anew only when there are other runs or other metrics', () => {
    const catalogue = createCatalogue();
    const before = catalogue(RUNS);
    const moved = RUNS.map((run) => ({ ...run, name: 'another' }));
    expect(catalogue(moved)).toBe(before);
    expect(catalogue(RUNS.slice(1))).not.toBe(before);
  });
});

describe('the order', () => {
  it('is newest first, with what trains on top, unless it is sorted', () => {
    expect(ids(sorted(RUNS, [], columnOf))).toEqual(['now', 'low', 'high', 'lost']);
  });
  it('has what is missing last either way', () => {
    expect(ids(sorted(RUNS, by(['best(accuracy)', true]), columnOf))).toEqual([
      'high',
      'now',
      'low',
      'lost',
    ]);
    expect(ids(sorted(RUNS, by(['best(accuracy)', false]), columnOf))).toEqual([
      'low',
      'now',
      'high',
      'lost',
    ]);
  });
  it('goes by the first column first', () => {
    expect(ids(sorted(RUNS, by([LR, false], ['best(accuracy)', true]), columnOf))).toEqual([
      ...['high', 'now', 'low', 'lost'],
    ]);
  });
  it('begins at the better end, turns round, and is let go of', () => {
    const accuracy = columnOf('best(accuracy)');
    const once = withSort([], accuracy, false);
    expect(once).toEqual(by(['best(accuracy)', true]));
    const twice = withSort(once, accuracy, false);
    expect(twice).toEqual(by(['best(accuracy)', false]));
    expect(withSort(twice, accuracy, false)).toEqual([]);
    expect(withSort([], columnOf('best(loss)'), false)).toEqual(by(['best(loss)', false]));
  });
  it('adds a column beside the others where that is asked for', () => {
    const first = withSort([], columnOf(LR), false);
    const second = withSort(first, columnOf('best(accuracy)'), true);
    expect(second).toEqual(by([LR, false], ['best(accuracy)', true]));
    expect(withSort(second, columnOf(LR), true)).toEqual(by([LR, true], ['best(accuracy)', true]));
  });
});

describe('what stands out', () => {
  const columns = ['name', 'best(accuracy)', 'best(loss)', 'last(accuracy)', LR].map((id) =>
    columnOf(id),
  );
  const outstanding = (lines: readonly Line[], rows = RUNS) =>
    Object.fromEntries(
      lines.map((line) => [line.key, standingOut(line, columns, standOut(rows, lines, columns))]),
    );
  it('is the best of each column of bests, whichever end that is, and of no other column', () => {
    expect(outstanding(linesOf(RUNS, [], new Set()))).toEqual({
      ...{ low: '', high: 'best(accuracy)\nbest(loss)', lost: '', now: '' },
    });
    // What has no number is not the best one, and where all are the same none is.
    const alike = [runRow('a', { accuracy: 0.5 }), runRow('b', { accuracy: 0.5 }), runRow('c')];
    expect(outstanding(linesOf(alike, [], new Set()), alike)).toEqual({ a: '', b: '', c: '' });
  });
  it('is the group with the best mean beside the best of all runs, also of those folded away', () => {
    const lines = linesOf(RUNS, [columnOf(LR)], new Set());
    const [low, , , high] = lines;
    const found = outstanding(lines);
    expect(found[low?.key ?? '']).toBe('');
    // Means of accuracy 0.8 against 0.5, of loss 0.3 against 0.5.
    expect(found[high?.key ?? '']).toBe('best(accuracy)\nbest(loss)');
    expect(found).toMatchObject({ high: 'best(accuracy)\nbest(loss)', now: '' });
    const folded = linesOf(RUNS, [columnOf(LR)], new Set([high?.key ?? '']));
    expect(outstanding(folded)).not.toMatchObject({ low: 'best(accuracy)\nbest(loss)' });
    expect(outstanding(folded).low).toBe('');
  });
});

describe('groups', () => {
  const lines = (folded: readonly string[] = []) =>
    linesOf(RUNS, [columnOf(LR), columnOf(SEED)], new Set(folded)).map((line) =>
      line.kind === 'group' ? `${line.depth} ${line.label} (${line.runs.length})` : line.run.id,
    );
  it('stand one within the other, in the order of their first runs', () => {
    expect(lines()).toEqual([
      ...['0 0.1 (2)', '1 1 (1)', 'low', '1 2 (1)', 'lost'],
      ...['0 0.01 (2)', '1 2 (1)', 'high', '1 1 (1)', 'now'],
    ]);
  });
  it('hide their runs while they are folded away', () => {
    const [first] = linesOf(RUNS, [columnOf(LR)], new Set());
    expect(lines([first?.key ?? ''])).toEqual([
      ...['0 0.1 (2)', '0 0.01 (2)', '1 2 (1)', 'high', '1 1 (1)', 'now'],
    ]);
  });
  it('have runs below the one that they began with where that is asked for', () => {
    const child = { ...runRow('child'), parent: { run: 'low', step: 3 } };
    const grandchild = { ...runRow('grandchild'), parent: { run: 'child', step: 4 } };
    const orphan = { ...runRow('orphan'), parent: { run: 'gone', step: 1 } };
    const [low, high] = RUNS;
    const rows = [grandchild, orphan, child, high!, low!];
    const drawn = (lineage: boolean) =>
      linesOf(rows, [], new Set(), lineage).map(({ key, depth }) => [key, depth]);
    expect(drawn(false)).toEqual(rows.map(({ id }) => [id, 0]));
    expect(drawn(true)).toEqual([
      ['orphan', 0],
      ['high', 0],
      ['low', 0],
      ['child', 1],
      ['grandchild', 2],
    ]);
  });
  it('show mean and deviation, the sum, or what all have in common', () => {
    const told = (id: string, runs = RUNS) => {
      const { text, deviation } = groupFigure(runs, columnOf(id));
      return deviation === null ? text : `${text} ±${deviation}`;
    };
    // Of 0.5, 0.7 and 0.9; one has none.
    expect(told('best(accuracy)')).toBe('70.00% ±20.00');
    expect(told('best(loss)')).toBe('0.367 ±.231');
    expect(told('best(accuracy)', RUNS.slice(0, 1))).toBe('50.00%');
    // The same in all of them.
    expect(told('parameters')).toBe(columnOf('parameters').text(RUNS[0]!));
    expect(told('duration')).toBe('800 ms');
    expect(told('status')).toBe('2 finished, 2 others');
    expect(groupFigure(RUNS, columnOf('status')).whole).toBe('2 finished, 1 failed, 1 training');
    // Those that most are first, in full where there are but two kinds.
    expect(told('status', [RUNS[2]!, ...RUNS.slice(0, 2)])).toBe('2 finished, 1 failed');
    expect(told('status', RUNS.slice(0, 2))).toBe('Finished');
    expect(told('project')).toBe('moons');
    expect(told(LR)).toBe('');
    expect(told('best(test.accuracy)')).toBe('');
  });
});

describe('columns that are moved', () => {
  const all = ['name', 'a', 'b', 'c'];
  it('stand before the one they were dropped at, behind the name', () => {
    expect(movedColumn(all, 'c', 1)).toEqual(['name', 'c', 'a', 'b']);
    expect(movedColumn(all, 'a', 3)).toEqual(['name', 'b', 'a', 'c']);
    expect(movedColumn(all, 'a', 4)).toEqual(['name', 'b', 'c', 'a']);
    expect(movedColumn(all, 'b', 0)).toEqual(['name', 'b', 'a', 'c']);
    expect(movedColumn(all, 'name', 3)).toEqual(all);
    expect(movedColumn(all, 'a', 1)).toEqual(all);
    expect(movedColumn(all, 'a', 2)).toEqual(all);
  });
});

describe('the filter', () => {
  const found = (text: string) => ids(search(RUNS, text).rows);
  it('reads a comparison as the command line does', () => {
    expect(found('accuracy > 0.6 and lr < 0.05')).toEqual(['high', 'now']);
    expect(found('tag = old')).toEqual(['high']);
  });
  it('looks for words everywhere else', () => {
    expect(found('hi')).toEqual(['high']);
    expect(found('OLD high')).toEqual(['high']);
    expect(found('lr 0.01')).toEqual(['high', 'now']);
    expect(found('')).toHaveLength(RUNS.length);
  });
  it('says where it cannot be read, and hides nothing then', () => {
    const { rows, problem, at } = search(RUNS, 'accuracy > > 1');
    expect(rows).toHaveLength(RUNS.length);
    expect(problem?.code).toBe('filter.invalid');
    expect(at).toBe(11);
  });
  it('says which name no run has, and where it stands', () => {
    const { problem, at } = search(RUNS, 'lr < 1 and acuracy > 1');
    expect(problem?.message).toMatch(/did you mean accuracy/);
    expect(at).toBe(11);
  });
  it('leaves archived runs out and counts them, unless they are asked for', () => {
    const away = { ...runRow('away', { accuracy: 0.95 }), archived: true };
    const rows = [...RUNS, away];
    const answer = (text: string, archived?: boolean) => {
      const { rows: found, putAway } = search(rows, text, archived);
      return [ids(found), putAway];
    };
    expect(answer('')).toEqual([ids(RUNS), 1]);
    expect(answer('', true)).toEqual([ids(rows), 0]);
    expect(answer('accuracy > 0.8')).toEqual([['high'], 1]);
    expect(answer('away')).toEqual([[], 1]);
    expect(answer('archived = true')).toEqual([['away'], 0]);
    expect(answer('not archived and accuracy > 0.8')).toEqual([['high'], 0]);
    // The same list where nothing is left out: what is worked out of it is not worked out again.
    expect(search(RUNS, '').rows).toBe(RUNS);
  });
  it('completes names, those that begin so before the others', () => {
    const names = filterNames(createCatalogue()(RUNS));
    const [first] = completions('acc', 3, names);
    expect(first).toEqual({ name: 'accuracy', text: 'accuracy', caret: 8 });
    const [inside] = completions('lr < 1 and accu > 1', 15, names);
    expect(inside?.text).toBe('lr < 1 and accuracy > 1');
    expect(completions('name = "acc', 11, names)).toEqual([]);
    expect(completions('accuracy > ', 11, names)).toEqual([]);
  });
});

describe('how the table is looked at', () => {
  it('is read with suspicion', () => {
    expect(restoreTable(null)).toEqual(restoreTable({}));
    const odd = restoreTable({
      columns: 'all',
      sort: [{ column: 1 }],
      widths: { name: -4 },
      filter: 'x',
    });
    expect(odd).toMatchObject({ columns: null, sort: [], widths: {}, filter: 'x' });
  });
});
