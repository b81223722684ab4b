/**
 * How far what is computed here is from PyTorch, group by group: how many of each there are, how many were compared, and
 * the worst error in float64 (reference) and float32 (WebAssembly), relative to the largest number of a tensor or 1;
 * prints, asserts nothing. Layers and losses are those whose numbers are kept in test/parity (torch_trials,
 * torch_layers.json); ops by the functions of torch_ops.py, and all their cases in float32 beside float64.
 */
import { describe, it } from 'vitest';
import type { Backend } from '#engine/backends/backend.ts';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import type { RawAttrs } from '#engine/ir/attrs.ts';
import { tensorType } from '#engine/ir/tensor.ts';
import { layers } from '#engine/layers/index.ts';
import { metrics, type MetricHead } from '#engine/metrics/index.ts';
import { optimizers } from '#engine/optimizers/index.ts';
import { FIRST_STATE, schedules } from '#engine/schedules/index.ts';
import written from '../parity/torch_layers.json' with { type: 'json' };
import updates from '../parity/torch_optimizers.json' with { type: 'json' };
import plans from '../parity/torch_plans.json' with { type: 'json' };
import classed from '../parity/sklearn_metrics.json' with { type: 'json' };
import { dyOf, torchAnswers, torchTrialsOf } from '../parity/torchTrials.ts';
import { torchValues, type WrittenTensor } from '../parity/torchValues.ts';
import { wasm } from '../support/engineRun.ts';
import { evaluateGraph } from '../support/evaluate.ts';
import { folded } from '../support/foldMetric.ts';
import { layerGraph, type LayerCase, type Mode } from '../support/layerCase.ts';
import { walked } from '../support/optimizerUpdate.ts';
import { tensor, type TestTensor } from '../support/random.ts';
import { runGraph } from '../support/runGraph.ts';
import { compareInitializers } from './agreement/initializers.ts';
import { compareOps } from './agreement/ops.ts';
import { line, Worst } from './agreement/worst.ts';

interface Compared {
  readonly test: LayerCase;
  readonly dy: (shape: readonly number[]) => TestTensor;
  readonly output: readonly number[];
  readonly gradients: Readonly<Record<string, WrittenTensor>>;
}

interface WrittenLayer {
  readonly type: string;
  readonly attrs: RawAttrs;
  readonly mode: Mode;
  readonly inputs: readonly (WrittenTensor & { readonly dtype: 'f32' | 'i32' })[];
  readonly classes?: number;
  readonly tensors: Readonly<Record<string, WrittenTensor>>;
  readonly output: WrittenTensor;
  readonly dy: WrittenTensor;
  readonly gradients: Readonly<Record<string, WrittenTensor>>;
}

const plain = ({ shape, values }: WrittenTensor): TestTensor => tensor(shape, values);

/** By type: what PyTorch's numbers are kept of. */
function compared(): ReadonlyMap<string, readonly Compared[]> {
  const found = new Map<string, Compared[]>();
  // JSON has no tuples and no literal types; torch_layers.py writes exactly this form.
  for (const each of written.cases as unknown as readonly WrittenLayer[]) {
    const { type, attrs, mode, inputs, classes, tensors, output, dy, gradients } = each;
    const test: LayerCase = {
      ...{ type, attrs, mode },
      inputs: inputs.map(({ shape, values, dtype }) => ({
        type: { ...tensorType(shape, dtype), ...(dtype === 'i32' && classes ? { classes } : {}) },
        values,
      })),
      tensors: Object.fromEntries(Object.entries(tensors).map(([key, t]) => [key, plain(t)])),
    };
    const list = found.get(type) ?? [];
    list.push({ test, dy: () => plain(dy), output: output.values, gradients });
    found.set(type, list);
  }
  for (const definition of layers.values()) {
    const { type, torch, torchCode, role } = definition;
    const isNamed = /\bnn\./.test(String(torch)) || (torchCode !== undefined && role !== 'noise');
    if (!isNamed || found.has(type)) continue;
    const trials = torchTrialsOf(definition);
    const { results } = torchAnswers(definition, trials);
    found.set(
      type,
      trials.flatMap((test, k) => {
        const result = results[k];
        if (!result) return [];
        return [{ test, dy: dyOf, output: result.output.values, gradients: result.gradients }];
      }),
    );
  }
  return found;
}

async function compare(
  { test, dy, output, gradients }: Compared,
  float32: Backend,
  [exact, rounded]: readonly [Worst, Worst],
): Promise<void> {
  const { graph, leaves, joined, gradients: own } = layerGraph(test, dy);
  const wanted = [
    [joined.id, output] as const,
    ...Object.entries(gradients).flatMap(([name, { values }]) => {
      const value = own.get(name);
      return value ? [[value.id, values] as const] : [];
    }),
  ];
  const reference = evaluateGraph(graph, leaves);
  const ids = wanted.map(([id]) => id);
  const fast = await runGraph(float32, graph, leaves, ids);
  wanted.forEach(([id, values], k) => {
    exact.add(test.type, reference[id]?.data ?? [], values);
    rounded.add(test.type, fast[k] ?? [], values);
  });
}

describe('agreement with PyTorch', () => {
  it(`PyTorch ${torchValues.torch}`, async () => {
    const float32 = await wasm(1)();
    const all = compared();
    for (const isLoss of [false, true]) {
      const of = [...layers.values()].filter(({ role }) => (role === 'loss') === isLoss);
      const worst = [new Worst(), new Worst()] as const;
      const seen = of.filter(({ type }) => all.has(type));
      for (const { type } of seen) {
        for (const each of all.get(type) ?? []) await compare(each, float32, worst);
      }
      line(isLoss ? 'losses' : 'layers', of.length, seen.length, ...worst);
      const left = of.filter(({ type }) => !all.has(type)).map(({ type }) => type);
      if (left.length > 0) console.log(`             not compared: ${left.join(', ')}`);
    }

    const moves = [new Worst(), new Worst()] as const;
    const steps = [
      ...torchValues.optimizers.map(({ start, after, ...each }) => ({
        ...{ ...each, start, shape: [start.length], after: after.at(-1) ?? [], state: {} },
      })),
      ...updates.cases,
    ];
    for (const each of steps) {
      for (const [k, backend] of [createReferenceBackend(), float32].entries()) {
        const { after, state } = await walked(backend, each);
        moves[k]?.add(each.type, after, each.after);
        for (const [name, values] of Object.entries(each.state)) {
          moves[k]?.add(each.type, state.get(name) ?? [], values);
        }
      }
    }
    line('optimisers', optimizers.size, new Set(steps.map(({ type }) => type)).size, ...moves);

    const rates = new Worst();
    for (const each of plans.schedules) {
      const { type, attrs, stepsPerEpoch, rates: wanted } = each;
      const watched = 'watched' in each ? each.watched : undefined;
      let state = FIRST_STATE;
      const own = wanted.map((_rate, step) => {
        const epoch = step / stepsPerEpoch;
        const schedule = schedules.get(type);
        if (watched && step > 0 && Number.isInteger(epoch)) {
          state = schedule?.observe?.(state, watched[epoch - 1] ?? NaN, attrs) ?? state;
        }
        return schedule?.rate(
          0.1,
          { step, stepsPerEpoch, totalSteps: wanted.length },
          attrs,
          state,
        );
      });
      // Relative to the rate that is scheduled, 0.1.
      rates.add(
        type,
        own.map((rate) => 10 * (rate ?? NaN)),
        wanted.map((rate) => 10 * rate),
      );
    }
    const kinds = new Set(plans.schedules.map(({ type }) => type));
    line('schedules', schedules.size, kinds.size + 1, rates, 'as float64');

    const figures = [new Worst(), new Worst()] as const;
    const told = new Set<string>();
    for (const { classes, labels, probabilities, expected } of classed.classifications) {
      const head: MetricHead = {
        ...{ task: 'classes', classes, sampleSize: classes, targetField: null },
        ...{ targetNormalisation: null, targetRange: null, targetWhite: null },
      };
      const predicted = labels.map((_label, row) => {
        const own = probabilities.slice(row * classes, (row + 1) * classes);
        return own.indexOf(Math.max(...own));
      });
      const fed = {
        probabilities: { shape: [classes], dtype: 'f32', values: probabilities },
        predicted: { shape: [], dtype: 'i32', values: predicted },
        labels: { shape: [], dtype: 'i32', values: labels },
      } as const;
      for (const [id, value] of Object.entries(expected)) {
        const metric = metrics.get(id);
        if (!metric) continue;
        const given = metric.finish(folded(metric, head, fed, 50), head);
        // Counted over bins, they state their own error.
        figures[/Auc$/.test(id) ? 1 : 0].add(id, [given], [value]);
        told.add(id);
      }
    }
    line(
      'metrics',
      metrics.size,
      told.size,
      figures[0],
      `as float64; binned areas ${String(figures[1])}`,
    );
    await compareOps(float32);
    compareInitializers();
    await float32.close();
  });
});
