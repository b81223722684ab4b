/** ONNX Runtime, in WebAssembly: what exported files are run with. The one file that knows it. */
import { env, InferenceSession, Tensor } from 'onnxruntime-web';
import type { Batch, BatchValue } from '#engine/export/answers.ts';
import type { FileRunner } from '#engine/export/verify.ts';

/** As it is meant to be run: its own optimisations on. */
const SESSION: InferenceSession.SessionOptions = { graphOptimizationLevel: 'all' };

export function createOnnxRunner(): FileRunner {
  env.logLevel = 'error';
  // One thread: others train meanwhile.
  env.wasm.numThreads = 1;
  return {
    name: `ONNX Runtime ${env.versions.web ?? env.versions.common}`,
    async open(bytes) {
      const session = await InferenceSession.create(bytes, SESSION);
      const indices = new Set(
        session.inputMetadata.flatMap((input) =>
          input.isTensor && input.type === 'int32' ? [input.name] : [],
        ),
      );
      return {
        async run(inputs) {
          const feeds = Object.fromEntries(
            [...inputs].map(([name, value]) => [name, tensorOf(value, indices.has(name))]),
          );
          const results = await session.run(feeds);
          return new Map(
            Object.entries(results).map(([name, { type, dims, data }]) => [
              name,
              type === 'string'
                ? { dims, data: new Float32Array(0), texts: data as string[] }
                : { dims, data: numbers(data) },
            ]),
          ) satisfies Batch;
        },
        close: () => session.release(),
      };
    },
  };
}

/** `isIndex`: the file takes whole numbers. */
function tensorOf({ dims, data, texts }: BatchValue, isIndex: boolean): Tensor {
  if (texts) return new Tensor('string', [...texts], dims);
  return isIndex
    ? new Tensor('int32', Int32Array.from(data), dims)
    : new Tensor('float32', data, dims);
}

function numbers(data: Tensor['data']): Float32Array {
  return data instanceof Float32Array ? data : Float32Array.from(data as ArrayLike<number>, Number);
}
