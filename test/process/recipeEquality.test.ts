/**
 * Rule: a row is the same numbers wherever a run goes: typed in the app, given to `predict`, to the exported ONNX file
 * under ONNX Runtime, and to the exported PyTorch project under Python. What a file cannot take, its export says, and it
 * takes what the steps before make. The Python part says so where no Python is at hand.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Batch } from '#engine/export/answers.ts';
import type { Step } from '#engine/ir/attrs.ts';
import type { ExportReport } from '#engine/protocol/index.ts';
import { createOnnxRunner } from '#main/exportProcess/onnxRuntime.ts';
import { type App, startApp } from '#test/support/app.ts';
import { askCli, example, runCli, temporaryFolder } from '#test/support/cli.ts';
import { pythonWithTorch } from '#test/support/pytorchProject.ts';
import { sayWithoutPython, withoutPython } from '#test/support/python.ts';
import {
  csvOf,
  passengers,
  PLAIN_RECIPE,
  RECIPE_COLUMNS,
  WHOLE_RECIPE,
} from '#test/support/recipeTable.ts';

const folder = temporaryFolder();
const home = join(folder.path, 'home');
const at = (name: string): string => join(folder.path, name);

/** What training did not know: a port, a class, a fare beyond all, gaps. */
const ODD = [
  ['', '9.5', 'male', '', 'C7', '', '2', '0'],
  ['30', '12.5', 'female', 'Bergen', 'Z1', '1912-02-29 23:59', '2', '1'],
  ['70', '99', 'male', 'Cork', 'A1', '1910-12-31 10:00', '4', '0'],
  ['0.25', '0', 'female', 'Kiel', 'B12', '1911-06-01 12:30', '1', '0'],
  ['41', '', 'male', 'Kiel', 'B12', '1911-06-01 12:30', '1', '0'],
];
const ROWS = [...passengers(25, 12), ...ODD];

interface Run {
  readonly recipe: readonly Step[];
  /** Columns that the ONNX file takes; null: what the recipe makes. */
  readonly columns: readonly string[] | null;
  readonly notes: readonly RegExp[];
}
const RUNS: Readonly<Record<string, Run>> = {
  operators: {
    recipe: PLAIN_RECIPE,
    columns: ['Age', 'Class', 'Fare', 'Port', 'Sex'],
    notes: [],
  },
  everything: {
    recipe: WHOLE_RECIPE,
    columns: null,
    notes: [
      /takes encoded features, not columns/,
      /^Date parts \(Booked\): ONNX has no operators for dates/,
      /^Hashing \(Cabin\)/,
      /^Quantiles \(Age\): .*normal distribution/,
    ],
  },
};

/** Of each row what the network gets, before and after it is scaled, and what it says; null: not answered. */
interface Told {
  readonly features: readonly number[];
  readonly scaled: readonly number[];
  readonly chances: readonly number[];
}
let app: App;
let ids: ReadonlyMap<string, string>;
const told = new Map<string, readonly (Told | null)[]>();

/** What the app says of a row that is typed. */
async function typed(runId: string, cells: readonly string[]): Promise<Told | null> {
  const row = Object.fromEntries(RECIPE_COLUMNS.map((name, i) => [name, cells[i] ?? '']));
  const asked = app.client.call('try.answer', { runId, input: { kind: 'row', cells: row } });
  const answer = await asked.catch((error: unknown) => {
    expect(error).toMatchObject({ code: /^(try|csv)\./ });
    return null;
  });
  if (!answer) return null;
  const [got] = answer.got;
  const [said] = answer.answers;
  if (got?.kind !== 'numbers' || said?.kind !== 'classes') throw new Error('not of numbers');
  return {
    features: got.slots.map(({ value }) => value),
    scaled: got.slots.map(({ scaled }) => scaled),
    chances: said.classes
      .toSorted((a, b) => a.name.localeCompare(b.name))
      .map(({ probability }) => probability),
  };
}

beforeAll(async () => {
  writeFileSync(at('t.csv'), csvOf(passengers(220)));
  writeFileSync(at('new.csv'), csvOf(ROWS));
  for (const [name, { recipe }] of Object.entries(RUNS)) {
    writeFileSync(at(`${name}.json`), JSON.stringify(recipe));
    const trained = await askCli(
      home,
      ...['train', example('moons'), '--data', `csv:${at('t.csv')}`, '--target', 'Survived'],
      ...['--recipe', at(`${name}.json`), '--epochs', '4', '--run-name', name, '--json'],
    );
    if (trained.code !== 0) throw new Error(trained.stderr);
  }
  app = startApp({ folder: home });
  const runs = await app.client.call('runs.list', null);
  ids = new Map(runs.map(({ name, id }) => [name, id]));
  for (const name of Object.keys(RUNS)) {
    const rows: (Told | null)[] = [];
    for (const cells of ROWS) rows.push(await typed(ids.get(name) ?? '', cells));
    told.set(name, rows);
  }
});
afterAll(async () => {
  await app.close();
  folder.remove();
});

const toldBy = (name: string): readonly (Told | null)[] => told.get(name) ?? [];
const answered = (name: string): readonly Told[] => toldBy(name).filter((row) => row !== null);

describe.each(Object.entries(RUNS))('a recipe of %s', (name, { columns, notes }) => {
  test('answers most rows, and different ones differently', () => {
    const all = answered(name);
    expect(all.length).toBeGreaterThan(20);
    expect(new Set(all.map(({ chances }) => chances[0])).size).toBeGreaterThan(20);
    expect(all.flatMap(({ features }) => features).every(Number.isFinite)).toBe(true);
  });

  test('predict says what the app says, to the bit, of the same rows', async () => {
    const { code, stdout } = await runCli(
      home,
      ...['predict', name, '--input', at('new.csv'), '--json'],
    );
    expect(code).toBe(0);
    const { outputs, answers } = JSON.parse(stdout) as {
      readonly outputs: readonly { readonly name: string; readonly data: readonly number[] }[];
      readonly answers: { readonly rows: readonly (readonly string[])[] };
    };
    const isAnswered = answers.rows.map((row) => row.at(-1) !== '');
    expect(isAnswered).toEqual(toldBy(name).map((row) => row !== null));
    const data = outputs.find((each) => each.name === 'probabilities')?.data;
    expect(data).toEqual(answered(name).flatMap(({ chances }) => chances));
  });

  test('the ONNX file takes what its export says, and answers the same', async () => {
    const out = at(`${name}.onnx`);
    const exported = await askCli(
      home,
      ...['export', name, '--to', 'onnx', '-o', out, '--columns', '--activate', '--json'],
    );
    expect([exported.code, exported.code === 0 ? '' : exported.stderr]).toEqual([0, '']);
    const report = JSON.parse(exported.stdout) as ExportReport;
    expect(report.verification?.isSame).toBe(true);
    expect(report.inputs.map((input) => input.name).toSorted()).toEqual(columns ?? ['features']);
    for (const note of notes) {
      expect(
        report.notes.some((each) => note.test(each)),
        String(note),
      ).toBe(true);
    }
    const rows = answered(name);
    const cells = ROWS.filter((_, row) => toldBy(name)[row] !== null);
    const width = rows[0]?.features.length ?? 0;
    const feeds: Batch = new Map(
      report.inputs.map(({ name: input, dtype }) => {
        const texts = cells.map(
          (row) => row[RECIPE_COLUMNS.findIndex((each) => each === input)] ?? '',
        );
        const dims = [rows.length, columns ? 1 : width];
        if (dtype === 'string') return [input, { dims, data: new Float32Array(0), texts }];
        const numbers = columns
          ? texts.map((text) => (text === '' ? NaN : Number(text)))
          : rows.flatMap(({ features }) => features);
        return [input, { dims, data: Float32Array.from(numbers) }];
      }),
    );
    const session = await createOnnxRunner().open(readFileSync(out));
    const answers = await session.run(feeds);
    await session.close();
    const [found] = answers.values();
    near(
      found?.data ?? [],
      rows.flatMap(({ chances }) => chances),
    );
  });
});

describe.skipIf(withoutPython !== '')('with a Python that has PyTorch', () => {
  test.each(Object.keys(RUNS))('the project of %s makes and answers the same', async (name) => {
    const project = at(`${name}-project`);
    const exported = await askCli(home, 'export', name, '--to', 'pytorch', '-o', project);
    expect([exported.code, exported.code === 0 ? '' : exported.stderr]).toEqual([0, '']);
    const { status, stdout, stderr } = spawnSync(
      pythonWithTorch ?? '',
      ['-W', 'error', '-c', SCRIPT, at('new.csv')],
      { cwd: project, encoding: 'utf8' },
    );
    expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
    const rows = JSON.parse(stdout) as readonly (Told | null)[];
    expect(rows.map((row) => row !== null)).toEqual(toldBy(name).map((row) => row !== null));
    const found = rows.filter((row) => row !== null);
    for (const key of ['features', 'scaled', 'chances'] as const) {
      near(
        found.flatMap((row) => row[key]),
        answered(name).flatMap((row) => row[key]),
      );
    }
  });
});
sayWithoutPython();

/** As README.md of the project says it is used. */
const SCRIPT = `
import json, sys
import torch
from safetensors.torch import load_file
from torch import nn
import data, model, table

sys.path.insert(0, ".")
made = torch.from_numpy(table.features(sys.argv[1]))
whole = ~made.isnan().any(dim=1)
[network] = [
    each for each in vars(model).values()
    if isinstance(each, type) and issubclass(each, nn.Module) and each.__module__ == "model"
]
network = network()
network.load_state_dict(load_file("weights/trained.safetensors"))
network.eval()
scaled = data.normalise_features(made)
with torch.no_grad():
    chances = network(scaled).softmax(1)
print(json.dumps([
    {"features": made[i].tolist(), "scaled": scaled[i].tolist(), "chances": chances[i].tolist()}
    if whole[i] else None
    for i in range(len(made))
]))
`;

/** Float32 on both sides, summed in another order. */
function near(found: ArrayLike<number>, wanted: readonly number[]): void {
  expect(found.length).toBe(wanted.length);
  const worst = wanted.reduce(
    (most, value, i) =>
      Math.max(most, Math.abs((found[i] ?? NaN) - value) / Math.max(1, Math.abs(value))),
    0,
  );
  expect(worst).toBeLessThan(1e-5);
}
