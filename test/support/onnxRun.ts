/** Runs an ONNX file with ONNX Runtime, as whoever gets it would. */
import { env, InferenceSession, Tensor } from 'onnxruntime-web';
import type { TestTensor } from './random.ts';

// Its advice on what it cannot do in parallel is of no use here.
env.logLevel = 'error';
env.wasm.numThreads = 1;

export interface OnnxResult {
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

export async function onnxAnswers(
  bytes: Uint8Array,
  inputs: Readonly<Record<string, Pick<TestTensor, 'type' | 'values'>>>,
): Promise<ReadonlyMap<string, OnnxResult>> {
  const session = await InferenceSession.create(bytes, { graphOptimizationLevel: 'disabled' });
  try {
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, { type, values }]) => [name, tensorOf(type, values)]),
    );
    const results = await session.run(feeds);
    return new Map(
      Object.entries(results).map(([name, { dims, data }]) => [
        name,
        { dims, data: Array.from(data as ArrayLike<number>, Number) },
      ]),
    );
  } finally {
    await session.release();
  }
}

function tensorOf({ dtype, shape }: TestTensor['type'], values: ArrayLike<number>): Tensor {
  switch (dtype) {
    case 'f32':
      return new Tensor('float32', Float32Array.from(values), shape);
    case 'i32':
      return new Tensor('int32', Int32Array.from(values), shape);
    case 'u8':
      return new Tensor('uint8', Uint8Array.from(values), shape);
  }
}
