/** Rule: a sweep begins the trials that its plan says, keeps what they tell, and goes on where it was cut off. */
import { describe, expect, test } from 'vitest';
import { InputError } from '#engine/ir/index.ts';
import { readSpace, Sweep, type SweepPlan, type SweepTrial } from '#engine/search/index.ts';
import { pointsDocument } from '#test/support/documents.ts';

const DOCUMENT = pointsDocument('moons', 2, { seed: 4 });
const plan = (change: Partial<SweepPlan> & { readonly texts?: readonly string[] }): SweepPlan => ({
  name: 'widths',
  space: readSpace(change.texts ?? ['fc1.outFeatures=8,16,32'], DOCUMENT),
  strategy: 'grid',
  stopping: null,
  trials: 100,
  minutes: null,
  seeds: 1,
  seed: 1,
  monitor: { key: 'accuracy', better: 'higher' },
  ...change,
});

/** Trains every trial to its end: its accuracy is what `value` says. */
function trained(sweep: Sweep, value: (trial: SweepTrial) => number, most = Infinity): void {
  for (let n = 0; n < most; n++) {
    const trial = sweep.next();
    if (!trial) return;
    sweep.begun(trial.number, `run ${trial.number}`);
    sweep.report(trial.number, 1, value(trial));
    sweep.ended(trial.number, 'finished');
  }
}
const width = ({ values }: SweepTrial): number => Number(values['fc1.outFeatures']);

test('each value is a trial, and the best stands first', () => {
  const sweep = new Sweep(plan({}), DOCUMENT);
  trained(sweep, (trial) => (width(trial) === 16 ? 0.9 : 0.8));
  expect(sweep.trials.map(width)).toEqual([8, 16, 32]);
  expect(sweep.results().map(({ values }) => values['fc1.outFeatures'])).toEqual([16, 8, 32]);
  expect(sweep.best()?.run).toBe('run 2');
});

test('seeds follow the one of the document, and a setting is worth their mean', () => {
  const sweep = new Sweep(plan({ seeds: 3 }), DOCUMENT);
  trained(sweep, ({ seed }) => seed / 10);
  expect(sweep.trials.slice(0, 4).map((trial) => [width(trial), trial.seed])).toEqual([
    ...[
      [8, 4],
      [8, 5],
      [8, 6],
      [16, 4],
    ],
  ]);
  expect(sweep.results()[0]?.value).toBeCloseTo(0.5);
  const [, second] = sweep.trials;
  expect(second && sweep.document(second).training.seed).toBe(5);
});

test('of a document with folds every fold comes before the next seed, and none where it is searched', () => {
  const { training } = DOCUMENT;
  const folded = { ...DOCUMENT, training: { ...training, split: { ...training.split, folds: 3 } } };
  const sweep = new Sweep(plan({ texts: [], seeds: 6 }), folded);
  trained(sweep, ({ fold = 0 }) => fold / 10);
  const all = sweep.trials.map((trial) => sweep.document(trial).training);
  expect(all.map(({ split, seed }) => [split.fold, seed])).toEqual([
    ...[
      [1, 4],
      [2, 4],
      [3, 4],
      [1, 5],
      [2, 5],
      [3, 5],
    ],
  ]);
  expect(sweep.results().map(({ value }) => value)).toEqual([expect.closeTo(0.2)]);
  const searched = { ...plan({}), space: readSpace(['training.split.fold=2,3'], folded), seeds: 2 };
  const own = new Sweep(searched, folded);
  trained(own, () => 1);
  expect(own.trials.map((trial) => sweepFold(own, trial))).toEqual([2, 2, 3, 3]);
});
const sweepFold = (sweep: Sweep, trial: SweepTrial): number =>
  sweep.document(trial).training.split.fold;

test('k seeds of the network as it is', () => {
  const sweep = new Sweep(plan({ texts: [], seeds: 5 }), DOCUMENT);
  trained(sweep, () => 1);
  expect(sweep.trials.map(({ seed }) => seed)).toEqual([4, 5, 6, 7, 8]);
});

test('seeds may be searched like any setting, but not twice', () => {
  const sweep = new Sweep(plan({ texts: ['seed=1,2'] }), DOCUMENT);
  trained(sweep, () => 1);
  expect(sweep.trials.map(({ seed }) => seed)).toEqual([1, 2]);
  expect(() => new Sweep(plan({ texts: ['seed=1,2'], seeds: 2 }), DOCUMENT)).toThrow(InputError);
});

test('it ends after as many settings as were asked for', () => {
  const sweep = new Sweep(
    plan({ texts: ['lr=log:1e-4..1'], strategy: 'random', trials: 4 }),
    DOCUMENT,
  );
  trained(sweep, () => 1);
  expect(sweep.trials).toHaveLength(4);
});

test('made again from what is on record it goes on as if it had not been cut off', () => {
  const options = { texts: ['lr=log:1e-4..1'], strategy: 'tpe', trials: 30 };
  const value = ({ values }: SweepTrial) =>
    -Math.abs(Math.log10(Number(values['training.optimizer.lr'])) + 2);
  const whole = new Sweep(plan(options), DOCUMENT);
  trained(whole, value);
  const cut = new Sweep(plan(options), DOCUMENT);
  trained(cut, value, 20);
  const kept = JSON.parse(JSON.stringify(cut.trials)) as readonly SweepTrial[];
  const again = new Sweep(plan(options), DOCUMENT, kept);
  trained(again, value);
  expect(again.trials).toEqual(whole.trials);
});

test('what an epoch told before a run went back is told anew', () => {
  const sweep = new Sweep(plan({}), DOCUMENT);
  const trial = sweep.next();
  for (const [epoch, value] of [
    [1, 0.5],
    [2, 0.9],
    [2, 0.7],
    [3, NaN],
  ] as const) {
    sweep.report(trial?.number ?? 0, epoch, value);
  }
  expect(sweep.trial(1).reports).toEqual([
    ...[
      { epoch: 1, value: 0.5 },
      { epoch: 2, value: 0.7 },
      { epoch: 3, value: null },
    ],
  ]);
  expect(sweep.bestOf(sweep.trial(1))).toBe(0.7);
});

describe('stopping', () => {
  test.each([
    ['higher', [0.9, 0.8, 0.1], [false, false, true]],
    ['lower', [0.1, 0.2, 0.9], [false, false, true]],
  ] as const)('where %s is better, the worst ends', (better, values, wanted) => {
    const monitor = { key: 'loss', better };
    const sweep = new Sweep(plan({ stopping: 'asha', monitor }), DOCUMENT);
    const stopped = values.map((value) => {
      const number = sweep.next()?.number ?? 0;
      const reason = sweep.report(number, 1, value);
      sweep.ended(number, reason === null ? 'finished' : 'stopped', reason ?? undefined);
      return reason !== null;
    });
    // The second of two is not the best, so it ends too.
    expect(stopped).toEqual([wanted[0], true, wanted[2]]);
    expect(sweep.trial(3).reason).toContain('third');
  });
});

test('what failed is worst, whatever it told', () => {
  const sweep = new Sweep(plan({}), DOCUMENT);
  const first = sweep.next()?.number ?? 0;
  sweep.ended(first, 'failed', 'It does not fit.');
  trained(sweep, () => 0.1);
  expect(sweep.results().at(-1)?.trials[0]).toMatchObject({ state: 'failed', number: first });
});
