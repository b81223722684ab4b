/**
 * Rule: a document trains, on any backend, to what its task allows, and tells so in points and frames.
 * Small networks on generated points; the real data sets are measured elsewhere.
 */
import { describe, expect, test } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import type { Backend } from '#engine/backends/backend.ts';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import type { EngineEvents } from '#engine/protocol/index.ts';
import { createNodePlatform } from '#engine/platform/node.ts';
import { createEngineService } from '#engine/training/engineService.ts';
import { pointsDocument } from '#test/support/documents.ts';

type Told = { [K in keyof EngineEvents]: EngineEvents[K][] };

async function trainToEnd(
  document: ReturnType<typeof pointsDocument>,
  createBackend: () => Promise<Backend>,
): Promise<Told> {
  const told: Told = {
    progress: [],
    metrics: [],
    telemetry: [],
    samples: [],
    boundary: [],
    confusion: [],
    checkpoint: [],
    log: [],
  };
  const platform = createNodePlatform({ log: () => undefined });
  await new Promise<void>((resolve, reject) => {
    const service = createEngineService({
      platform,
      createBackend,
      verify: true,
      emit(event, payload) {
        (told[event] as unknown[]).push(payload);
        if (event !== 'progress') return;
        const { state } = (payload as EngineEvents['progress']).progress;
        if (state === 'finished' || state === 'failed' || state === 'stopped') resolve();
      },
    });
    Promise.resolve(service.start({ runId: 'run', document })).catch(reject);
  });
  return told;
}

describe.each([
  ['reference', () => Promise.resolve(createReferenceBackend())],
  ['wasm', () => createWasmBackend(createNodePlatform({ log: () => undefined }), { threads: 2 })],
] as const)('%s', (_name, createBackend) => {
  test('learns moons', async () => {
    const told = await trainToEnd(pointsDocument('moons', 2), createBackend);
    expect(told.progress.at(-1)?.progress).toMatchObject({ state: 'finished' });
    const points = told.metrics.flatMap(({ points: some }) => some);
    const last = points.filter(({ split }) => split === 'test').at(-1);
    expect(last?.accuracy).toBeGreaterThan(0.95);
    expect(told.telemetry.length).toBeGreaterThan(0);
    expect(told.telemetry[0]?.frame.nodes.map(({ node }) => node)).toEqual([
      'data',
      'fc1',
      'relu1',
      'fc2',
    ]);
    expect(told.samples.at(-1)?.frame.kind).toBe('classification');
    expect(told.boundary.length).toBeGreaterThan(0);
    expect(told.confusion.length).toBeGreaterThan(0);
  });
});
