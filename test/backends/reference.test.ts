/** Sessions of the reference and null backends: memory, order of execution, refusals. */
import { describe, expect, test } from 'vitest';
import { createNullBackend } from '#engine/backends/null/index.ts';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import {
  ARENAS,
  type Arena,
  type BufferRef,
  type KernelCall,
  type MemoryLayout,
  type Program,
} from '#engine/compile/program.ts';
import { InputError, tensorType } from '#engine/ir/index.ts';
import { runFusedCall } from '../support/runOp.ts';
import { tensor, uniformTensor } from '../support/random.ts';
import '../support/allclose.ts';

const layout = (sizes: Partial<Record<Arena, number>>): MemoryLayout => ({
  sizeBytes: Object.fromEntries(ARENAS.map((arena) => [arena, sizes[arena] ?? 0])) as Record<
    Arena,
    number
  >,
});
const ref = (arena: Arena, offsetBytes: number, type: BufferRef['type']): BufferRef => ({
  arena,
  offsetBytes,
  type,
});
const program = (calls: readonly KernelCall[], workBytes = 0): Program => ({
  name: 'test',
  calls,
  workBytes,
  outputs: {},
});
const origin = { role: 'forward' } as const;
const backend = createReferenceBackend();

describe('memory', () => {
  test('is zero before the first write, and tensors at one place share it', async () => {
    const session = await backend.open(layout({ parameters: 128 }));
    const [whole, second] = [
      ref('parameters', 0, tensorType([32])),
      ref('parameters', 64, tensorType([2])),
    ];
    expect([...(await session.read(whole))]).toEqual(Array(32).fill(0));
    session.write(second, Float32Array.of(3, 4));
    expect([...(await session.read(whole))].slice(15, 19)).toEqual([0, 3, 4, 0]);
    await session.close();
  });

  test('what is read is a copy', async () => {
    const session = await backend.open(layout({ feeds: 64 }));
    const feed = ref('feeds', 0, tensorType([1]));
    const before = await session.read(feed);
    session.write(feed, Float64Array.of(5));
    expect(before[0]).toBe(0);
  });

  test('work memory may be used again with another element type', async () => {
    // logits -> argmax (i32 in work) -> equal with labels; then f32 over the same bytes.
    const session = await backend.open(layout({ work: 64, feeds: 192, outputs: 128 }));
    const logits = ref('feeds', 0, tensorType([2, 3]));
    const labels = ref('feeds', 64, tensorType([2], 'i32'));
    const best = ref('work', 0, tensorType([2], 'i32'));
    const doubled = ref('work', 0, tensorType([2, 3]));
    const hits = ref('outputs', 0, tensorType([2]));
    const total = ref('outputs', 64, tensorType([]));
    const loaded = await session.load(
      program(
        [
          { kind: 'op', op: 'argmax', params: {}, inputs: [logits], output: best, origin },
          { kind: 'op', op: 'equal', params: {}, inputs: [best, labels], output: hits, origin },
          {
            kind: 'op',
            op: 'affine',
            params: { scale: 2, shift: 0 },
            inputs: [logits],
            output: doubled,
            origin,
          },
          {
            kind: 'op',
            op: 'sum',
            params: { axes: [0, 1], keepDims: false },
            inputs: [doubled],
            output: total,
            origin,
          },
        ],
        64,
      ),
    );
    session.write(logits, Float32Array.of(1, 5, 2, 9, 0, 0));
    session.write(labels, Int32Array.of(1, 2));
    session.run(loaded);
    expect([...(await session.read(hits))]).toEqual([1, 0]);
    expect([...(await session.read(total))]).toEqual([34]);
    expect(await session.read(best)).toEqual(Int32Array.of(1, 0));
    expect(await session.read(hits)).toBeInstanceOf(Float64Array);
  });

  test('effects follow list order, step after step', async () => {
    const session = await backend.open(layout({ parameters: 64, work: 64 }));
    const w = ref('parameters', 0, tensorType([2]));
    const next = ref('work', 0, tensorType([2]));
    const loaded = await session.load(
      program(
        [
          {
            kind: 'op',
            op: 'affine',
            params: { scale: 0.5, shift: 1 },
            inputs: [w],
            output: next,
            origin,
          },
          { kind: 'op', op: 'assign', params: {}, inputs: [w, next], output: w, origin },
        ],
        64,
      ),
    );
    for (let step = 0; step < 3; step++) session.run(loaded);
    await session.settled();
    expect([...(await session.read(w))]).toEqual([1.75, 1.75]);
  });
});

describe('refuses', () => {
  test('a tensor outside its arena', async () => {
    const session = await backend.open(layout({ parameters: 64 }));
    await expect(session.read(ref('parameters', 64, tensorType([1])))).rejects.toThrow(RangeError);
  });

  test('data of another length', async () => {
    const session = await backend.open(layout({ parameters: 64 }));
    const w = ref('parameters', 0, tensorType([4]));
    expect(() => session.write(w, new Float32Array(3))).toThrow('3 numbers written to 4 elements');
  });

  test('a program that needs more work memory than planned', async () => {
    const session = await backend.open(layout({ work: 64 }));
    await expect(session.load(program([], 128))).rejects.toThrow(RangeError);
  });

  test('a program of another session', async () => {
    const [one, other] = [await backend.open(layout({})), await backend.open(layout({}))];
    const loaded = await one.load(program([]));
    expect(() => other.run(loaded)).toThrow('a program runs only in the session that loaded it');
  });

  test('more memory than there is, as a problem people can read', async () => {
    const huge = backend.open(layout({ work: 2 ** 52 }));
    await expect(huge).rejects.toThrow(InputError);
    await expect(huge).rejects.toMatchObject({ code: 'memory.too-large' });
  });
});

describe('a fused chain', () => {
  const x = uniformTensor([3, 5], { seed: 1 });
  const row = uniformTensor([5], { seed: 2 });

  test('broadcasts its inputs and keeps several results', async () => {
    // y = relu(x + row); z = -y
    const [y, z] = await runFusedCall(backend, {
      shape: [3, 5],
      inputs: [x, row],
      body: [
        {
          op: 'add',
          params: {},
          operands: [
            { kind: 'input', index: 0 },
            { kind: 'input', index: 1 },
          ],
        },
        { op: 'relu', params: {}, operands: [{ kind: 'step', index: 0 }] },
        { op: 'neg', params: {}, operands: [{ kind: 'step', index: 1 }] },
      ],
      outputs: [{ value: { kind: 'step', index: 1 } }, { value: { kind: 'step', index: 2 } }],
    });
    const expected = x.values.map((v, i) => Math.max(0, v + (row.values[i % 5] ?? NaN)));
    expect(y).toBeAllclose(expected, { rtol: 1e-15, atol: 0 });
    expect(z).toBeAllclose(
      expected.map((v) => -v),
      { rtol: 1e-15, atol: 0 },
    );
  });

  test('may write over its own input', async () => {
    // w = w - 0.5 * g, in place; both old and new are results.
    const [w, old] = await runFusedCall(backend, {
      shape: [3],
      inputs: [tensor([3], [1, 2, 3]), tensor([3], [2, 2, 2])],
      body: [
        { op: 'affine', params: { scale: 0.5, shift: 0 }, operands: [{ kind: 'input', index: 1 }] },
        {
          op: 'sub',
          params: {},
          operands: [
            { kind: 'input', index: 0 },
            { kind: 'step', index: 0 },
          ],
        },
      ],
      outputs: [
        { value: { kind: 'step', index: 1 }, inPlaceOf: 0 },
        { value: { kind: 'input', index: 0 } },
      ],
    });
    expect([...(w ?? [])]).toEqual([0, 1, 2]);
    expect([...(old ?? [])]).toEqual([1, 2, 3]);
  });
});

test('null runs anything and answers zeros of the right type', async () => {
  const session = await createNullBackend().open(layout({ work: 2 ** 52 }));
  session.run(await session.load(program([], 2 ** 52)));
  await session.settled();
  expect(await session.read(ref('outputs', 0, tensorType([2])))).toEqual(new Float32Array(2));
  expect(await session.read(ref('data', 0, tensorType([3], 'u8')))).toEqual(new Uint8Array(3));
});
