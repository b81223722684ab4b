/**
 * Rule: a run is tried on a sample of one's own as its data was prepared: the same numbers as `predict`, beside the
 * training rows that are really nearest; what does not fit is named by its place; cases survive and are judged.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { OwnInput, TryCase } from '#engine/protocol/index.ts';
import { type App, startApp } from '#test/support/app.ts';
import { askCli, example, runCli, temporaryFolder } from '#test/support/cli.ts';

const folder = temporaryFolder();
const home = join(folder.path, 'home');
const COLOURS = ['red', 'green', 'blue'];
const rowAt = (i: number) => ({
  colour: COLOURS[i % 3] ?? '',
  weight: (i * 7) % 20,
  height: ((i * 13) % 31) / 10,
});
const TABLE = Array.from({ length: 120 }, (_, i) => {
  const { colour, weight, height } = rowAt(i);
  return { colour, weight, height, feel: i % 3 === 0 || weight > 14 ? 'warm' : 'cold' };
});

const ALONE = ['--task', 'regression', '--ignore', 'feel'];

let app: App;
let runs: Readonly<Record<string, string>>;
beforeAll(async () => {
  const table = join(folder.path, 't.csv');
  const lines = TABLE.map((row) => Object.values(row).join(','));
  writeFileSync(table, ['colour,weight,height,feel', ...lines].join('\n'));
  const texts = join(folder.path, 'texts.csv');
  const words = (i: number): string => `${i % 2 === 0 ? 'good' : 'bad'} film number ${i % 7}`;
  writeFileSync(
    texts,
    ['text,feel', ...TABLE.map((_, i) => `${words(i)},${i % 2 === 0 ? 'yes' : 'no'}`)].join('\n'),
  );
  const series = join(folder.path, 'series.csv');
  const sold = TABLE.map((_, i) => Math.round(500 + 200 * Math.sin((2 * Math.PI * i) / 8)));
  writeFileSync(series, ['sold', ...sold].join('\n'));
  const train = (name: string, project: string, ...more: readonly string[]) =>
    askCli(home, 'train', example(project), '--epochs', '4', '--run-name', name, ...more);
  for (const trained of [
    await train('feels', 'moons', '--data', `csv:${table}`, '--target', 'feel'),
    await train('weighs', 'regression', '--data', `csv:${table}`, '--target', 'weight', ...ALONE),
    await train('digits', 'digits-mlp', '--data-option', 'count=300'),
    await train('points', 'moons'),
    await train('reads', 'moons', '--data', `text:${texts}`, '--target', 'feel'),
    await train('sells', 'regression', '--data', `windows:${series}`, '--split', 'byTime'),
  ]) {
    expect(trained.stderr).not.toContain('error');
    expect(trained.code).toBe(0);
  }
  app = startApp({ folder: home });
  const list = await app.client.call('runs.list', null);
  runs = Object.fromEntries(list.map(({ name, id }) => [name, id]));
});
afterAll(async () => {
  await app.close();
  folder.remove();
});

const cells = { colour: 'blue', weight: '3.5', height: '1,25' };
const asked = (name: string, input: OwnInput) => ({ runId: runs[name] ?? '', input });

describe('a row', () => {
  test('is asked for by the columns of the file, with what training knew of them', async () => {
    const { form } = await app.client.call('try.subject', { runId: runs['feels'] ?? '' });
    expect(form).toMatchObject({
      kind: 'row',
      columns: [
        { name: 'colour', kind: 'words', words: ['blue', 'green', 'red'] },
        { name: 'weight', kind: 'number' },
        { name: 'height', kind: 'number' },
      ],
      target: { name: 'feel', classes: ['cold', 'warm'] },
    });
  });

  test('begins with one of the file that was held out', async () => {
    const { input, part, expected } = await app.client.call('try.example', {
      ...{ runId: runs['feels'] ?? '', index: 2 },
    });
    expect(part).toBe('validation');
    if (input?.kind !== 'row') throw new Error('no row');
    const found = TABLE.filter(
      ({ colour, weight, height }) =>
        colour === input.cells['colour'] &&
        String(weight) === input.cells['weight'] &&
        String(height) === input.cells['height'],
    );
    expect(found.map(({ feel }) => feel)).toContain(expected);
  });

  test('gets the numbers of predict, to the bit', async () => {
    const file = join(folder.path, 'one.csv');
    writeFileSync(file, 'height,colour,weight\n1.25,blue,3.5\n');
    for (const name of ['feels', 'weighs']) {
      const told = await askCli(home, 'predict', name, '--input', file, '--json');
      const { outputs, answers } = JSON.parse(told.stdout) as Predicted;
      const { answers: own } = await app.client.call(
        'try.answer',
        asked(name, { kind: 'row', cells }),
      );
      const [answer] = own;
      if (answer?.kind === 'classes') {
        const probabilities = outputs.find(({ name: each }) => each === 'probabilities')?.data;
        expect(answer.classes.map(({ probability }) => probability)).toEqual(
          probabilities?.toSorted((a, b) => b - a),
        );
        expect(answer.classes[0]?.name).toBe(answers.rows[0]?.[3]);
      } else {
        const value = answer?.kind === 'numbers' ? answer.values[0]?.value : undefined;
        expect(value).toBeCloseTo(Number(answers.rows[0]?.[3]), 4);
      }
    }
  });

  test('stands beside the training rows that are nearest', async () => {
    const found = await app.client.call('try.nearest', {
      ...asked('feels', { kind: 'row', cells }),
      count: 5,
    });
    if (found.kind !== 'found') throw new Error(found.problem.message);
    expect(found.searched).toBe(found.total);
    expect(found.samples).toHaveLength(5);
    const distances = found.samples.map(({ distance }) => distance);
    expect(distances).toEqual(distances.toSorted((a, b) => a - b));
    // Once more by hand, from the numbers that the network got.
    const { got } = await app.client.call('try.answer', asked('feels', { kind: 'row', cells }));
    for (const { got: near, distance, label } of found.samples) {
      if (near.kind !== 'numbers' || got[0]?.kind !== 'numbers') throw new Error('no numbers');
      const squares = near.slots.map(
        ({ scaled }, i) =>
          (scaled - (got[0]?.kind === 'numbers' ? (got[0].slots[i]?.scaled ?? 0) : 0)) ** 2,
      );
      expect(distance).toBeCloseTo(Math.sqrt(squares.reduce((a, b) => a + b, 0)), 5);
      const at = (name: string) => near.slots.find((slot) => slot.name === name)?.value ?? 0;
      const colour = COLOURS.find((word) => at(`colour=${word}`) === 1);
      const same = TABLE.filter(
        (row) =>
          row.colour === colour &&
          row.weight === at('weight') &&
          Math.fround(row.height) === at('height'),
      );
      expect(same.map(({ feel }) => feel)).toContain(label);
    }
  });

  test('without a column, with a gap or an unknown word is refused by name', async () => {
    const refused = (change: Readonly<Record<string, string>>) =>
      app.client.call(
        'try.answer',
        asked('feels', { kind: 'row', cells: { ...cells, ...change } }),
      );
    const { weight: _weight, ...rest } = cells;
    await expect(
      app.client.call('try.answer', asked('feels', { kind: 'row', cells: rest })),
    ).rejects.toMatchObject({ code: 'csv.missing-column', message: /weight/ });
    await expect(refused({ height: '' })).rejects.toMatchObject({
      ...{ code: 'try.empty-cell', problems: [{ path: 'height' }] },
    });
    await expect(refused({ colour: 'mauve' })).rejects.toMatchObject({
      ...{ code: 'try.unknown-word', problems: [{ path: 'colour' }] },
    });
    await expect(refused({ weight: 'heavy' })).rejects.toMatchObject({
      ...{ code: 'csv.not-a-number', problems: [{ path: 'weight' }] },
    });
  });
});

describe('a picture', () => {
  test('of the data is answered like its file; what is damaged is said', async () => {
    const { input, expected } = await app.client.call('try.example', {
      ...{ runId: runs['digits'] ?? '', index: 0 },
    });
    if (input?.kind !== 'pixels') throw new Error('no pixels');
    expect(expected).toMatch(/^\d$/);
    const size = Math.sqrt(input.pixels.length);
    const raw = { width: size, height: size, channels: 1 } as const;
    const bytes = await sharp(input.pixels, { raw }).png().toBuffer();
    const [asPixels, asFile] = await Promise.all([
      app.client.call('try.answer', asked('digits', input)),
      app.client.call(
        'try.answer',
        asked('digits', { kind: 'picture', bytes: new Uint8Array(bytes) }),
      ),
    ]);
    expect(asFile.answers).toEqual(asPixels.answers);
    expect(asFile.got).toEqual([{ kind: 'picture', shape: [1, size, size], pixels: input.pixels }]);
    await expect(
      app.client.call(
        'try.answer',
        asked('digits', { kind: 'picture', bytes: new Uint8Array(bytes.subarray(0, 70)) }),
      ),
    ).rejects.toMatchObject({ code: 'picture.damaged', problems: [{ path: 'picture' }] });
    const near = await app.client.call('try.nearest', { ...asked('digits', input), count: 5 });
    expect(near).toMatchObject({ kind: 'found', measure: 'euclidean' });
  });
});

test('points are typed as numbers, and their nearest rows found', async () => {
  const { form } = await app.client.call('try.subject', { runId: runs['points'] ?? '' });
  expect(form).toMatchObject({ kind: 'numbers' });
  const { input, ranges } = await app.client.call('try.example', {
    ...{ runId: runs['points'] ?? '', index: 1 },
  });
  expect(ranges).toHaveLength(2);
  if (!input) throw new Error('no example');
  const { answers } = await app.client.call('try.answer', asked('points', input));
  expect(answers).toHaveLength(1);
});

test('a text is cut as in training, and what was not known is said', async () => {
  const { form } = await app.client.call('try.subject', { runId: runs['reads'] ?? '' });
  expect(form).toMatchObject({ kind: 'text', target: { name: 'feel', classes: ['no', 'yes'] } });
  const text = 'a good film of zebras';
  const file = join(folder.path, 'line.txt');
  writeFileSync(file, `${text}\n`);
  const told = await askCli(home, 'predict', 'reads', '--input', file, '--json');
  const { outputs } = JSON.parse(told.stdout) as Predicted;
  const { answers, notes, got } = await app.client.call(
    'try.answer',
    asked('reads', { kind: 'text', text }),
  );
  const probabilities = outputs.find(({ name }) => name === 'probabilities')?.data ?? [];
  const [answer] = answers;
  if (answer?.kind !== 'classes') throw new Error('no classes');
  expect(answer.classes.map(({ probability }) => probability)).toEqual(
    probabilities.toSorted((a, b) => b - a),
  );
  expect(notes.join(' ')).toContain('Not known from training: a, of, zebras.');
  if (got[0]?.kind !== 'tokens') throw new Error('no tokens');
  expect(got[0].tokens.map((token) => token.text).toSorted()).toEqual(['film', 'good']);
  const near = await app.client.call('try.nearest', {
    ...asked('reads', { kind: 'text', text: 'good film number 2' }),
    count: 3,
  });
  if (near.kind !== 'found') throw new Error(near.problem.message);
  expect(near.samples.map(({ label, distance }) => [label, distance])).toEqual([
    ...[0, 1, 2].map(() => ['yes', 0]),
  ]);
});

test('a series begins with a window of the data, and is forecast in its own numbers', async () => {
  const { input, expected } = await app.client.call('try.example', {
    ...{ runId: runs['sells'] ?? '', index: 0 },
  });
  if (input?.kind !== 'series') throw new Error('no series');
  expect(Number(expected)).toBeGreaterThan(200);
  const file = join(folder.path, 'window.csv');
  writeFileSync(file, input.text);
  const told = await askCli(home, 'predict', 'sells', '--input', file, '--json');
  const { answers: rows } = JSON.parse(told.stdout) as Predicted;
  const { answers } = await app.client.call('try.answer', asked('sells', input));
  if (answers[0]?.kind !== 'numbers') throw new Error('no numbers');
  expect(answers[0].values[0]?.name).toBe('sold +1');
  expect(answers[0].values[0]?.value).toBeCloseTo(Number(rows.rows[0]?.[0]), 1);
});

test('cases are kept with the project, judged, and there after a restart', async () => {
  const runId = runs['feels'] ?? '';
  const kept = (id: string, expected: string | null, change = {}): TryCase => ({
    ...{ id, name: `Case ${id}`, expected, createdAt: `2026-01-01T00:00:0${id}.000Z` },
    input: { kind: 'row', cells: { ...cells, ...change } },
  });
  const { answers } = await app.client.call('try.answer', asked('feels', kept('1', null).input));
  const [best, other] = answers[0]?.kind === 'classes' ? answers[0].classes : [];
  const all = [
    kept('1', best?.name ?? ''),
    kept('2', other?.name ?? ''),
    kept('3', null),
    kept('4', 'warm', { colour: 'mauve' }),
  ];
  for (const each of all.toReversed()) {
    await app.client.call('cases.save', { runId, case: each });
  }
  await app.close();
  app = startApp({ folder: home });
  expect(await app.client.call('cases.list', { runId })).toEqual(all);
  const results = await app.client.call('cases.run', { runId });
  expect(results.map(({ outcome }) => outcome)).toEqual([
    ...['passed', 'failed', 'answered', 'refused'],
  ]);
  expect(results[3]?.problem?.code).toBe('try.unknown-word');
  const printed = await runCli(home, 'predict', 'feels', '--cases');
  expect(printed.code).toBe(1);
  expect(printed.stdout.split('\n').map((line) => line.split(' ')[0])).toEqual([
    ...['passed', 'failed', 'answered', 'refused', ''],
  ]);
  await app.client.call('cases.delete', { runId, id: '4' });
  expect(await app.client.call('cases.list', { runId })).toEqual(all.slice(0, 3));
});

test('a host that closes while cases are answered lets them end, and finds no fault', async () => {
  const runId = runs['feels'] ?? '';
  const closing = startApp({ folder: home });
  expect(await closing.client.call('cases.list', { runId })).not.toEqual([]);
  const faults = vi.spyOn(process.stderr, 'write');
  const told = (asked: Promise<unknown>): Promise<unknown> =>
    asked.then(
      () => 'answered',
      (refused: unknown) => refused,
    );
  const running = told(closing.client.call('cases.run', { runId }));
  const answering = told(closing.client.call('try.answer', asked('feels', { kind: 'row', cells })));
  await new Promise((done) => setImmediate(done));
  await closing.close();
  const late = told(closing.client.call('cases.run', { runId }));
  const problem = { problems: [{ code: 'app.closing', message: 'Netloom is closing.' }] };
  for (const outcome of await Promise.all([running, answering, late])) {
    expect(outcome).toMatchObject(problem);
  }
  expect(faults.mock.calls).toEqual([]);
  faults.mockRestore();
});

test('while another run trains, which goes on', async () => {
  const document = await app.client.call('runs.document', { runId: runs['points'] ?? '' });
  const long = { ...document, training: { ...document.training, epochs: 100_000 } };
  const { id: started } = await app.client.call('training.start', { document: long });
  const stepOf = async (): Promise<number> =>
    (await app.client.call('runs.list', null)).find(({ id }) => id === started)?.progress.step ?? 0;
  await expect.poll(stepOf).toBeGreaterThan(0);
  const { answers } = await app.client.call('try.answer', asked('feels', { kind: 'row', cells }));
  expect(answers).toHaveLength(1);
  const before = await stepOf();
  await expect.poll(stepOf).toBeGreaterThan(before);
  // Its own weights, as soon as there are some, or a reason.
  const { form } = await app.client.call('try.subject', { runId: started });
  expect(['numbers', 'none']).toContain(form.kind);
  await app.client.call('training.stop', { runId: started });
});

interface Predicted {
  readonly outputs: readonly { readonly name: string; readonly data: readonly number[] }[];
  readonly answers: { readonly rows: readonly (readonly string[])[] };
}
