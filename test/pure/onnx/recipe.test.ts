/**
 * Rule: every step of a recipe makes the same of a column in TypeScript and as operators of ONNX, run by ONNX Runtime;
 * what has no operators says so.
 */
import { InferenceSession, Tensor } from 'onnxruntime-web';
import { create, toBinary } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { applyRecipe, type FittedRecipe } from '#engine/datasets/recipe/apply.ts';
import type { StepColumn } from '#engine/datasets/recipe/define.ts';
import { fitRecipe } from '#engine/datasets/recipe/fit.ts';
import { recipeSteps, RECIPE_STEPS } from '#engine/datasets/recipe/registry.ts';
import { OnnxEmitter, valueInfo } from '#engine/export/onnx/emitter.ts';
import { missingOperators } from '#engine/export/onnx/recipeSteps.ts';
import { ModelProtoSchema } from '#engine/export/onnx/schema/onnx_pb.js';
import { writeTableColumns } from '#engine/export/onnx/tableColumns.ts';
import type { Step } from '#engine/ir/attrs.ts';
import { readValue } from '#engine/ir/readAttrs.ts';

const WORDS = ['q', 's', 'c', 'x'];
const word = [0, 1, 1, NaN, 2, 3, 1, 0, 1, NaN, 2, 1];
const size = [1.5, 7.25, NaN, -3, 0, 512.25, 7.25, 1e6, 20.5, 0.125, -0.5, 7.25];
const other = [2, NaN, 4, 0, -1, 2.5, 16, 3, 8, 1, 2, 2];
const columns = new Map<string, StepColumn>([
  ['word', { kind: 'words', words: WORDS, values: Float64Array.from(word) }],
  ['size', { kind: 'number', values: Float64Array.from(size) }],
  ['other', { kind: 'number', values: Float64Array.from(other) }],
]);
const INPUTS: FittedRecipe['inputs'] = [
  { name: 'word', index: 0, kind: 'words', words: WORDS },
  { name: 'size', index: 1, kind: 'number' },
  { name: 'other', index: 2, kind: 'number' },
];

const CASES: readonly Step[] = [
  ...(['mean', 'median', 'mostFrequent', 'constant'] as const).map((strategy) => ({
    ...{ step: 'impute', columns: ['size'], strategy, indicator: true },
  })),
  { step: 'impute', columns: ['word'], strategy: 'mostFrequent', indicator: true },
  { step: 'impute', columns: ['word'], strategy: 'constant', value: 'none' },
  { step: 'oneHot', columns: ['word'], maxCategories: 3 },
  { step: 'oneHot', columns: ['word'], drop: 'none' },
  { step: 'oneHot', columns: ['size'], maxCategories: 4 },
  { step: 'ordinal', columns: ['word'] },
  { step: 'ordinal', columns: ['word'], order: ['x', 's', 'c'] },
  { step: 'embeddingIndex', columns: ['word'] },
  { step: 'embeddingIndex', columns: ['word'], minCount: 2, maxCategories: 2 },
  { step: 'standardise' },
  { step: 'minMax', low: -2, high: 5 },
  { step: 'robust' },
  { step: 'log' },
  { step: 'log', method: 'offset', offset: 0.25 },
  { step: 'quantile', quantiles: 6 },
  { step: 'quantile', quantiles: 12 },
  { step: 'clip' },
  { step: 'clip', by: 'values', low: -1, high: 10 },
  { step: 'drop', columns: ['word'] },
  ...[
    'size / other - 2 * -size + 1',
    'size == 7.25 and not other > 2 or missing(size)',
    'word == "s"',
    'word != "s" or missing(word)',
    'where(missing(size), 0, log(abs(size)) + sqrt(other))',
    'min(size, other) + max(floor(size), ceil(other)) <= exp(other)',
    'where(word == "q", size, 3)',
    '1 / (size - 7.25)',
  ].map((expression) => ({ step: 'derive', name: 'made', expression })),
];

/** Steps with their defaults, as a document's options give them. */
function read(steps: readonly Step[]): readonly Step[] {
  const value = readValue({ kind: 'steps', default: [], steps: RECIPE_STEPS, help: '' }, steps);
  if (!value.ok) throw new Error(value.message);
  return value.value as readonly Step[];
}

async function fitted(steps: readonly Step[]): Promise<FittedRecipe> {
  const all = Int32Array.from(word.keys());
  const table = { columns, unnamed: new Set(columns.keys()), path: 't' };
  const made = await fitRecipe(read(steps), table, { all, train: all });
  return { inputs: INPUTS, steps: made.steps };
}

async function byOperators(recipe: FittedRecipe, names: readonly string[]): Promise<Float32Array> {
  const e = new OnnxEmitter({ opset: 17, batchFrom: null });
  const features = names.map((name) => ({ name, index: 0, missing: 0, kind: 'number' as const }));
  const output = { name: e.unique('features'), dims: [{ batch: 1 }, names.length] };
  const inputs = writeTableColumns(e, output, { features, means: null, recipe });
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [
      { domain: '', version: 17n },
      { domain: 'ai.onnx.ml', version: 2n },
    ],
    graph: {
      ...{ name: 'steps', node: e.nodes, initializer: e.initializers },
      input: inputs.map((each) => valueInfo(each)),
      output: [valueInfo({ ...output, dtype: 'f32' })],
    },
  });
  const session = await InferenceSession.create(toBinary(ModelProtoSchema, model));
  const dims = [word.length, 1];
  const answers = await session.run({
    word: new Tensor(
      'string',
      word.map((at) => WORDS[at] ?? ''),
      dims,
    ),
    size: new Tensor('float32', Float32Array.from(size), dims),
    other: new Tensor('float32', Float32Array.from(other), dims),
  });
  await session.release();
  return answers['features']?.data as Float32Array;
}

describe.each(CASES)('$step $expression$strategy$method', (step) => {
  test('is the same in both', async () => {
    const recipe = await fitted([step]);
    const made = applyRecipe(recipe, columns);
    const numbers = [...made].filter(([, { kind }]) => kind === 'number');
    // Words that it made are looked at as numbers, too.
    const left = [...made].filter(([, { kind }]) => kind === 'words').map(([name]) => name);
    const last = await fitted([
      step,
      ...(left.length > 0 ? [{ step: 'ordinal', columns: left, order: [...WORDS, 'none'] }] : []),
    ]);
    const names = [...numbers.map(([name]) => name), ...left];
    const wanted = applyRecipe(last, columns);
    const found = await byOperators(last, names);
    expect(missingOperators(last)).toEqual([]);
    for (const [row] of word.entries()) {
      for (const [i, name] of names.entries()) {
        const [a, b] = [found[row * names.length + i] ?? 0, wanted.get(name)?.values[row] ?? 0];
        if (Number.isNaN(b)) expect(a, `${name} of row ${row}`).toBeNaN();
        else
          expect(Math.abs(a - b), `${name} of row ${row}: ${a}, not ${b}`).toBeLessThanOrEqual(
            2e-6 * Math.max(1, Math.abs(b)),
          );
      }
    }
  });
});

test('every step that has operators is among the cases; the others give a reason', async () => {
  const tried = new Set(CASES.map(({ step }) => step));
  const without = [...recipeSteps.values()].flatMap((definition) =>
    definition.of === 'rows' || tried.has(definition.id) ? [] : [definition.id],
  );
  expect(without).toEqual(['hashing', 'dateParts']);
  const hashed = await fitted([{ step: 'hashing', columns: ['word'] }]);
  expect(missingOperators(hashed)).toEqual([
    'Hashing (word): ONNX has no operator that hashes words.',
  ]);
  const bell = await fitted([{ step: 'quantile', columns: ['size'], output: 'normal' }]);
  expect(missingOperators(bell)[0]).toMatch(/^Quantiles \(size\): ONNX has no quantiles/);
});

test('a word that was never seen, and a gap, are what the step makes of them', async () => {
  const recipe = await fitted([{ step: 'oneHot', columns: ['word'], maxCategories: 3 }]);
  const unseen: StepColumn = { kind: 'words', words: ['new'], values: Float64Array.of(0, NaN) };
  const made = applyRecipe(recipe, new Map([...columns, ['word', unseen]]));
  expect([...(made.get('word=(rare)')?.values ?? [])]).toEqual([1, 0]);
});
