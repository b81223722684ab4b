/** Rule: what a watched step reports of a node is the same on every backend. */
import { expect, test } from 'vitest';
import { tensorType } from '#engine/ir/index.ts';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import { createNodePlatform } from '#engine/platform/node.ts';
import { runOp } from '#test/support/runOp.ts';

test('statistics of a large tensor with many zeros', async () => {
  const values = Array.from({ length: 64 * 784 }, (_, i) =>
    i % 784 > 500 ? ((i % 97) + 1) / 97 : 0,
  );
  const input = { type: tensorType([64, 784]), values };
  const run = { op: 'tensorStats', inputs: [input], params: {} } as const;
  const wanted = await runOp(createReferenceBackend(), run);
  const backend = await createWasmBackend(createNodePlatform({ log: () => undefined }), {
    threads: 2,
  });
  const got = await runOp(backend, run);
  await backend.close();
  expect([...got].map((n) => n.toFixed(4))).toEqual([...wanted].map((n) => n.toFixed(4)));
});
