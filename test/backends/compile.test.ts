/**
 * Rules of the compiler, on the example projects: verified between passes, memory reused close to the
 * least possible, persistent tensors at one place in every program, nothing computed that nobody reads.
 */
import { describe, expect, test } from 'vitest';
import { createNullBackend } from '#engine/backends/null/index.ts';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { Layout } from '#engine/compile/layout.ts';
import { largestLiveSet, packIntervals } from '#engine/compile/pack.ts';
import { plan } from '#engine/compile/plan.ts';
import type { KernelCall } from '#engine/compile/program.ts';
import { verifyProgram } from '#engine/compile/verify.ts';
import { type NetworkDocument, sizeBytes, tensorType } from '#engine/ir/index.ts';
import { add, GraphBuilder, mul, RandomStream, sub, type Value } from '#engine/ops/index.ts';
import '../support/allclose.ts';
import {
  compileDocument,
  compileExample,
  exampleNames,
  livesIn,
  programsOf,
  writesOf,
} from '../support/compiled.ts';
import { evaluateGraph } from '../support/evaluate.ts';
import { chain, imageOf, LABEL, type NodeText } from '../support/network.ts';
import { uniformTensor } from '../support/random.ts';

/** Ops that only training needs; each would be a mistake in a program that evaluates. */
const TRAINING_ONLY: ReadonlySet<string> = new Set([
  'dropoutMask',
  'crossEntropyGrad',
  'conv2dWeightGrad',
]);

/** The variance of a batch as well; that of each row is a layer norm's, in evaluation as in training. */
const isOfTraining = ({ op, inputs }: Extract<KernelCall, { readonly kind: 'op' }>): boolean =>
  TRAINING_ONLY.has(op) || (op === 'groupVariance' && inputs[0]?.type.shape[0] !== 1);

describe.each(exampleNames)('%s', (file) => {
  const compiled = compileExample(file);
  const programs = programsOf(compiled);

  test('work memory holds what is read, and nothing writes over what is alive', () => {
    for (const program of programs) verifyProgram(program);
  });
  test('the peak is within a tenth of the largest live set', () => {
    for (const program of programs) {
      const least = largestLiveSet(livesIn(program));
      expect(program.workBytes, program.name).toBeGreaterThanOrEqual(least);
      expect(program.workBytes, program.name).toBeLessThanOrEqual(1.1 * least);
    }
    expect(compiled.workBytes).toBe(Math.max(...programs.map(({ workBytes }) => workBytes)));
  });
  test('every place is inside its arena', () => {
    for (const { calls } of programs) {
      for (const ref of calls.flatMap((call) => [...call.inputs, ...writesOf(call)])) {
        const end = ref.offsetBytes + sizeBytes(ref.type);
        expect(end).toBeLessThanOrEqual(compiled.memory.sizeBytes[ref.arena]);
      }
    }
  });
  test('evaluation neither trains nor stores anything that training owns', () => {
    const owned = [...compiled.layout.buffers.values()].map(({ ref }) => placeOf(ref));
    for (const program of [...compiled.evaluate.values(), compiled.samples, compiled.predict]) {
      for (const call of program?.calls ?? []) {
        if (call.kind === 'op') expect(isOfTraining(call), call.op).toBe(false);
        for (const ref of writesOf(call)) {
          expect(['parameters', 'gradients', 'optimizer']).not.toContain(ref.arena);
          expect(owned).not.toContain(placeOf(ref));
        }
      }
    }
  });
  test('nothing is computed that nobody reads', () => {
    for (const { name, calls, outputs } of programs) {
      const read = new Set(calls.flatMap((call) => call.inputs.map(placeOf)));
      const named = new Set(Object.values(outputs).map(placeOf));
      for (const call of calls) {
        const kept = writesOf(call).some(
          (ref) =>
            !['work', 'outputs'].includes(ref.arena) ||
            read.has(placeOf(ref)) ||
            named.has(placeOf(ref)),
        );
        expect(kept, `${name}: ${call.kind === 'op' ? call.op : 'a chain'}`).toBe(true);
      }
    }
  });
  test('loads and runs', async () => {
    const session = await createNullBackend().open(compiled.memory);
    for (const program of programs) session.run(await session.load(program));
    await session.close();
  });
});

const placeOf = (ref: { readonly arena: string; readonly offsetBytes: number }) =>
  `${ref.arena}:${ref.offsetBytes}`;

describe('packing', () => {
  test('random lifetimes: none overlap in time and place, and little is wasted', () => {
    const random = new RandomStream(3, 'data');
    for (let round = 0; round < 50; round++) {
      const lives = new Map(
        Array.from({ length: 40 }, (_, key) => {
          const first = random.integer(60);
          const last = first + random.integer(12);
          return [key, { first, last, bytes: 4 * (1 + random.integer(5000)) }] as const;
        }),
      );
      const { offsets, totalBytes } = packIntervals(lives);
      const placed = [...lives].map(([key, life]) => ({ ...life, start: offsets.get(key) ?? NaN }));
      placed.forEach((a, i) => {
        expect(a.start + a.bytes).toBeLessThanOrEqual(totalBytes);
        for (const b of placed.slice(i + 1)) {
          const together = a.first <= b.last && b.first <= a.last;
          const apart = a.start + a.bytes <= b.start || b.start + b.bytes <= a.start;
          expect(!together || apart).toBe(true);
        }
      });
      expect(totalBytes).toBeLessThan(1.35 * largestLiveSet(lives.values()));
    }
  });
});

describe('chains', () => {
  /** A random graph of element-wise ops over three inputs, some results kept, some stored. */
  function randomGraph(seed: number) {
    const random = new RandomStream(seed, 'data');
    const shape = [3, 5];
    const g = new GraphBuilder();
    const inputs = [0, 1, 2].map((k) =>
      g.leaf({ kind: 'feed', name: `input:x${k}` }, tensorType(shape)),
    );
    const values: Value[] = [...inputs];
    const any = () => values[random.integer(values.length)] ?? inputs[0]!;
    for (let k = 0; k < 25; k++) {
      const binary = [add, sub, mul][random.integer(3)] ?? add;
      const unary = (['tanh', 'sigmoid', 'square', 'relu'] as const)[random.integer(4)] ?? 'tanh';
      const x = any();
      values.push(random.integer(2) ? binary(g, x, any()) : g.emit(unary, [x], {}));
    }
    const kept = [values.at(-1)!, any(), any()];
    kept.forEach((value, k) => g.output(`y${k}`, value));
    return { graph: g.finish(), inputs, kept };
  }

  test.each(Array.from({ length: 20 }, (_, k) => k + 1))(
    'fused as unfused, graph %d',
    async (seed) => {
      const { graph, inputs, kept } = randomGraph(seed);
      const leaves = new Map(
        inputs.map(({ id, type }, k) => [id, uniformTensor(type.shape, { seed: k + seed })]),
      );
      const expected = evaluateGraph(graph, leaves);

      const layout = new Layout([]);
      const program = plan('test', graph, layout);
      verifyProgram(program);
      expect(program.calls.length).toBeLessThan(graph.values.length - inputs.length);
      const session = await createReferenceBackend().open(layout.memory(program.workBytes));
      for (const [k, { id, type }] of inputs.entries()) {
        const ref = layout.place({ kind: 'feed', name: `input:x${k}` }, type);
        session.write(ref, Float64Array.from(leaves.get(id)?.values ?? []));
      }
      session.run(await session.load(program));
      for (const [k, { id }] of kept.entries()) {
        const ref = program.outputs[`y${k}`];
        if (!ref) throw new Error(`no output y${k}`);
        expect(await session.read(ref)).toBeAllclose(expected[id]?.data ?? [], {
          rtol: 0,
          atol: 0,
        });
      }
      await session.close();
    },
  );
});

test('a ReLU after a layer of sequences is a part of its product', () => {
  const layers: readonly NodeText[] = [
    ['conv', 'Conv1d', { outChannels: 4, kernelSize: 3 }],
    ['relu1', 'ReLU'],
    ['fc1', 'Linear', { outFeatures: 5, lastDimension: true }],
    ['relu2', 'ReLU'],
    ['flat', 'Flatten'],
    ['fc2', 'Linear', { outFeatures: 10 }],
    ['loss', 'CrossEntropyLoss'],
  ];
  const { train, evaluate } = compileDocument(chain(layers, { fields: [imageOf(3, 12), LABEL] }));
  for (const program of [...train.values(), ...evaluate.values()]) {
    const calls = program.calls.flatMap((call) => (call.kind === 'op' ? [call] : []));
    const products = calls.filter(({ origin: { role } }) => role === 'forward');
    const activations = products.flatMap(({ params }) =>
      'epilogue' in params ? [params.epilogue.activation] : [],
    );
    expect(activations).toEqual(['relu', 'relu', 'none']);
    expect(calls.map(({ op }) => op)).not.toContain('relu');
  }
});

test('inserting a layer leaves the random numbers of the others as they were', () => {
  const streamOf = (document: NetworkDocument): number | undefined =>
    compileDocument(document)
      .train.get(document.training.batchSize)
      ?.calls.flatMap((call) =>
        call.kind === 'op' && call.op === 'dropoutMask' ? [call.params.stream] : [],
      )
      .at(-1);
  const loss: NodeText = ['loss', 'CrossEntropyLoss'];
  const dropout: NodeText = ['drop', 'Dropout', { p: 0.5 }];
  const fc: NodeText = ['fc', 'Linear', { outFeatures: 10 }];
  const short = streamOf(chain([['flat', 'Flatten'], dropout, fc, loss]));
  const long = streamOf(
    chain([['flat', 'Flatten'], ['more', 'Dropout', { p: 0.5 }], dropout, fc, loss]),
  );
  expect(short).toBeTypeOf('number');
  expect(long).toBe(short);
});
