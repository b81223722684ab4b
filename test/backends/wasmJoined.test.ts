/**
 * Calls that the CPU engine joins into one kernel leave in memory what the reference leaves there call by
 * call; and what only looks like such a sequence is left alone.
 */
import { describe, expect, it, test } from 'vitest';
import type { BufferRef, KernelCall } from '#engine/compile/program.ts';
import { NO_EPILOGUE, windowCounts } from '#engine/ops/index.ts';
import { agrees, op, openBackends, placer, sizesOfJoins } from '../support/joinedCalls.ts';

openBackends();

const own = (index: number) => ({ kind: 'input', index }) as const;

const shapes = [
  [6, 5, 9, 11],
  [4, 8, 16, 16],
  [3, 7, 1, 3],
  // Small planes: blocks of several channels, the last one of fewer.
  [4, 40, 6, 6],
  [3, 70, 2, 1],
  [33, 10],
  [64, 48],
] as const;

describe.each(shapes.map((dims) => ({ dims })))('batch norm of $dims', ({ dims }) => {
  const channels = dims[1] ?? 0;

  const forward = (relu: boolean) => {
    const place = placer();
    const x = place(...dims);
    const [weight, bias, running] = [place(channels), place(channels), place(channels)];
    const [mean, variance, y] = [place(channels), place(channels), place(...dims)];
    const calls = [
      op('groupMean', [x], mean, {}),
      op('groupVariance', [x, mean], variance, {}),
      op('add', [running, mean], running, {}),
      op('normalize', [x, mean, variance, weight, bias], y, { eps: 1e-5, training: true }),
      ...(relu ? [op('relu', [y], y, {})] : []),
    ];
    return { calls, inputs: [x, weight, bias, running], outputs: [mean, variance, running, y] };
  };

  it('forward', async () => {
    for (const relu of [false, true]) {
      const { calls, inputs, outputs } = forward(relu);
      expect(sizesOfJoins(calls)).toEqual([relu ? 4 : 3, 1]);
      await agrees(calls, inputs, outputs);
    }
  });

  it('forward, joined by a branch in place', async () => {
    const place = placer();
    const [x, skip] = [place(...dims), place(...dims)];
    const [weight, bias, running] = [place(channels), place(channels), place(channels)];
    const [mean, variance, y] = [place(channels), place(channels), place(...dims)];
    const chain: KernelCall = {
      kind: 'fused',
      shape: dims,
      inputs: [y, skip],
      origin: { role: 'forward' },
      body: [
        { op: 'add', params: {}, operands: [own(0), own(1)] },
        { op: 'relu', params: {}, operands: [{ kind: 'step', index: 0 }] },
      ],
      outputs: [{ ref: y, value: { kind: 'step', index: 1 } }],
    };
    const calls = [
      op('groupMean', [x], mean, {}),
      op('groupVariance', [x, mean], variance, {}),
      op('normalize', [x, mean, variance, weight, bias], y, { eps: 1e-5, training: true }),
      op('add', [running, mean], running, {}),
      chain,
    ];
    const inputs = [x, weight, bias, running, skip];
    expect(sizesOfJoins(calls)).toEqual([4, 1]);
    await agrees(calls, inputs, [mean, variance, running, y]);
    // What makes the branch stands between: the chain must wait for it.
    const late = [...calls.slice(0, 3), op('relu', [skip], skip, {}), chain];
    expect(sizesOfJoins(late)).toEqual([3, 1, 1]);
    await agrees(late, inputs, [mean, variance, y]);
  });

  it('forward, with statistics that are known', async () => {
    const { calls, inputs } = forward(true);
    const [, , , norm, relu] = calls as [
      KernelCall,
      KernelCall,
      KernelCall,
      KernelCall,
      KernelCall,
    ];
    const [, mean, variance] = norm.inputs as [BufferRef, BufferRef, BufferRef];
    expect(sizesOfJoins([norm, relu])).toEqual([2]);
    await agrees([norm, relu], [...inputs, mean, variance], relu.inputs);
  });

  it('leaves a normalisation alone that must wait for what stands between', () => {
    const { calls } = forward(false);
    const [mean, variance, , norm] = calls as [KernelCall, KernelCall, KernelCall, KernelCall];
    const bias = norm.inputs[4];
    if (!bias) throw new Error('normalize has a bias');
    expect(sizesOfJoins([mean, variance, op('relu', [bias], bias, {}), norm])).toEqual([2, 1, 1]);
  });

  it('backward', async () => {
    const place = placer();
    const [dy, x] = [place(...dims), place(...dims)];
    const [mean, variance, weight] = [place(channels), place(channels), place(channels)];
    const [dx, dweight, dbias, dbefore] = [
      place(...dims),
      place(channels),
      place(channels),
      place(channels),
    ];
    const axes = [0, 1, 2, 3].slice(0, dims.length).filter((axis) => axis !== 1);
    const sums = { axes, keepDims: false };
    const calls = [
      op('normalizeInputGrad', [dy, x, mean, variance, weight], dx, { eps: 1e-5, training: true }),
      op('normalizeWeightGrad', [dy, x, mean, variance], dweight, { eps: 1e-5 }),
      op('sum', [dy], dbias, sums),
      op('sum', [dx], dbefore, sums),
    ];
    expect(sizesOfJoins(calls)).toEqual([4]);
    // The sum of dx is zero but for rounding: it has no scale to be compared on.
    await agrees(calls, [dy, x, mean, variance, weight], [dx, dweight, dbias]);
    const fewer = calls.slice(0, 2);
    expect(sizesOfJoins(fewer)).toEqual([2]);
    await agrees(fewer, [dy, x, mean, variance, weight], [dx, dweight]);
  });

  it('backward, with the gradient of a ReLU in place, whose results the gradients replace', async () => {
    const place = placer();
    const [dy, x, y] = [place(...dims), place(...dims), place(...dims)];
    const [mean, variance, weight] = [place(channels), place(channels), place(channels)];
    const dweight = place(channels);
    const norm = { eps: 1e-5, training: true } as const;
    const calls = [
      op('reluGrad', [dy, y], dy, {}, 'backward'),
      op('normalizeInputGrad', [dy, x, mean, variance, weight], y, norm),
      op('normalizeWeightGrad', [dy, x, mean, variance], dweight, { eps: 1e-5 }),
    ];
    expect(sizesOfJoins(calls)).toEqual([3]);
    await agrees(calls, [dy, x, mean, variance, weight, y], [y, dweight]);
    // Somebody else wants what comes in, too.
    const sum = place(...dims);
    const asked = [...calls, op('add', [dy, y], sum, {}, 'backward')];
    expect(sizesOfJoins(asked)).toEqual([3, 1]);
    await agrees(asked, [dy, x, mean, variance, weight, y], [dy, y, sum, dweight]);
    // Results that lie across what the chain still reads are not written in the same pass.
    const across = { ...y, offsetBytes: y.offsetBytes + 64 };
    const unsafe = [
      calls[0],
      op('normalizeInputGrad', [dy, x, mean, variance, weight], across, norm),
    ];
    expect(sizesOfJoins(unsafe.flatMap((call) => call ?? []))).toEqual([1, 1]);
  });

  it('backward, through a ReLU whose results are told by what was normalised', async () => {
    for (const isAsked of [false, true]) {
      const { calls, inputs, outputs } = forward(true);
      const [x, weight, bias] = inputs as [BufferRef, BufferRef, BufferRef];
      const [mean, variance, , y] = outputs as [BufferRef, BufferRef, BufferRef, BufferRef];
      const { offsetBytes } = y;
      const place = placer(offsetBytes + 4 * dims.reduce<number>((a, b) => a * b, 1));
      const [dy, dx] = [place(...dims), place(...dims)];
      const [dweight, dbias, other] = [place(channels), place(channels), place(...dims)];
      const axes = [0, 1, 2, 3].slice(0, dims.length).filter((axis) => axis !== 1);
      const norm = { eps: 1e-5, training: true } as const;
      const back = [
        ...calls,
        op('reluGrad', [dy, y], dy, {}, 'backward'),
        op('normalizeInputGrad', [dy, x, mean, variance, weight], dx, norm),
        op('normalizeWeightGrad', [dy, x, mean, variance], dweight, { eps: 1e-5 }),
        op('sum', [dy], dbias, { axes, keepDims: false }),
        ...(isAsked ? [op('add', [dy, dx], other, {}, 'backward')] : []),
      ];
      expect(sizesOfJoins(back)).toEqual([4, 1, 4, ...(isAsked ? [1] : [])]);
      const wanted = [dx, dweight, dbias, ...(isAsked ? [dy, other] : [])];
      await agrees(back, [...inputs, dy], wanted);
      // A bias that is another one by then tells nothing any more.
      const moved = [...back];
      moved.splice(5, 0, op('neg', [bias], bias, {}));
      await agrees(moved, [...inputs, dy], wanted);
      // Nor do numbers that a ReLU of something else has left there.
      const replaced = [...back];
      replaced.splice(5, 0, op('neg', [y], y, {}));
      await agrees(replaced, [...inputs, dy], wanted);
    }
  });

  it('backward, the gradient of the weight where the mask of the ReLU was', async () => {
    const place = placer();
    const [dy, x, y, dx] = [place(...dims), place(...dims), place(...dims), place(...dims)];
    const [mean, variance, weight] = [place(channels), place(channels), place(channels)];
    const dweight = { ...y, type: weight.type };
    const calls = [
      op('reluGrad', [dy, y], dy, {}, 'backward'),
      op('normalizeInputGrad', [dy, x, mean, variance, weight], dx, { eps: 1e-5, training: true }),
      op('normalizeWeightGrad', [dy, x, mean, variance], dweight, { eps: 1e-5 }),
    ];
    // Of other channels it is still read when the first is done.
    expect(sizesOfJoins(calls)).toEqual([2, 1]);
    await agrees(calls, [dy, x, mean, variance, weight, y], [dy, dx, dweight]);
  });
});

test('the bias before a layer norm is summed over rows, which are what the norm has for channels', async () => {
  const [rows, width] = [9, 5];
  const place = placer();
  const [dy, x, dx] = [place(1, rows, width), place(1, rows, width), place(1, rows, width)];
  const [mean, variance, weight, dbias] = [place(rows), place(rows), place(rows), place(width)];
  const seen: BufferRef = { ...dx, type: { dtype: 'f32', shape: [rows, width] } };
  const calls = [
    op('normalizeInputGrad', [dy, x, mean, variance, weight], dx, { eps: 1e-5, training: true }),
    op('sum', [seen], dbias, { axes: [0], keepDims: false }),
  ];
  expect(sizesOfJoins(calls)).toEqual([1, 1]);
  await agrees(calls, [dy, x, mean, variance, weight], [dx, dbias]);
});

describe('the gradient of pooling after a ReLU', () => {
  const pooling = { kernel: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0] } as const;

  it.each([
    { image: [8, 12], params: pooling },
    { image: [7, 9], params: pooling },
    { image: [9, 10], params: { kernel: [3, 3], stride: [2, 2], padding: [1, 1, 1, 1] } as const },
    { image: [6, 7], params: { kernel: [3, 2], stride: [1, 1], padding: [0, 1, 0, 1] } as const },
  ])('$image, $params', async ({ image, params }) => {
    const place = placer();
    const x = place(2, 9, ...image);
    const output = windowCounts([image[0] ?? 0, image[1] ?? 0], params);
    const dy = place(2, 9, ...output);
    const dx = place(2, 9, ...image);
    const calls = [
      // A ReLU before, so that some windows hold nothing but zeros.
      op('relu', [x], x, {}),
      op('maxPool2dGrad', [dy, x], dx, params, 'backward'),
      op('reluGrad', [dx, x], dx, {}, 'backward'),
    ];
    expect(sizesOfJoins(calls)).toEqual([1, 2]);
    await agrees(calls, [dy, x], [dx]);
  });
});

describe('gradients of weights over a long batch', () => {
  const over = { transposeA: true, transposeB: false, epilogue: NO_EPILOGUE };
  const onwards = { ...over, transposeA: false };
  const rowSum = { axes: [0], keepDims: false };

  it.each([
    { rows: 1537, columns: 64, widths: [48] },
    { rows: 1792, columns: 70, widths: [61] },
    { rows: 1801, columns: 101, widths: [37, 28] },
    { rows: 1540, columns: 31, widths: [150] },
    { rows: 40, columns: 24, widths: [50, 16] },
  ])('$rows rows, $columns by $widths', async ({ rows, columns, widths }) => {
    const place = placer();
    const [dy, sum] = [place(rows, columns), place(columns)];
    const [weight, dx] = [place(columns, 20), place(rows, 20)];
    const products = widths.map((width) => {
      const [x, dweight] = [place(rows, width), place(columns, width)];
      return { x, dweight, call: op('matmul', [dy, x], dweight, over, 'backward') };
    });
    const [first, ...others] = products.map(({ call }) => call);
    const calls = [
      op('sum', [dy], sum, rowSum, 'backward'),
      op('matmul', [dy, weight], dx, onwards, 'backward'),
      ...(first ? [first] : []),
      ...others,
    ];
    const isLong = rows > 1500;
    expect(sizesOfJoins(calls)).toEqual(isLong ? [widths.length + 1, 1] : calls.map(() => 1));
    const inputs = [dy, weight, ...products.map(({ x }) => x)];
    await agrees(calls, inputs, [sum, dx, ...products.map(({ dweight }) => dweight)]);
  });

  test('not across a call that changes the gradient, nor of two gradients', () => {
    const place = placer();
    const [dy, other, x] = [place(2000, 64), place(2000, 64), place(2000, 64)];
    const [sum, dweight] = [place(64), place(64, 64)];
    const ofRows = op('sum', [dy], sum, rowSum, 'backward');
    const changed = op('relu', [dy], dy, {}, 'backward');
    const ofWeight = op('matmul', [dy, x], dweight, over, 'backward');
    expect(sizesOfJoins([ofRows, changed, ofWeight])).toEqual([1, 1, 1]);
    expect(sizesOfJoins([op('sum', [other], sum, rowSum), ofWeight])).toEqual([1, 1]);
  });
});
