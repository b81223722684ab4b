import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests grouped by what must be present; `e2e` runs under Playwright instead (see test/tooling). */
const group = (name: string, include: string[], extra = {}) => ({
  // Generous: a busy machine is slow, not wrong.
  test: {
    name,
    include,
    environment: 'node',
    testTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
    ...extra,
  },
});

export default defineConfig({
  test: {
    // Vitest keeps a core for itself: on two cores that is one file after the other, and half the machine idle.
    maxWorkers: availableParallelism(),
    projects: [
      group('pure', ['test/pure/**/*.test.ts']),
      group('ops', ['test/ops/**/*.test.ts']),
      group('layers', ['test/layers/**/*.test.ts']),
      group('backends', ['test/backends/**/*.test.ts'], { exclude: ['test/backends/webgpu*'] }),
      // Needs an adapter, a software one where there is no GPU: one file after the other.
      group('gpu', ['test/backends/webgpu*.test.ts'], { fileParallelism: false }),
      group('parity', ['test/parity/**/*.test.ts']),
      group('renderer', ['test/renderer/**/*.test.{ts,tsx}']),
      group('process', ['test/process/**/*.test.ts'], {
        testTimeout: 120_000,
      }),
    ],
  },
});
