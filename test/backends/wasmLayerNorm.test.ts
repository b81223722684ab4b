/**
 * The calls of a layer norm, forward and backward, that the CPU engine takes in one pass: what it leaves in memory is
 * what the reference leaves call by call, but for tensors that nobody reads again.
 */
import { describe, expect, it, test } from 'vitest';
import type { BufferRef, FusedCall, KernelCall } from '#engine/compile/program.ts';
import { agrees, op, openBackends, placer, sizesOfJoins } from '../support/joinedCalls.ts';

openBackends();

const norm = { eps: 1e-5, training: true };
const rowSum = { axes: [0], keepDims: false };
const own = (index: number) => ({ kind: 'input', index }) as const;

/** A norm of rows with what comes before and after it, and its way back. */
function layerNormOf(rows: number, columns: number, isInPlace = false) {
  const place = placer();
  const tensor = () => place(rows, columns);
  const seen = (ref: BufferRef): BufferRef => ({
    ...ref,
    type: { dtype: 'f32', shape: [1, rows, columns] },
  });
  const dy = tensor();
  const t = {
    skip: tensor(),
    x: tensor(),
    normal: tensor(),
    y: tensor(),
    dy,
    slopes: tensor(),
    dx: isInPlace ? dy : tensor(),
    dskip: tensor(),
    gamma: place(columns),
    beta: place(columns),
    dgamma: place(columns),
    dbeta: place(columns),
    mean: place(rows),
    variance: place(rows),
    ones: place(rows),
    zeros: place(rows),
  };
  const shape = [rows];
  const scaled: FusedCall = {
    kind: 'fused',
    shape: [rows, columns],
    inputs: [t.normal, t.gamma, t.beta],
    body: [
      { op: 'mul', params: {}, operands: [own(0), own(1)] },
      { op: 'add', params: {}, operands: [{ kind: 'step', index: 0 }, own(2)] },
    ],
    outputs: [{ ref: t.y, value: { kind: 'step', index: 1 } }],
    origin: { role: 'forward' },
  };
  const forward: readonly KernelCall[] = [
    op('add', [t.skip, t.x], t.x, {}),
    op('groupMean', [seen(t.x)], t.mean, {}),
    op('groupVariance', [seen(t.x), t.mean], t.variance, {}),
    op('full', [], t.ones, { shape, value: 1 }),
    op('full', [], t.zeros, { shape, value: 0 }),
    op('normalize', [seen(t.x), t.mean, t.variance, t.ones, t.zeros], seen(t.normal), norm),
    scaled,
  ];
  const back = [seen(t.slopes), seen(t.x), t.mean, t.variance, t.ones];
  const backward: readonly KernelCall[] = [
    op('sum', [t.dy], t.dbeta, rowSum, 'backward'),
    op('mul', [t.dy, t.gamma], t.slopes, {}, 'backward'),
    op('mul', [t.dy, t.normal], t.dy, {}, 'backward'),
    op('sum', [t.dy], t.dgamma, rowSum, 'backward'),
    op('normalizeInputGrad', back, seen(t.dx), norm, 'backward'),
    op('add', [t.dskip, t.dx], t.dskip, {}, 'backward'),
  ];
  const inputs = [t.skip, t.x, t.dy, t.dskip, t.gamma, t.beta];
  return { t, forward, backward, inputs };
}

describe.each([
  { rows: 7, columns: 5 },
  { rows: 70, columns: 24 },
  { rows: 129, columns: 67 },
  { rows: 200, columns: 128 },
])('$rows rows of $columns', ({ rows, columns }) => {
  const all = layerNormOf(rows, columns);
  const { t, forward, backward, inputs } = all;

  it('forward alone', async () => {
    expect(sizesOfJoins(forward)).toEqual([5, 1, 1]);
    await agrees(forward, inputs, [t.x, t.mean, t.variance, t.y]);
  });

  it('forward, and the normalised numbers are read again', async () => {
    const calls = [...forward, op('relu', [t.normal], t.dx, {})];
    expect(sizesOfJoins(calls)).toEqual([5, 1, 1, 1]);
    await agrees(calls, inputs, [t.y, t.dx, t.normal]);
  });

  it('both ways', async () => {
    const calls = [...forward, ...backward];
    expect(sizesOfJoins(calls)).toEqual([5, 1, 1, 6]);
    await agrees(calls, inputs, [t.y, t.dbeta, t.dgamma, t.dskip]);
  });

  it('both ways, the gradient that goes out is left', async () => {
    const kept = op('relu', [t.dx], t.slopes, {});
    const calls = [...forward, ...backward.slice(0, 5), kept, op('relu', [t.dx], t.skip, {})];
    expect(sizesOfJoins(calls)).toEqual([5, 1, 1, 6, 1]);
    await agrees(calls, inputs, [t.dbeta, t.dgamma, t.dx, t.slopes, t.skip]);
  });

  it('the gradient goes where the one that came in was', async () => {
    const there = layerNormOf(rows, columns, true);
    const calls = [...there.forward, ...there.backward];
    expect(sizesOfJoins(calls)).toEqual([5, 1, 1, 6]);
    const { y, dbeta, dgamma, dskip } = there.t;
    await agrees(calls, there.inputs, [y, dbeta, dgamma, dskip]);
  });
});

// Wide of registers: the sums of rows that end in one vector, in two, three, or part of one.
it.each([33, 34, 36, 40, 44, 47])('rows of %i after what needs many registers', async (columns) => {
  const { t, forward, inputs } = layerNormOf(24, columns);
  for (const before of ['sigmoid', 'gelu', 'tanh'] as const) {
    const params = before === 'gelu' ? { approximate: 'none' as const } : {};
    const [, ...norm] = forward;
    const calls = [op(before, [t.x], t.x, params), ...norm];
    expect(sizesOfJoins(calls)).toEqual([5, 1, 1]);
    await agrees(calls, inputs, [t.x, t.mean, t.variance, t.y]);
  }
});

/** The calls with one tensor in another place. */
function moved(calls: readonly KernelCall[], from: BufferRef, offsetBytes: number) {
  const there = (ref: BufferRef): BufferRef =>
    ref.offsetBytes === from.offsetBytes ? { ...ref, offsetBytes } : ref;
  return calls.map((call): KernelCall => {
    const inputs = call.inputs.map(there);
    return call.kind === 'fused'
      ? { ...call, inputs, outputs: call.outputs.map((one) => ({ ...one, ref: there(one.ref) })) }
      : { ...call, inputs, output: there(call.output) };
  });
}

describe.each([
  ['statistics where the branch was', 'mean', 'skip', 0],
  ['the result across the branch', 'y', 'skip', 256],
  ['the result across what was normalised', 'y', 'x', -256],
] as const)('memory that was free by then: %s', (_, what, where, shift) => {
  const { t, forward, inputs } = layerNormOf(129, 67);
  const calls = moved(forward, t[what], t[where].offsetBytes + shift);
  it('is not written before it was read', async () => {
    const { y } = t;
    const outputs = what === 'y' ? [{ ...y, offsetBytes: t[where].offsetBytes + shift }] : [y];
    await agrees(calls, inputs, outputs);
  });
  it('is what the norm begins without, or is made without a join', () => {
    expect(Math.max(...sizesOfJoins(calls))).toBeLessThan(5);
  });
});

describe('what only looks like a layer norm is left alone', () => {
  const { t, forward, backward } = layerNormOf(70, 24);
  const sizes = (calls: readonly KernelCall[]) => Math.max(...sizesOfJoins(calls));

  test('a scale that is not one', () => {
    const calls = forward.map((call) =>
      call.kind === 'op' && call.op === 'full' && call.params.value === 1
        ? op('full', [], t.ones, { shape: [70], value: 2 })
        : call,
    );
    expect(sizes([...calls, ...backward])).toBeLessThanOrEqual(2);
  });

  test('gradients times something that is not what was normalised', () => {
    const changed = op('relu', [t.normal], t.normal, {});
    expect(sizesOfJoins([...forward, changed, ...backward]).slice(4)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  test('gradients that are read again', () => {
    const calls = [...forward, ...backward, op('relu', [t.dy], t.skip, {})];
    expect(sizesOfJoins(calls)).toEqual([5, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
  });
});
