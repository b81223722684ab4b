import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { SlowestFirst } from './test/tooling/slowestFirst.ts';

/** Tests grouped by what must be present; `e2e` runs under Playwright instead (see test/tooling). */
const group = (name: string, include: string[], extra = {}) => ({
  // Generous: a busy machine is slow, not wrong.
  test: {
    name,
    include,
    environment: 'node',
    setupFiles: ['test/tooling/afterEachFile.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
    ...extra,
  },
});

/**
 * Files of such a group share their modules within a worker: importing the engine takes longer than most of them.
 * A file leaves timers, globals and what it keeps in modules as they were.
 */
const SHARED = { isolate: false };

export default defineConfig({
  test: {
    // Vitest keeps a core for itself: on two cores that is one file after the other, and half the machine idle.
    maxWorkers: availableParallelism(),
    sequence: { sequencer: SlowestFirst },
    projects: [
      // Reads the sources: what is derived from them, what comments and documentation name (`npm run check`).
      group('static', ['test/static/**/*.test.ts'], SHARED),
      // One group, since each compiles and loads the engine for itself.
      group('unit', ['test/{pure,ops,layers,renderer}/**/*.test.{ts,tsx}'], SHARED),
      group('backends', ['test/backends/**/*.test.ts'], {
        ...SHARED,
        exclude: ['test/backends/webgpu*'],
      }),
      // Needs an adapter, a software one where there is no GPU, which takes both cores by itself: one file after the
      // other takes 172 s on two cores, two beside each other 227. All of them share a device.
      // In software a network's shaders take seconds to compile, on a busy machine a minute.
      group('gpu', ['test/backends/webgpu*.test.ts'], {
        ...SHARED,
        ...{ fileParallelism: false, testTimeout: 300_000 },
      }),
      group('parity', ['test/parity/**/*.test.ts'], SHARED),
      group('process', ['test/process/**/*.test.ts'], {
        ...SHARED,
        // They guard against hanging alone: each process takes its time on a machine that is busy.
        ...{ testTimeout: 300_000, hookTimeout: 300_000, expect: { poll: { timeout: 200_000 } } },
        // The programs of the product are compiled once for all of their starts.
        env: { NODE_COMPILE_CACHE: resolve('node_modules', '.cache', 'compiled') },
      }),
    ],
  },
});
