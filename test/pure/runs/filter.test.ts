/** Rule: a filter finds the runs that it says, by what each was set to and what came of it. */
import { describe, expect, test } from 'vitest';
import type { RunRow } from '#engine/protocol/index.ts';
import { readFilter, search, settingsOf, unknownName } from '#engine/runs/index.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { runSummary } from '#test/support/runFixtures.ts';

interface Given {
  readonly best?: number;
  readonly last?: number;
  readonly lr?: number;
  readonly tags?: readonly string[];
  readonly state?: RunRow['progress']['state'];
}

function row(id: string, { best = 0.9, last = 0.8, lr = 0.01, tags = [], state }: Given): RunRow {
  const document = pointsDocument('moons', 2, { epochs: 3, batchSize: 16, seed: 4 });
  const [objective] = document.training.objectives;
  if (!objective) throw new Error('no objective');
  const optimizer = { ...objective.optimizer, type: 'Adam', attrs: { lr } };
  const training = { ...document.training, objectives: [{ ...objective, optimizer }] };
  const at = { step: 5, epoch: 1, timeMs: 1 };
  return {
    ...runSummary(id, state ?? 'finished', 10),
    tags,
    bests: { validation: { accuracy: { value: best, step: 5, epoch: 1 } } },
    last: {
      train: { split: 'train', ...at, values: { loss: 0.3, accuracy: 0.95 } },
      validation: { split: 'validation', ...at, values: { accuracy: last, loss: 0.5 } },
      test: { split: 'test', ...at, values: { accuracy: 0.7 } },
    },
    settings: settingsOf({ ...document, training }),
  };
}

const RUNS = [
  row('first', { best: 0.98, last: 0.6, lr: 0.005, tags: ['baseline', 'two words'] }),
  row('second', { best: 0.96, last: 0.96, lr: 0.05 }),
  row('third', { best: 0.5, state: 'failed' }),
];

function found(text: string): readonly string[] {
  const reading = readFilter(text);
  if (!reading.ok) throw new Error(reading.problem.message);
  return RUNS.filter((run) => reading.filter.matches(run)).map(({ id }) => id);
}

describe('a metric', () => {
  test.each([
    ['accuracy > 0.97', ['first']],
    ['last(accuracy) > 0.9', ['second']],
    ['best(validation.accuracy) > 0.97', ['first']],
    ['test.accuracy = 0.7', ['first', 'second', 'third']],
    // Of training only the last is known; of a metric without a best, its last.
    ['train.accuracy > 0.9 and loss = 0.5', ['first', 'second', 'third']],
    ['accuracy - train.accuracy > 0', ['first', 'second']],
  ])('%s', (text, ids) => expect(found(text)).toEqual(ids));
});

describe('a setting', () => {
  test.each([
    ['lr < 1e-2', ['first']],
    ['training.optimizer.lr >= 0.01', ['second', 'third']],
    ['optimizer = adam and batch = 16 and epochs = 3 and seed = 4', ['first', 'second', 'third']],
    ['fc1.outFeatures > 1', ['first', 'second', 'third']],
    ['setting("fc1.outFeatures") > 1', ['first', 'second', 'third']],
    ['setting("loss") = CrossEntropyLoss', ['first', 'second', 'third']],
    ['lr in_range', null],
  ])('%s', (text, ids) => {
    if (ids) expect(found(text)).toEqual(ids);
    else expect(readFilter(text).ok).toBe(false);
  });
});

describe('what a run is', () => {
  test.each([
    ['tag = baseline', ['first']],
    ['tags ~ "two w"', ['first']],
    ['status = failed', ['third']],
    ['status = [failed, interrupted]', ['third']],
    ['not status = finished', ['third']],
    ['not (status = finished)', ['third']],
    ['name ~ SEC', ['second']],
    ['created > "2000-01-01"', ['first', 'second', 'third']],
    ['steps = 10 and (tag = baseline or lr = 0.05)', ['first', 'second']],
  ])('%s', (text, ids) => expect(found(text)).toEqual(ids));

  test('what it has not is neither more nor less than anything, and not equal to it', () => {
    expect(found('f1 > 0')).toEqual([]);
    expect(found('f1 <= 0')).toEqual([]);
    expect(found('not f1 > 0')).toHaveLength(3);
    expect(found('f1 != 1')).toHaveLength(3);
  });
});

describe('what cannot be meant is said', () => {
  test.each([
    ['accuracy >', /at character \d+/],
    ['accuracy > 0.9 lr < 1', /./],
    ['last()', /takes one name/],
    ['worst(loss) > 1', /no "worst"/],
    ['a ? b : c', /Only names/],
    ['', /./],
  ])('%s', (text, message) => {
    const reading = readFilter(text);
    expect(reading).toMatchObject({ ok: false, problem: { code: 'filter.invalid' } });
    expect(reading.ok || reading.problem.message).toMatch(message);
  });

  test('a name that no run has, with the one that was meant', () => {
    const reading = readFilter('acuracy > 0.9');
    expect(reading.ok && unknownName(reading.filter, RUNS)?.message).toMatch(/mean accuracy/);
    const known = readFilter('f1 > 0.9 or lr > 1');
    expect(known.ok && unknownName(known.filter, RUNS)).toBeNull();
  });
});

describe('what is typed to find runs', () => {
  const ids = (text: string): readonly string[] => search(RUNS, text).rows.map(({ id }) => id);
  test('may be words, which are looked for and are no names of settings', () => {
    const named = RUNS.map((run) => ({ ...run, name: `u0${run.id.length}` }));
    const found = search(named, 'u05');
    expect(found.problem).toBeNull();
    expect(found.rows.map(({ id }) => id)).toEqual(['first', 'third']);
    expect(ids('two words')).toEqual(['first']);
    expect(ids('nowhere')).toEqual([]);
  });
  test('may be a field that is true or false by itself', () => {
    const [one, ...others] = RUNS;
    if (!one) throw new Error('no run');
    const runs = [{ ...one, starred: true }, ...others];
    expect(search(runs, 'starred').rows.map(({ id }) => id)).toEqual(['first']);
  });
  test('or a comparison', () => {
    expect(ids('accuracy > 0.97')).toEqual(['first']);
    expect(search(RUNS, 'acuracy > 0.9').problem?.code).toBe('filter.unknown-name');
  });
});
