/** Rules of the Runs view: how the keys walk, what a line draws, and which document shows a run as it was. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { shownTags } from '#engine/runs/index.ts';
import { tagsFrom } from '#renderer/runs/actions.ts';
import { columnOf } from '#renderer/runs/columns.ts';
import { groupAbove, indexOf, movedTo, runsBetween } from '#renderer/runs/cursor.ts';
import { createSmallCurves } from '#renderer/runs/curvesInSight.ts';
import { createEpochFigures } from '#renderer/runs/epochFigures.ts';
import { linesOf } from '#renderer/runs/grouping.ts';
import { evenly, meanCurve } from '#renderer/runs/meanCurve.ts';
import { sparkPath } from '#renderer/runs/Sparkline.tsx';
import { asItWas, asItWasId, runAsItWas } from '#renderer/state/asItWas.ts';
import { isRunOf } from '#renderer/state/isRunOf.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { runRow } from '#test/support/runRows.ts';

const SEED = 'training.seed';
const RUNS = ['a', 'b', 'c'].map((id, i) => runRow(id, { settings: { [SEED]: i % 2 } }));
const grouped = (folded: readonly string[] = []) =>
  linesOf(RUNS, [columnOf(SEED)], new Set(folded));

describe('the keys', () => {
  it('walk by one, by a page and to the ends, and not over them', () => {
    expect(movedTo('ArrowDown', 0, 3, 10)).toBe(1);
    expect(movedTo('ArrowUp', 0, 3, 10)).toBe(0);
    expect(movedTo('PageDown', 5, 100, 10)).toBe(15);
    expect(movedTo('End', 5, 100, 10)).toBe(99);
    expect(movedTo('x', 5, 100, 10)).toBeNull();
  });
  it('choose a stretch either way, with the runs of groups that are folded away', () => {
    expect(runsBetween(grouped(), 0, 2)).toEqual(['a', 'c']);
    expect(runsBetween(grouped(), 2, 0)).toEqual(['a', 'c']);
    const [first] = grouped();
    expect(runsBetween(grouped([first?.key ?? '']), 0, 2)).toEqual(['a', 'c', 'b']);
  });
  it('go up to the group, and to the first line where theirs has gone', () => {
    expect(groupAbove(grouped(), 2)).toBe(0);
    expect(indexOf(grouped(), 'gone')).toBe(0);
  });
});

describe('tags', () => {
  it('keep the star, which is not shown among them', () => {
    const run = runRow('run', { tags: ['star', 'old'] });
    expect(shownTags(run)).toEqual(['old']);
    expect(tagsFrom(' new, , old,new', run)).toEqual(['new', 'old', 'star']);
  });
});

describe('the curve of a group', () => {
  const curve = (runId: string, ...points: readonly (readonly [number, number])[]) => ({
    runId,
    steps: Float64Array.from(points, ([step]) => step),
    values: Float64Array.from(points, ([, value]) => value),
  });
  it('is the mean of those that came that far', () => {
    const some = [curve('a', [10, 4], [20, 2]), curve('b', [10, 2], [20, 1], [30, 0.5])];
    const mean = meanCurve('group', some);
    expect([...(mean?.steps ?? [])]).toEqual([10, 20, 30]);
    expect([...(mean?.values ?? [])]).toEqual([3, 1.5, 0.5]);
    expect(meanCurve('group', [])).toBeNull();
    expect(meanCurve('group', some.slice(1))).toBe(some[1]);
  });
  it('is of a few runs, evenly over all where there are many', () => {
    const all = Array.from({ length: 100 }, (_, i) => i);
    expect(evenly(all.slice(0, 8), 8)).toEqual(all.slice(0, 8));
    const some = evenly(all, 8);
    expect(some).toHaveLength(8);
    expect([some[0], some.at(-1)]).toEqual([0, 99]);
    expect(new Set(some).size).toBe(8);
  });
});

describe('a small curve', () => {
  const curve = (values: readonly number[]) => ({
    runId: 'run',
    steps: Float64Array.from(values, (_, i) => (i + 1) * 10),
    values: Float64Array.from(values),
  });
  it('ends where the run did, of what was planned', () => {
    const whole = sparkPath(curve([3, 2, 1]), 30);
    const half = sparkPath(curve([3, 2, 1]), 60);
    expect(half.end?.x).toBeLessThan((whole.end?.x ?? 0) * 0.6);
    expect(whole.path).toMatch(/^M[\d. ]+L[\d. ]+L[\d. ]+$/);
  });
  it('has a gap and a place where a number was none', () => {
    const { path, lost } = sparkPath(curve([3, NaN, 1]), 30);
    expect(path.match(/M/g)).toHaveLength(2);
    expect(lost).not.toBeNull();
    expect(sparkPath(curve([]), 30)).toEqual({ path: '', end: null, lost: null });
  });
  it('is asked for once, with others that come into sight', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const asked: (readonly string[])[] = [];
    const curves = createSmallCurves({
      call: (_method, input) => {
        const { runIds } = input as { readonly runIds: readonly string[] };
        asked.push(runIds);
        return Promise.resolve(
          runIds.map((runId) => ({ runId, steps: Float64Array.of(1), values: Float64Array.of(1) })),
        ) as never;
      },
    });
    curves.want('a', 10);
    curves.want('b', 10);
    let told = 0;
    curves.subscribe(() => (told += 1));
    await vi.runAllTimersAsync();
    expect(told).toBe(1);
    curves.want('a', 10);
    expect(curves.get('b')?.runId).toBe('b');
    await vi.runAllTimersAsync();
    expect(asked).toEqual([['a', 'b']]);
  });
});

describe('numbers at an epoch', () => {
  it('are asked for once, and again of a run that had not come so far', async () => {
    const asked: (readonly string[])[] = [];
    const figures = createEpochFigures({
      call: (_method, input) => {
        const { runIds } = input as { readonly runIds: readonly string[] };
        asked.push(runIds);
        return Promise.resolve(
          Float64Array.from(runIds, (id) => (id === 'a' ? 0.5 : NaN)),
        ) as never;
      },
    });
    const told = () => new Promise<void>((done) => void figures.store.subscribe(() => done()));
    const id = 'at(accuracy, 3)';
    const rows = RUNS.slice(0, 2);
    let next = told();
    figures.want([id], rows);
    await next;
    expect(rows.map(columnOf(id, figures.at).value)).toEqual([0.5, undefined]);
    figures.want([id], rows);
    next = told();
    figures.want(
      [id],
      rows.map((row) => ({ ...row, progress: { ...row.progress, epoch: 3 } })),
    );
    await next;
    expect(asked).toEqual([['a', 'b'], ['b']]);
  });
});

describe('a run as it was', () => {
  const document = { ...pointsDocument('moons', 2, { epochs: 3 }), id: 'own', parent: 'older' };
  it('is a child of its document, found by the run', () => {
    const shown = asItWas({ id: 'r1', name: 'moons 1' }, document);
    expect(shown).toMatchObject({ id: asItWasId('r1'), parent: 'own', name: 'moons 1' });
    expect(shown.nodes).toBe(document.nodes);
    expect(runAsItWas(shown.id)).toBe('r1');
    expect(runAsItWas('own')).toBeNull();
  });
  it('has no parent where nobody knows whose run it was', () => {
    const { id: _id, parent: _parent, ...old } = document;
    expect(asItWas({ id: 'r1', name: 'x' }, old)).not.toHaveProperty('parent');
  });
  it('is of the document it was trained from and of the one that shows it, of no other', () => {
    const run = { id: 'r1', documentId: 'own' };
    expect(isRunOf(run, { id: 'own' })).toBe(true);
    expect(isRunOf(run, { id: asItWasId('r1') })).toBe(true);
    expect(isRunOf(run, { id: asItWasId('r2') })).toBe(false);
    expect(isRunOf({ id: 'r1', documentId: null }, {})).toBe(false);
  });
});
